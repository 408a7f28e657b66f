"""A run at a terminal is ended from the Prefect UI, by Ctrl-C or by SIGTERM: its cleanup runs, Prefect is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.server import Place, ServerAddress, start, stop

LIMIT_S = 150
PROGRAM = """
import sys, time
from pathlib import Path
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from deployments import signals
from deployments.cancel_watch import CancelWatch

folder = Path(sys.argv[1])

@task(cache_policy=NO_CACHE)
def build():
    (folder / "building").touch()
    try:
        time.sleep(120)
    finally:
        (folder / "cleaned").touch()

@task(cache_policy=NO_CACHE)
def deploy():
    (folder / "deployed").touch()

@flow
def both():
    build()
    deploy()

def told(run_id, run_url):
    (folder / "run.json").write_text('{"id": "%s", "url": "%s"}' % (run_id, run_url))

with signals.raised(), CancelWatch(poll_s=0.2, on_start=told) as watch:
    try:
        watch.watched(both)()
    except KeyboardInterrupt as error:
        watch.settle(str(error) or "interrupted")
        print("INTERRUPTED", type(error).__name__)
        sys.exit(130)
    except signals.Stopped as error:
        print("STOPPED", error)
        sys.exit(int(error.code))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerAddress]:
    place = Place(home=tmp_path_factory.mktemp("state") / "prefect", port=4300, start_timeout_s=LIMIT_S)
    yield start(place, lambda _: None)
    stop(place)


@pytest.fixture
def running(server: ServerAddress, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PREFECT_API_URL": server.api_url, "PREFECT_HOME": str(tmp_path / "client")}
    process = subprocess.Popen(
        [sys.executable, program, tmp_path], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + LIMIT_S
    while not (tmp_path / "building").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    yield process
    if process.poll() is None:
        process.kill()
        process.communicate()


def call(url: str, body: object = None) -> dict[str, object]:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=content, headers={"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
        found: dict[str, object] = json.loads(answer.read())
    return found


def run_of(server: ServerAddress, folder: Path) -> str:
    return f"{server.api_url}/flow_runs/{json.loads((folder / 'run.json').read_text())['id']}"


def test_a_cancel_in_the_ui_ends_the_run_its_cleanup_runs_and_it_is_cancelled(
    server: ServerAddress, running: subprocess.Popen[str], tmp_path: Path
) -> None:
    run = run_of(server, tmp_path)
    moment = time.monotonic()
    call(f"{run}/set_state", {"state": {"type": "CANCELLING", "name": "Cancelling"}, "force": False})
    out, err = running.communicate(timeout=30)
    assert time.monotonic() - moment < 15
    assert (running.returncode, out.strip()) == (130, "INTERRUPTED CancelledInUi"), err
    assert (tmp_path / "cleaned").exists()
    assert not (tmp_path / "deployed").exists()
    assert call(run)["state_type"] == "CANCELLED"


def test_the_runs_address_in_the_ui_is_known(
    server: ServerAddress, running: subprocess.Popen[str], tmp_path: Path
) -> None:
    known = json.loads((tmp_path / "run.json").read_text())
    assert known["url"] == f"{server.ui_url}/runs/flow-run/{known['id']}"
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=30)


def test_ctrl_c_is_a_cancelled_run_not_a_crashed_one(
    server: ServerAddress, running: subprocess.Popen[str], tmp_path: Path
) -> None:
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out.strip()) == (130, "INTERRUPTED KeyboardInterrupt"), err
    assert (tmp_path / "cleaned").exists()
    assert call(run_of(server, tmp_path))["state_type"] == "CANCELLED"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_sigterm_and_a_closed_terminal_end_it_cleanly_with_the_usual_code(
    running: subprocess.Popen[str], tmp_path: Path, server: ServerAddress, number: signal.Signals, code: int
) -> None:
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out.strip()) == (code, f"STOPPED {number.name}"), err
    assert (tmp_path / "cleaned").exists()
    assert call(run_of(server, tmp_path))["state_type"] == "CRASHED"
