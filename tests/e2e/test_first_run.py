"""From a repository to an application that answers, as a user does it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.kit import APPS, Kit, get

pytestmark = pytest.mark.docker


@pytest.mark.parametrize("name", ["hello-python", "hello-node"])
def test_a_repository_becomes_an_answering_application_and_a_second_run_reuses_everything(
    kit: Kit, app: Callable[[str], Path], free_port: int, lab_registry: str, name: str
) -> None:
    folder = app(name)
    image = f"{lab_registry}/e2e/{name}"
    first = kit.run(folder, f"e2e-{name}", "--publish", str(free_port), "--image", image)
    assert first.code == 0, first.out + first.err
    assert get(free_port) == (200, f"Hello from {name}\n")
    assert get(free_port, "/health")[0] == 200
    second = kit.run(folder, f"e2e-{name}", "--publish", str(free_port), "--image", image)
    assert second.code == 0, second.out + second.err
    states = second.states()
    assert {step: states[step] for step in ("build", "scan", "tag", "push", "deploy")} == dict.fromkeys(
        ("build", "scan", "tag", "push", "deploy"), "reused"
    )


def test_an_image_that_was_removed_is_built_again(kit: Kit, free_port: int) -> None:
    run = ("e2e-removed", "--publish", str(free_port))
    assert kit.run(APPS / "hello-python", *run).code == 0
    assert kit("delete", "e2e-removed", "--yes").code == 0
    docker = shutil.which("docker") or "docker"
    listed = [docker, "images", "-q", "--filter", "label=io.containerkit.source", "containerkit.local/e2e-removed"]
    for image in subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split():
        subprocess.run([docker, "rmi", "--force", image], capture_output=True, check=True)
    again = kit.run(APPS / "hello-python", *run)
    assert again.code == 0, again.out + again.err
    assert again.states()["build"] == "finished"
    assert get(free_port)[0] == 200


def test_the_values_of_the_environment_reach_the_application_and_nothing_else(
    kit: Kit, app: Callable[[str], Path], free_port: int, tmp_path: Path
) -> None:
    secret = "Grüße-" + os.urandom(8).hex()
    env_file = tmp_path / "secrets.env"
    env_file.write_text(f"# for the test\nGREETING={secret}\n")
    ended = kit.run(app("hello-python"), "e2e-secret", "--publish", str(free_port), "--env-file", str(env_file))
    assert ended.code == 0, ended.out + ended.err
    assert get(free_port) == (200, f"{secret} from hello-python\n")
    run_folder = next(line["record"]["folder"] for line in ended.lines if line["event"] == "result")  # type: ignore[index]
    written = [file for file in Path(str(run_folder)).rglob("*") if file.is_file()]
    assert written
    for file in [*written, *(kit.home / "prefect").rglob("*.db")]:
        assert secret.encode() not in file.read_bytes(), file


def test_a_release_restores_by_command_and_is_taken_away_by_command(
    kit: Kit, app: Callable[[str], Path], free_port: int
) -> None:
    folder = app("hello-python")
    run = ("e2e-rollback", "--publish", str(free_port))
    assert kit.run(folder, *run).code == 0
    (folder / "app.py").write_text((folder / "app.py").read_text().replace("'Hello'", "'Second'"))
    assert kit.run(folder, *run).code == 0
    assert get(free_port)[1] == "Second from hello-python\n"
    assert kit("rollback", "e2e-rollback").code == 0
    assert get(free_port)[1] == "Hello from hello-python\n"
    assert "e2e-rollback" in kit("status", "e2e-rollback").out
    assert kit("history", "e2e-rollback").code == 0
    assert kit("logs", "e2e-rollback").code == 0
    assert kit("delete", "e2e-rollback", "--yes").code == 0
    assert get(free_port)[0] == 0
