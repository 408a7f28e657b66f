"""One Prefect server per PREFECT_HOME: started in the background, found again, never a second one.

Two files keep it single. `starting.lock` is held by whoever starts or stops a server; `server.lock` is held by the
server itself for as long as it lives, because it inherits the descriptor: the kernel lets go of it even after a
SIGKILL. `server.json` says where it is.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version as installed_version
from pathlib import Path

from pydantic import ValidationError

from deployments import working_folder
from deployments.server.address import ServerAddress, health, version
from deployments.server.process import end, started
from tasks.errors import Missing, Unavailable
from tasks.models import Model

_POLL_S = 0.15
_LAST_THREADS_S = 5.0
"""A killed server is gone for /proc while the last of its threads still hold its files."""
_PORTS_TRIED = 100
_LONGEST_LOG = 5 * 1024 * 1024
_LOG_LINES_SHOWN = 5
_STOP_HINT = "type: containerkit server stop"


class Place(Model):
    """Where the local server lives and how long it may take to get ready."""

    home: Path
    """PREFECT_HOME: its database, log and lock files."""
    port: int = 4200
    """The first port that is tried."""
    start_timeout_s: float = 180


class _Record(Model):
    pid: int
    started: str
    port: int
    prefect: str


def find(place: Place) -> ServerAddress | None:
    """The local server, if it is alive and answers."""
    record = _living(place)
    if record is None or health(_api(record.port)) != "healthy":
        return None
    return _address(place, record, version(_api(record.port)))


def start(place: Place, say: Callable[[str], None]) -> ServerAddress:
    """The local server, found or started. Raises Missing when it cannot start, Unavailable when it does not answer."""
    found = find(place)
    if found:
        _warn_of_another_version(found, say)
        return found
    working_folder.make(place.home)
    deadline = time.monotonic() + place.start_timeout_s
    with _starting(place, deadline, say):
        record = _living(place)
        if record:
            say("waiting for the local Prefect server")
            _wait_until_healthy(place, record, deadline, child=None)
            return _address(place, record, version(_api(record.port)))
        say(f"starting the local Prefect server{'' if _used_before(place) else ' (the first time takes about 20 s)'}")
        record = _launch(place, deadline)
        return _address(place, record, record.prefect).changed(just_started=True)


def stop(place: Place, *, grace_s: float = 10) -> int | None:
    """End the local server, and only it: its former pid, or None when there was none."""
    if not place.home.is_dir():
        return None
    with _starting(place, time.monotonic() + place.start_timeout_s, lambda _: None):
        record = _living(place)
        if record:
            end(record.pid, record.started, grace_s=grace_s)
            if started(record.pid) == record.started:
                raise Unavailable(
                    f"the local Prefect server (pid {record.pid}) did not end", hint=f"type: kill -KILL {record.pid}"
                )
        (place.home / "server.json").unlink(missing_ok=True)
        return record.pid if record else None


def _launch(place: Place, deadline: float) -> _Record:
    with _server_lock(place, deadline) as descriptor:
        port = _free_port(place.port)
        child = _spawn(place, port, descriptor)
    identity = started(child.pid)
    record = _Record(pid=child.pid, started=identity or "", port=port, prefect=installed_version("prefect"))
    _write(place, record)
    try:
        _wait_until_healthy(place, record, deadline, child=child)
    except BaseException:
        # an interrupted start leaves nothing half made behind
        end(record.pid, record.started, grace_s=3)
        (place.home / "server.json").unlink(missing_ok=True)
        raise
    return record


def _spawn(place: Place, port: int, descriptor: int) -> subprocess.Popen[bytes]:
    log_file = _log_file(place)
    if log_file.exists() and log_file.stat().st_size > _LONGEST_LOG:
        log_file.replace(log_file.with_suffix(".log.1"))
    command = [
        *(sys.executable, "-P", "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"),
        # uvicorn puts its app-dir on sys.path, and that is the working directory when nobody says otherwise
        *("--app-dir", str(place.home)),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--log-level", "warning", "--timeout-graceful-shutdown", "3"),
    ]
    with log_file.open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=place.home,
            env=_environment(place, port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(descriptor,),
        )


def _environment(place: Place, port: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    return {
        **inherited,
        "PREFECT_HOME": str(place.home),
        "PREFECT_UI_ENABLED": "true",
        "PREFECT_UI_API_URL": _api(port),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # the packaged folder may not be ours to write to
        "PREFECT_UI_STATIC_DIRECTORY": str(place.home / "ui"),
        # Prefect lets every web page talk to its API; ours only talks to its own
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT__SERVER_FINAL": "1",
        "DO_NOT_TRACK": "1",
    }


def _wait_until_healthy(
    place: Place, record: _Record, deadline: float, *, child: subprocess.Popen[bytes] | None
) -> None:
    while time.monotonic() < deadline:
        if health(_api(record.port)) == "healthy":
            return
        if (child.poll() is not None) if child else (started(record.pid) != record.started):
            raise Missing(
                f"the local Prefect server ended while it was starting: {_last_lines(place)}",
                hint=f"read {_log_file(place)}, then type: containerkit server start",
            )
        time.sleep(_POLL_S)
    raise Unavailable(
        f"the local Prefect server (pid {record.pid}) did not answer within {place.start_timeout_s:.0f} s",
        hint=_STOP_HINT,
    )


def _living(place: Place) -> _Record | None:
    try:
        record = _Record.model_validate_json((place.home / "server.json").read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None
    return record if started(record.pid) == record.started else None


def _write(place: Place, record: _Record) -> None:
    whole = place.home / f"server.json.{os.getpid()}"
    whole.write_text(record.model_dump_json())
    whole.replace(place.home / "server.json")


@contextlib.contextmanager
def _starting(place: Place, deadline: float, say: Callable[[str], None]) -> Iterator[None]:
    waiting = False
    with (place.home / "starting.lock").open("ab") as lock:
        while not _locked(lock.fileno()):
            if not waiting:
                say("waiting for another containerkit that starts or stops the local Prefect server")
                waiting = True
            if time.monotonic() > deadline:
                raise Unavailable("another containerkit keeps starting the local Prefect server", hint=_STOP_HINT)
            time.sleep(_POLL_S)
        yield


@contextlib.contextmanager
def _server_lock(place: Place, deadline: float) -> Iterator[int]:
    lock_file = place.home / "server.lock"
    latest = min(deadline, time.monotonic() + _LAST_THREADS_S)
    # closing is enough: unlocking would take the lock from the server too
    with lock_file.open("ab") as lock:
        while not _locked(lock.fileno()):
            if time.monotonic() > latest:
                raise Unavailable(
                    f"a Prefect server that left no record holds {lock_file}",
                    hint=f"end the process that `fuser {lock_file}` names",
                )
            time.sleep(_POLL_S)
        yield lock.fileno()


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _free_port(first: int) -> int:
    for port in range(first, min(first + _PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise Missing(f"no free port from {first} on for the local Prefect server", hint="set another first port")


def _address(place: Place, record: _Record, prefect: str) -> ServerAddress:
    return ServerAddress(
        api_url=_api(record.port),
        ui_url=f"http://127.0.0.1:{record.port}",
        pid=record.pid,
        version=prefect,
        database=_database(place),
        home=place.home,
        log_file=_log_file(place),
    )


def _api(port: int) -> str:
    return f"http://127.0.0.1:{port}/api"


def _log_file(place: Place) -> Path:
    return place.home / "server.log"


def _warn_of_another_version(found: ServerAddress, say: Callable[[str], None]) -> None:
    installed = installed_version("prefect")
    if found.version != installed:
        say(f"the local Prefect server runs {found.version}, {installed} is installed; {_STOP_HINT}, and run again")


def _used_before(place: Place) -> bool:
    return (place.home / "prefect.db").exists()


def _database(place: Place) -> str:
    file = place.home / "prefect.db"
    return f"SQLite, {file}" if file.exists() else "the one that Prefect's own settings name"


def _last_lines(place: Place) -> str:
    lines = _log_file(place).read_text(errors="replace").splitlines()
    return " / ".join(line.strip() for line in lines[-_LOG_LINES_SHOWN:]) or "it printed nothing"
