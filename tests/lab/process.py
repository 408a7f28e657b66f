"""Servers that outlive this command, recorded with pid, start time and boot: no other process is ever hit."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab import LOGS, RUN, LabError

# the record is written by the process itself before it becomes the server, so a killed `up` never loses one
_RECORD_THEN_EXEC = (
    'record=$1; shift; awk \'{print $1, $22}\' "/proc/$$/stat" > "$record.new"'
    ' && cat /proc/sys/kernel/random/boot_id >> "$record.new" && mv "$record.new" "$record" && exec "$@"'
)


@dataclass(frozen=True)
class Server:
    """A long-running process of the lab, by name."""

    name: str

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return LOGS / f"{self.name}.log"

    @property
    def record(self) -> Path:
        """Where pid, start time and boot are kept."""
        return RUN / f"{self.name}.pid"

    @property
    def pid(self) -> int | None:
        """The recorded process, if it is still that process and alive."""
        try:
            pid, start, boot = self.record.read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        return int(pid) if boot == _boot() and start == start_time(int(pid)) else None

    def facts(self) -> dict[str, str]:
        """For a part's status: whether it is ours, and then its pid and log."""
        pid = self.pid
        return {"ours": "yes", "pid": str(pid), "log": str(self.log)} if pid else {"ours": "no"}

    def start(self, argv: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
        """Start the command in a session of its own, its output appended to the log."""
        RUN.mkdir(parents=True, exist_ok=True)
        LOGS.mkdir(parents=True, exist_ok=True)
        self.record.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            subprocess.Popen(
                ["/bin/sh", "-c", _RECORD_THEN_EXEC, "lab", str(self.record), *map(str, argv)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=RUN,  # what a program drops where it stands is not dropped into a checkout
                env={**os.environ, **(env or {})},
            )

    def adopt(self, pid: int) -> None:
        """Record a process that a server of ours started itself."""
        RUN.mkdir(parents=True, exist_ok=True)
        self.record.write_text(f"{pid} {start_time(pid)}\n{_boot()}\n")

    def wait_until(self, ready: Callable[[], bool], *, timeout_s: float) -> None:
        """Return once ready() holds; raise with the end of the log when the server ends or the time is over."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            gone = self.record.exists() and self.pid is None
            if gone or time.monotonic() > deadline:
                what = "ended at once" if gone else f"was not ready within {timeout_s:.0f} s"
                raise LabError(f"{self.name} {what}:\n{self._log_tail()}", hint=f"read {self.log}")
            time.sleep(0.1)

    def stop(self, *, timeout_s: float = 30) -> bool:
        """End it (SIGTERM, then SIGKILL) and forget it; whether it was running."""
        pid = self.pid
        if pid is not None:
            end(pid, start_time(pid), timeout_s=timeout_s)
        self.record.unlink(missing_ok=True)
        return pid is not None

    def _log_tail(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])
        except FileNotFoundError:
            return "(no log)"


def start_time(pid: int) -> str | None:
    """When the process started, in clock ticks since boot; None for one that is gone or only waits to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields[19]


def end(pid: int, started: str | None, *, timeout_s: float) -> None:
    """End the process that started then; a later one under the same pid is left alone."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if started is None or start_time(pid) != started:
            return
        for sent in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(handle, sent)
            if select.select([handle], [], [], timeout_s)[0]:
                return
    except ProcessLookupError:
        return
    finally:
        os.close(handle)


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
