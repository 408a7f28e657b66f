"""Tells whoever watches a deploy how far it is."""

from __future__ import annotations

from tasks.models import Progress
from tasks.ports import ProgressSink


class News:
    """Lines of progress; none without a sink, and none twice in a row."""

    def __init__(self, sink: ProgressSink | None) -> None:
        self._sink = sink
        self._last = ""

    def say(self, message: str) -> None:
        """Something begins or is done."""
        self._report(Progress(step="deploy", phase="running", message=message))

    def count(self, message: str, done: int, total: int) -> None:
        """So many pods of so many are there."""
        self._report(
            Progress(step="deploy", phase="running", message=message, done=float(done), total=float(total), unit="pods")
        )

    def _report(self, progress: Progress) -> None:
        if self._sink and progress.message != self._last:
            self._last = progress.message
            self._sink.report(progress=progress)
