"""Processes that outlive us: told apart by pid and start time, because pids come round again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

_POLL_S = 0.05
_PROC = Path("/proc")
_STATE, _START_TIME = 0, 19
"""Fields 3 and 22 of /proc/PID/stat, counted behind the command's closing parenthesis."""


def started(pid: int) -> str | None:
    """What tells this process from a later one with the same pid; None when it has ended."""
    if not (_PROC / "self/stat").exists():
        return _started_by_ps(pid)
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[_STATE] in "ZX" else fields[_START_TIME]


def end(pid: int, identity: str, *, grace_s: float) -> None:
    """End this process and nothing else: TERM, a grace period, KILL."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if started(pid) != identity:
            return
        os.kill(pid, number)
        deadline = time.monotonic() + grace_s
        while started(pid) == identity and time.monotonic() < deadline:
            time.sleep(_POLL_S)


def _started_by_ps(pid: int) -> str | None:
    answer = subprocess.run(
        ["ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, timeout=5, check=False
    )
    state, _, moment = answer.stdout.strip().partition(" ")
    return None if not moment or state.startswith("Z") else " ".join(moment.split())
