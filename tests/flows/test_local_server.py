"""The local Prefect server as processes see it: one for a home, found again, never two, ended by nobody else."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deployments.exit_codes import exit_code
from deployments.server import Place, find, start, stop
from deployments.server.process import started
from tasks.errors import Missing, Unavailable

CONTAINERKIT = Path(sys.executable).with_name("containerkit")
LIMIT_S = 150


@pytest.fixture(scope="module")
def taken_port() -> Iterator[int]:
    """A port that somebody else holds: the server must take the next one."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, taken_port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CONTAINERKIT_"))}
    home = tmp_path_factory.mktemp("state")
    return {**kept, "CONTAINERKIT_HOME": str(home), "CONTAINERKIT_SERVER__PORT": str(taken_port)}


@pytest.fixture(scope="module")
def place(environment: dict[str, str], taken_port: int) -> Iterator[Place]:
    place = Place(home=Path(environment["CONTAINERKIT_HOME"]) / "prefect", port=taken_port, start_timeout_s=LIMIT_S)
    yield place
    stop(place)


def begin(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [CONTAINERKIT, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, out + err


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def servers_of(place: Place) -> list[int]:
    """Every living process that was started as a server for this home, whatever our files say."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and started(int(folder.name)):
            try:
                command = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if "uvicorn" in command and str(place.home) in command:
                found.append(int(folder.name))
    return found


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - loopback
        body: bytes = answer.read()
    return body.decode()


def test_three_starters_at_once_get_one_server(place: Place, environment: dict[str, str], taken_port: int) -> None:
    starters = [begin(environment, "server", "start") for _ in range(3)]
    endings = [ended(starter) for starter in starters]
    assert [code for code, _ in endings] == [0, 0, 0], endings
    found = find(place)
    assert found is not None
    assert found.pid is not None
    assert servers_of(place) == [found.pid]
    assert all(found.ui_url in text and str(found.pid) in text for _, text in endings)
    assert found.api_url != f"http://127.0.0.1:{taken_port}/api"


def test_the_dashboard_is_served_and_knows_its_own_api(place: Place) -> None:
    found = start(place, lambda _: None)
    assert "<html" in fetch(f"{found.ui_url}/")
    assert json.loads(fetch(f"{found.ui_url}/ui-settings"))["api_url"] == found.api_url
    assert f'"{found.version}"' == fetch(f"{found.api_url}/admin/version")


def test_other_web_pages_may_not_talk_to_it(place: Place) -> None:
    found = start(place, lambda _: None)
    asked = urllib.request.Request(f"{found.api_url}/health", headers={"Origin": "http://elsewhere.invalid"})  # noqa: S310
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - loopback
        assert answer.headers.get("access-control-allow-origin") is None


def test_it_listens_on_loopback_only_and_in_a_session_of_its_own(place: Place) -> None:
    found = start(place, lambda _: None)
    assert found.pid is not None
    assert os.getsid(found.pid) == found.pid
    port = int(found.ui_url.rpartition(":")[2])
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {line[1] for line in listening if line[1].endswith(f":{port:04X}") and line[3] == "0A"}
    assert addresses == {f"0100007F:{port:04X}"}


def test_status_prints_address_process_database_and_version(place: Place, environment: dict[str, str]) -> None:
    found = start(place, lambda _: None)
    code, text = ended(begin({**environment, "COLUMNS": "300"}, "server", "status"))
    assert code == 0
    for fact in (found.ui_url, str(found.pid), found.version, str(place.home / "prefect.db")):
        assert fact in text


def test_without_its_record_no_second_server_is_started_on_the_same_database(place: Place) -> None:
    found = start(place, lambda _: None)
    record = place.home / "server.json"
    kept = record.read_bytes()
    record.unlink()
    try:
        with pytest.raises(Unavailable, match=r"server\.lock"):
            start(place, lambda _: None)
        assert servers_of(place) == [found.pid]
    finally:
        record.write_bytes(kept)


def test_a_server_that_hangs_is_waited_for_then_named_and_can_still_be_ended(place: Place) -> None:
    found = start(place, lambda _: None)
    assert found.pid is not None
    os.kill(found.pid, signal.SIGSTOP)
    with pytest.raises(Unavailable, match=f"pid {found.pid}.*did not answer") as raised:
        start(place.changed(start_timeout_s=3), lambda _: None)
    assert "server stop" in raised.value.hint
    assert exit_code(raised.value) == 30
    assert stop(place, grace_s=1) == found.pid
    assert servers_of(place) == []


def test_after_a_sigkill_the_next_starter_starts_exactly_one(place: Place, environment: dict[str, str]) -> None:
    killed = start(place, lambda _: None).pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: started(killed) is None)
    assert find(place) is None
    assert ended(begin(environment, "server", "status"))[0] == 30
    endings = [ended(starter) for starter in [begin(environment, "server", "start") for _ in range(2)]]
    assert [code for code, _ in endings] == [0, 0], endings
    found = find(place)
    assert found is not None
    assert found.pid != killed
    assert servers_of(place) == [found.pid]


def test_a_starter_that_is_killed_leaves_a_server_that_the_next_one_waits_for(
    place: Place, environment: dict[str, str]
) -> None:
    stop(place)
    first = begin(environment, "server", "start")
    assert eventually((place.home / "server.json").exists)
    first.kill()
    first.communicate()
    pid = json.loads((place.home / "server.json").read_text())["pid"]
    said: list[str] = []
    assert start(place, said.append).pid == pid
    assert servers_of(place) == [pid]


def test_a_starter_that_is_interrupted_leaves_nothing(place: Place, environment: dict[str, str]) -> None:
    stop(place)
    first = begin(environment, "server", "start")
    assert eventually((place.home / "server.json").exists)
    first.send_signal(signal.SIGINT)
    assert ended(first)[0] == 130
    assert servers_of(place) == []
    assert find(place) is None


def test_stop_ends_the_server_and_says_so_once(place: Place, environment: dict[str, str]) -> None:
    pid = start(place, lambda _: None).pid
    code, text = ended(begin(environment, "server", "stop"))
    assert (code, f"process {pid}" in text) == (0, True)
    assert servers_of(place) == []
    code, text = ended(begin(environment, "server", "stop"))
    assert (code, "no local Prefect server" in text) == (0, True)


def test_a_server_that_cannot_start_says_why_and_is_exit_code_30(tmp_path: Path) -> None:
    home = tmp_path / "prefect"
    (home / "prefect.db").mkdir(parents=True)
    with pytest.raises(Missing, match="ended while it was starting") as raised:
        start(Place(home=home, start_timeout_s=LIMIT_S), lambda _: None)
    assert exit_code(raised.value) == 30
    assert str(home / "server.log") in raised.value.hint
    assert not (home / "server.json").exists()
