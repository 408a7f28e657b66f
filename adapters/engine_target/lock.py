"""Puts the runs of one application in a row.

The lock is the kernel's, on an open file: it ends with its holder however that ended, SIGKILL included. The files stay,
because removing one would let two runs hold locks on two files of the same name. Runs with different state folders do
not see each other's lock; the names of containers, which an engine gives only once, then make the second one fail.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.deadline import Deadline
from tasks.errors import Denied, Unavailable
from tasks.models import Application

_POLL_S = 0.05


class Locks:
    """The locks of one engine's applications, as files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "locks"

    @contextmanager
    def held(
        self, engine: str, application: Application, deadline: Deadline, waiting: Callable[[str], None]
    ) -> Iterator[None]:
        """Hold the application's lock; `waiting` is told once who has it. Raises Unavailable at the deadline."""
        path = self._folder / f"{_engine(engine)}-{application.namespace}-{application.name}.lock"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except PermissionError as error:
            raise Denied(
                f"the lock {path} cannot be opened: {error.strerror}", hint=f"ls -ld {self._folder} {path}"
            ) from error
        try:
            _acquire(descriptor, application, deadline, waiting)
            os.pwrite(descriptor, f"{os.getpid()}\n".ljust(20).encode(), 0)
            yield
        finally:
            os.close(descriptor)


def _acquire(descriptor: int, application: Application, deadline: Deadline, waiting: Callable[[str], None]) -> None:
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            if deadline.passed:
                raise Unavailable(
                    f"another run has been releasing {application.name} for {deadline.timeout_s:.0f} s"
                    f" (process {holder})",
                    hint=f"wait for it, or end it: ps -fp {holder}",
                ) from error
            if not told:
                waiting(f"waits for another run that is releasing {application.name} (process {holder})")
                told = True
            time.sleep(_POLL_S)
        else:
            return


def _engine(endpoint: str) -> str:
    """A short name for the engine, the same for each way to its socket."""
    scheme, _, path = endpoint.partition("://")
    if scheme == "unix":
        endpoint = f"unix://{Path(path).resolve()}"
    digest = hashlib.sha256(endpoint.encode()).hexdigest()[:8]
    return f"{re.sub(r'[^a-z]', '', scheme)[:8]}-{digest}"
