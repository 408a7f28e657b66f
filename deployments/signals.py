"""Signals that end us are raised as exceptions, so that every `finally` runs and the exit code is the usual one."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from deployments.exit_codes import ExitCode

_CODES = {signal.SIGTERM: ExitCode.TERMINATED, signal.SIGHUP: ExitCode.HUNG_UP}


class Stopped(BaseException):
    """A signal asked us to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.code = _CODES[signal.Signals(number)]


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """Within this block SIGTERM and SIGHUP raise Stopped.

    Prefect has its own SIGTERM handler while a flow runs, and raises the signal again for ours afterwards.
    """
    former = {number: signal.getsignal(number) for number in _CODES}
    for number, handler in former.items():
        # nohup ignores SIGHUP, and means it
        if handler is not signal.SIG_IGN:
            signal.signal(number, _raise)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _raise(number: int, frame: FrameType | None) -> None:
    del frame
    raise Stopped(number)
