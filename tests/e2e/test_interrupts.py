"""Runs that are killed, interrupted or doubled: nothing is left behind, and the next one continues."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.contracts.real import eventually
from tests.e2e.kit import APPS, Ended, Kit, get

pytestmark = pytest.mark.docker

SLOW_BUILD = ("--build-command", "python -c 'import time; time.sleep(15)'")


def started(kit: Kit, source: Path, name: str, *argv: str) -> subprocess.Popen[str]:
    if name not in kit.names:
        kit.names.append(name)
    return kit.start("run", str(source), "--name", name, "--progress", "json", *argv)


def wait_for(process: subprocess.Popen[str], step: str, *words: str) -> None:
    """Read the run's news until this step says one of these words."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("{"):
            news = json.loads(line)
            if news.get("step") == step and any(word in f"{news['phase']} {news['message']}" for word in words):
                return
    pytest.fail(f"{step} never said {words}")


def processes_of(kit: Kit) -> set[int]:
    """What was started with our state folder, the Prefect server left out."""
    mark = f"CONTAINERKIT_HOME={kit.home}".encode()
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                environment = (folder / "environ").read_bytes().split(b"\0")
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if mark in environment and command and b"prefect.server" not in command:
                found.add(int(folder.name))
    return found


def server_pid(kit: Kit) -> str:
    return next(line for line in kit("server", "status").out.splitlines() if line.startswith("process"))


@pytest.fixture
def warm(kit: Kit, free_port: int) -> str:
    """The Prefect server runs and the base image is there."""
    assert kit.run(APPS / "hello-python", "e2e-warm", "--publish", str(free_port)).code == 0
    assert kit("delete", "e2e-warm", "--yes").code == 0
    return server_pid(kit)


def _make_new(folder: Path) -> None:
    """Content that no image was ever built of."""
    (folder / "app.py").write_text((folder / "app.py").read_text() + f"# {uuid4()}\n")


@pytest.mark.parametrize(
    ("step", "words", "argv"),
    [("build", ("time.sleep",), SLOW_BUILD), ("deploy", ("is started",), ())],
)
def test_a_run_that_is_killed_is_continued_by_the_next_one(
    kit: Kit,
    app: Callable[[str], Path],
    free_port: int,
    warm: str,
    step: str,
    words: tuple[str, ...],
    argv: tuple[str, ...],
) -> None:
    folder, name = app("hello-python"), f"e2e-killed-{step}"
    _make_new(folder)
    with started(kit, folder, name, "--publish", str(free_port), *argv) as killed:
        wait_for(killed, step, *words)
        killed.kill()
    ended = kit.run(folder, name, "--publish", str(free_port), *argv)
    assert ended.code == 0, ended.out + ended.err
    assert get(free_port)[0] == 200
    if step == "deploy":
        assert ended.states()["build"] == "reused"
    assert server_pid(kit) == warm
    assert "database is locked" not in ended.out + ended.err


@pytest.mark.parametrize(("step", "words"), [("build", ("time.sleep",)), ("scan", ("looking",))])
@pytest.mark.usefixtures("warm")
def test_ctrl_c_leaves_no_process_and_the_next_run_continues(
    kit: Kit, app: Callable[[str], Path], free_port: int, step: str, words: tuple[str, ...]
) -> None:
    folder, name = app("hello-python"), f"e2e-interrupted-{step}"
    _make_new(folder)
    argv = ("--publish", str(free_port), *(SLOW_BUILD if step == "build" else ()))
    with started(kit, folder, name, *argv) as interrupted:
        wait_for(interrupted, step, *words)
        interrupted.send_signal(signal.SIGINT)
        interrupted.communicate(timeout=60)
    assert interrupted.returncode == 130
    eventually(lambda: not processes_of(kit), within_s=5)
    ended = kit.run(folder, name, *argv)
    assert ended.code == 0, ended.out + ended.err
    assert get(free_port)[0] == 200


@pytest.mark.usefixtures("warm")
def test_two_runs_of_one_application_at_once_are_put_in_a_row(
    kit: Kit, app: Callable[[str], Path], free_port: int
) -> None:
    folder = app("hello-python")
    runs = [started(kit, folder, "e2e-twice", "--publish", str(free_port)) for _ in range(2)]
    ended = []
    for process in runs:
        out, err = process.communicate(timeout=300)
        ended.append(Ended(process.returncode, out, err))
    assert [each.code for each in ended] == [0, 0], [each.out + each.err for each in ended]
    assert sorted(each.states()["deploy"] for each in ended) == ["finished", "reused"]
    assert get(free_port)[0] == 200
