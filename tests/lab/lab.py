"""What every part of the lab shares: where it keeps its state, how it speaks, how it fails, how it runs a command."""

import os
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
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            env={**os.environ, **(env or {})},
            timeout=timeout_s,
            check=False,
        )
    except FileNotFoundError as error:
        raise LabError(f"{command[0]} is not on this machine", hint=hint) from error
    except subprocess.TimeoutExpired as error:
        raise LabError(f"`{' '.join(command)}` did not end within {timeout_s:.0f} s", hint=hint) from error
    if done.returncode != 0:
        tail = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-15:])
        raise LabError(f"`{' '.join(command)}` ended with {done.returncode}:\n{tail}", hint=hint)
    return done.stdout


def require_root() -> None:
    """Raise unless the caller is root: packages, mounts and network rules need it."""
    if os.geteuid() != 0:
        raise LabError("the lab must be root to come up", hint="sudo python3 tests/lab up")
