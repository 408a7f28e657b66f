"""Every command of the README, in its order, in an application's folder."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.kit import APPS, Kit, get

README = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
STORY = next(
    block for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL) if "containerkit doctor" in block
)

pytestmark = [pytest.mark.docker, pytest.mark.registry]


def test_the_commands_of_the_readme_work_one_after_the_other(
    kit: Kit, tmp_path: Path, free_port: int, lab_registry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Path(shutil.copytree(APPS / "hello-python", tmp_path / "shop"))
    (shop / "containerkit.toml").write_text(f'[app]\nname = "shop"\npublished_port = {free_port}\n')
    (shop / ".env").write_text("GREETING=Welcome\n")
    (shop / ".gitignore").write_text(".env\n")
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@registry.invalid"]
    for argv in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *argv], cwd=shop, check=True)
    monkeypatch.setenv("CONTAINERKIT_GIT__PROTOCOLS", '["https", "file"]')
    kit.names.append("shop")
    for line in STORY.splitlines():
        text = line.partition(" #")[0].strip()
        text = text.replace("registry.invalid/team", f"{lab_registry}/readme")
        text = text.replace("https://forge.invalid/team/shop.git", f"file://{shop}")
        argv = shlex.split(text)
        assert argv[0] == "containerkit"
        if argv[1] == "run" and "file://" in text:
            argv += ["--publish", str(free_port)]
        ended = kit(*argv[1:], cwd=shop)
        assert ended.code == 0, f"{text}\n{ended.out}\n{ended.err}"
        if argv[1] == "run":
            assert get(free_port)[0] == 200, text
    assert get(free_port)[0] == 0
