"""What every part of the lab shares: where it keeps its state, how it speaks, how it fails, how it runs a command."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

HOME = Path(os.environ.get("LAB_HOME") or Path.home() / ".cache" / "containerkit-lab").absolute()
RUN = HOME / "run"
LOGS = HOME / "logs"
CACHE = HOME / "cache"
REGISTRY = os.environ.get("CONTAINERKIT_LAB_REGISTRY") or "127.0.0.1:5000"

_STARTED = time.monotonic()
_running: "set[subprocess.Popen[str]]" = set()


class LabError(Exception):
    """Something on this machine keeps the lab from coming up; says what happened and what to do next."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def say(message: str) -> None:
    """Print one line with the seconds since the command began."""
    print(f"[{time.monotonic() - _STARTED:6.1f}s] {message}", flush=True)


def run(
    argv: Sequence[str | Path],
    *,
    hint: str,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    timeout_s: float = 600,
) -> str:
    """Run a command to its end; its standard output."""
    command = [str(part) for part in argv]
    try:
        done = _finish(command, {**os.environ, **(env or {})}, stdin, timeout_s)
    except FileNotFoundError as error:
        raise LabError(f"{command[0]} is not on this machine", hint=hint) from error
    except subprocess.TimeoutExpired as error:
        raise LabError(f"`{' '.join(command)}` did not end within {timeout_s:.0f} s", hint=hint) from error
    if done.returncode != 0:
        tail = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-15:])
        raise LabError(f"`{' '.join(command)}` ended with {done.returncode}:\n{tail}", hint=hint)
    return done.stdout


def end_commands() -> None:
    """End every command that runs now, with all that it started: after Ctrl-C, in whichever thread it runs."""
    for process in list(_running):
        _end_group(process)


def _finish(
    command: list[str], env: Mapping[str, str], stdin: str | None, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process group of its own, which ends with it when the time is over."""
    pipe = subprocess.PIPE
    given = pipe if stdin is not None else subprocess.DEVNULL
    with subprocess.Popen(
        command, stdin=given, stdout=pipe, stderr=pipe, text=True, errors="replace", env=env, process_group=0
    ) as process:
        _running.add(process)
        try:
            out, err = process.communicate(stdin, timeout=timeout_s)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            _end_group(process)
            raise
        finally:
            _running.discard(process)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _end_group(process: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)


def require_root() -> None:
    """Raise unless the caller is root: packages, mounts and network rules need it."""
    if os.geteuid() != 0:
        raise LabError("the lab must be root to come up", hint="sudo python3 tests/lab up")
