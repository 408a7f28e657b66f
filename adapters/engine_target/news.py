"""Tells whoever watches a deploy how far it is."""

from __future__ import annotations

from tasks.models import Progress
from tasks.ports import ProgressSink


class News:
    """Lines of progress; none without a sink."""

    def __init__(self, sink: ProgressSink | None) -> None:
        self._sink = sink

    def say(self, message: str) -> None:
        """Something begins or is done."""
        self._report(Progress(step="deploy", phase="running", message=message))

    def waits(self, message: str, done_s: float, total_s: float) -> None:
        """Something takes its time: for how long already, and for how long at most."""
        self._report(
            Progress(step="deploy", phase="running", message=message, done=round(done_s, 1), total=total_s, unit="s")
        )

    def report(self, *, progress: Progress) -> None:
        """News of a download, which belongs to this deploy."""
        self._report(progress.changed(step="deploy"))

    def _report(self, progress: Progress) -> None:
        if self._sink:
            self._sink.report(progress=progress)
