"""Progress for two audiences at once: the caller's sink, and a bar in Prefect at most once a second."""

from __future__ import annotations

import time
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.context import TaskRunContext

from tasks.models import Progress
from tasks.ports import ProgressSink

_UPDATE_S = 1.0
"""An update costs Prefect 23 ms."""


class PrefectProgress:
    """A sink that passes everything on and keeps one progress artifact for each task run."""

    def __init__(self, sink: ProgressSink) -> None:
        self._sink = sink
        self._bars: dict[UUID, tuple[UUID, float]] = {}

    def report(self, *, progress: Progress) -> None:
        """Pass it on; move the bar when it says how far it is."""
        self._sink.report(progress=progress)
        context = TaskRunContext.get()
        if context is None or not progress.total or progress.done is None:
            return
        percent = min(100.0 * progress.done / progress.total, 100.0)
        self._move(context.task_run.id, progress, percent)

    def _move(self, task_run_id: UUID, progress: Progress, percent: float) -> None:
        now = time.monotonic()
        known = self._bars.get(task_run_id)
        if known is None:
            artifact = create_progress_artifact(
                progress=percent, key=f"{progress.step}-progress", description=f"How far {progress.step} is"
            )
            if isinstance(artifact, UUID):
                self._bars[task_run_id] = (artifact, now)
        elif percent >= 100 or now - known[1] >= _UPDATE_S:  # noqa: PLR2004 - per cent
            update_progress_artifact(artifact_id=known[0], progress=percent)
            self._bars[task_run_id] = (known[0], now)
