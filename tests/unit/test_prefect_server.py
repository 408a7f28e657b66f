"""Which server a run reports to, and which process is never taken for it: no Prefect is started here."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.exit_codes import exit_code
from deployments.server import Place, announce, ensure, find, place_of, prepare, stop
from deployments.server.address import ServerAddress, health, without_login
from deployments.server.process import _started_by_ps, end, started
from flows.settings import load
from tasks.errors import Invalid, Missing, StepError, Unavailable


class Answers(http.server.BaseHTTPRequestHandler):
    """/api is a Prefect API, /locked one that wants a login, everything else a web page."""

    def do_GET(self) -> None:
        pages = {"/api/health": (200, b"true"), "/api/admin/version": (200, b'"3.8.8"'), "/locked/health": (401, b"{}")}
        status, body = pages.get(self.path, (200, b"<html>"))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Quiet."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PREFECT_API_URL", "PREFECT_HOME", "PREFECT_UI_URL", "PREFECT_UI_API_URL", "NO_PROXY", "DO_NOT_TRACK"):
        # set and deleted, so that what our code sets is put back
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "")
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.mark.parametrize(
    ("path", "expected"), [("/api", "healthy"), ("/locked", "guarded"), ("", "foreign"), ("/elsewhere", "foreign")]
)
def test_who_answers_is_told_apart(address: str, path: str, expected: str) -> None:
    assert health(address + path) == expected


def test_a_given_server_is_used_and_nothing_is_started(
    address: str, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", f"{address}/api/")
    found = ensure(load())
    assert (found.api_url, found.ui_url, found.version, found.pid) == (f"{address}/api", address, "3.8.8", None)
    assert not state.exists()


def test_a_given_server_that_wants_a_login_is_left_to_prefects_own_credentials(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", f"{address}/locked")
    assert ensure(load()).version == ""


@pytest.mark.parametrize(
    ("url", "kind", "code", "message"),
    [
        ("http://127.0.0.1:1/api", Unavailable, 30, "no Prefect server answers"),
        ("ftp://prefect.invalid/api", Invalid, 2, "no http or https address"),
        ("{address}", Missing, 30, "no Prefect API"),
    ],
)
def test_a_given_server_that_cannot_be_used_is_named(
    url: str, kind: type[StepError], code: int, message: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url.format(address=address))
    with pytest.raises(kind, match=message) as raised:
        ensure(load())
    assert exit_code(raised.value) == code
    assert raised.value.hint


def test_a_password_in_the_address_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://me:s3cr3t@127.0.0.1:1/api")
    with pytest.raises(Unavailable) as raised:
        ensure(load())
    assert "s3cr3t" not in raised.value.message + raised.value.hint
    assert without_login("http://me:s3cr3t@host:1/api?x=1") == "http://host:1/api?x=1"


def test_the_local_server_lives_in_our_state_folder_or_where_prefect_home_says(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place_of(load()).home == state / "prefect"
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "other"))
    assert place_of(load()).home == tmp_path / "other"


def test_prefect_is_told_of_a_local_server_by_variables(state: Path) -> None:
    os.environ["NO_PROXY"] = "intranet.invalid"
    local = ServerAddress(api_url="http://127.0.0.1:4201/api", ui_url="http://127.0.0.1:4201", pid=1, home=state)
    announce(local)
    assert os.environ["PREFECT_API_URL"] == os.environ["PREFECT_UI_API_URL"] == local.api_url
    assert os.environ["PREFECT_UI_URL"] == local.ui_url
    assert os.environ["PREFECT_HOME"] == str(state)
    assert os.environ["NO_PROXY"] == "intranet.invalid,127.0.0.1,localhost"
    assert (os.environ["DO_NOT_TRACK"], os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"]) == ("1", "false")


def test_a_given_servers_settings_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "https://me:s3cr3t@prefect.invalid/api")
    announce(ServerAddress(api_url="https://prefect.invalid/api", ui_url="https://prefect.invalid"))
    assert os.environ["PREFECT_API_URL"] == "https://me:s3cr3t@prefect.invalid/api"
    assert "PREFECT_HOME" not in os.environ
    prepare(None)
    assert os.environ["DO_NOT_TRACK"] == "1"


def test_a_process_is_known_by_pid_and_start_time_until_it_ends(sleeper: subprocess.Popen[bytes]) -> None:
    identity = started(sleeper.pid)
    assert identity is not None
    assert started(sleeper.pid) == identity
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert started(sleeper.pid) is None, "a zombie has ended"
    sleeper.wait()
    assert started(sleeper.pid) is None


def test_without_proc_ps_says_the_same(sleeper: subprocess.Popen[bytes]) -> None:
    assert _started_by_ps(sleeper.pid) is not None
    assert _started_by_ps(sleeper.pid) == _started_by_ps(sleeper.pid)
    sleeper.kill()
    sleeper.wait()
    assert _started_by_ps(sleeper.pid) is None


def test_a_pid_that_came_round_again_is_not_ended(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    end(sleeper.pid, "another start time", grace_s=1)
    assert sleeper.poll() is None
    home = tmp_path / "prefect"
    home.mkdir()
    (home / "server.json").write_text(f'{{"pid": {sleeper.pid}, "started": "1", "port": 4200, "prefect": "3"}}')
    assert find(Place(home=home)) is None
    assert stop(Place(home=home)) is None
    assert sleeper.poll() is None
    assert not (home / "server.json").exists()


@pytest.mark.parametrize("record", ["", "{", '{"pid": "x"}', "[]", '{"pid": 1, "started": "1", "port": 1}'])
def test_a_record_that_makes_no_sense_is_no_server(record: str, tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text(record)
    assert find(Place(home=tmp_path)) is None


def test_what_ignores_sigterm_is_killed_after_its_grace() -> None:
    program = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        end(process.pid, started(process.pid) or "", grace_s=0.3)
        assert process.wait(10) == -9
