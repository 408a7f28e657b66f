"""One line a change, with the time: for logs and for terminals that cannot redraw."""

from __future__ import annotations

import contextlib
import threading
import time
from types import TracebackType
from typing import Self, TextIO

from deployments.progress.printable import printable
from deployments.progress.state import describe
from tasks.models import Phase, Progress, StepName

_QUIET_S = 2.0
"""A step that only counts up says so at most this often."""


class Plain:
    """Writes lines and flushes each."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._last: dict[StepName, tuple[Phase, str, float]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open."""

    def say(self, text: str) -> None:
        """Write a line that belongs to no step."""
        self._write(f"{'-':<11} {printable(text)}")

    def report(self, *, progress: Progress) -> None:
        """Write a line when something changed."""
        with self._lock:
            if self._is_news(progress):
                self._write(f"{progress.step:<11} {progress.phase:<10} {describe(progress)}".rstrip())

    def _is_news(self, progress: Progress) -> bool:
        text, now = describe(progress), time.monotonic()
        phase, former, moment = self._last.get(progress.step, (None, "", 0.0))
        same_phase = phase == progress.phase
        if same_phase and (former == text or (progress.done is not None and now - moment < _QUIET_S)):
            return False
        self._last[progress.step] = (progress.phase, text, now)
        return True

    def _write(self, line: str) -> None:
        # a reader that has gone must not end the run
        with contextlib.suppress(OSError):
            self._stream.write(f"{time.strftime('%H:%M:%S')} {line}\n")
            self._stream.flush()
