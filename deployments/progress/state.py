"""How far the ten steps are, put together from their news."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import get_args

from deployments.progress.printable import printable
from tasks.models import Phase, Progress, StepName

STEP_NAMES: tuple[StepName, ...] = get_args(StepName)
FINAL: frozenset[Phase] = frozenset({"finished", "reused", "not_needed", "failed"})


@dataclass
class StepState:
    """One row of the table."""

    phase: Phase | None = None
    message: str = ""
    spent_s: float = 0
    since: float | None = None

    def duration_s(self) -> float:
        """Time that the step has taken until now, all its repetitions together."""
        return self.spent_s + (time.monotonic() - self.since if self.since is not None else 0)


@dataclass
class RunState:
    """All rows, and the lines that stay below them."""

    steps: dict[StepName, StepState] = field(default_factory=lambda: {name: StepState() for name in STEP_NAMES})
    notes: list[str] = field(default_factory=list)

    def take(self, progress: Progress) -> None:
        """Bring the row up to date; repairs and warnings are kept as notes."""
        row, text = self.steps[progress.step], describe(progress)
        if progress.phase == "repairing":
            self.notes.append(f"repair of {progress.step}: {text}")
        elif row.phase in FINAL and progress.phase == "running":
            # a warning that comes after the end does not bring the step back to life
            self.notes.append(f"{progress.step}: {text}")
            return
        if row.since is None and progress.phase not in FINAL:
            row.since = time.monotonic()
        if row.since is not None and progress.phase in FINAL:
            row.spent_s, row.since = row.duration_s(), None
        row.phase, row.message = progress.phase, text or row.message


def describe(progress: Progress) -> str:
    """The message together with how much of the work is done."""
    return " ".join(part for part in (printable(progress.message), _amount(progress)) if part)


def _amount(progress: Progress) -> str:
    if progress.done is None:
        return ""
    if progress.unit in {"B", "bytes"}:
        scale, unit = 1_000_000.0, " MB"
    else:
        scale, unit = 1.0, f" {progress.unit}" if progress.unit else ""
    total = f"/{progress.total / scale:,.0f}" if progress.total else ""
    return f"{progress.done / scale:,.0f}{total}{unit}"
