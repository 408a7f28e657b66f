"""Every command of the README, in its order, in an application's folder."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from tests.contracts.cluster import Cluster, kubeconfig
from tests.e2e.kit import APPS, Kit, get

README = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
STORY, ON_A_CLUSTER = [
    block for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL) if "containerkit doctor" in block
]

WORDS = {
    "run": "is live",
    "status": "live",
    "doctor": "",
    "plan": "differences",
    "history": "live",
    "delete": "removed",
}

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
    for argv in commands(STORY, lab_registry, {"https://forge.invalid/team/shop.git": f"file://{shop}"}):
        text = shlex.join(argv)
        if argv[1] == "run" and "file://" in text:
            argv += ["--publish", str(free_port)]
        ended = kit(*argv[1:], cwd=shop)
        assert ended.code == 0, f"{text}\n{ended.out}\n{ended.err}"
        if argv[1] == "run":
            assert get(free_port)[0] == 200, text
    assert get(free_port)[0] == 0


@pytest.mark.kubernetes
def test_the_commands_for_a_cluster_work_one_after_the_other(
    kit: Kit, tmp_path: Path, lab_registry: str, admin: Cluster
) -> None:
    shop = Path(shutil.copytree(APPS / "hello-python", tmp_path / "shop"))
    (shop / "containerkit.toml").write_text('[app]\nname = "shop"\n')
    namespace = f"readme-{uuid4().hex[:8]}"
    # the first one looks at what the third one makes
    first, *others = commands(ON_A_CLUSTER, lab_registry, {"--namespace shop": f"--namespace {namespace}"})
    try:
        for argv in (*others[:2], first, *others[2:]):
            ended = kit(*argv[1:], "--kubeconfig", str(kubeconfig()), cwd=shop)
            assert ended.code == 0, f"{shlex.join(argv)}\n{ended.out}\n{ended.err}"
            assert WORDS[argv[1]] in ended.out
    finally:
        admin.ask("DELETE", f"/api/v1/namespaces/{namespace}")


def commands(block: str, registry: str, replaced: Mapping[str, str]) -> list[list[str]]:
    """The commands of a block as they are typed here."""
    found = []
    for line in block.splitlines():
        text = line.partition(" #")[0].strip().replace("registry.invalid/team", f"{registry}/readme")
        for old, new in replaced.items():
            text = text.replace(old, new)
        found.append(shlex.split(text))
        assert found[-1][0] == "containerkit"
    return found
