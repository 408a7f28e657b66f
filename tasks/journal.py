"""What a run writes down about its steps while they happen, and who is asked when one fails.

A ContextVar, because Prefect calls retry hooks and on_failure hooks, which are not ours to pass arguments to.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

from tasks.models import Advice, Failure, Outcome, Phase, Progress, StepName, StepRecord
from tasks.ports import ProgressSink, RecoveryAdvisor


@dataclass
class Journal:
    """The records of one run, in the order in which steps ended."""

    sink: ProgressSink
    advisor: RecoveryAdvisor
    redact: Callable[[str], str]
    records: list[StepRecord] = field(default_factory=list)
    attempts: dict[StepName, list[str]] = field(default_factory=dict)
    """Messages of the attempts that failed, by step: the error context that grows."""

    def say(self, step: StepName, phase: Phase, message: str = "") -> None:
        """Report one line of news."""
        self.sink.report(progress=Progress(step=step, phase=phase, message=self.redact(message)))

    def advise(self, failure: Failure) -> Advice:
        """What the advisor says about the failure and all that failed before it."""
        earlier = tuple(line for lines in self.attempts.values() for line in lines)
        return self.advisor.advise(failure=failure.changed(earlier=earlier))

    def note_attempt(self, step: StepName, message: str) -> None:
        """Remember that an attempt failed with this message."""
        self.attempts.setdefault(step, []).append(self.redact(message))

    def note_end(self, step: StepName, started: str, duration_s: float, outcome: Outcome | str, failed: int) -> None:
        """Write the step's record and report it: an outcome, or the message of its final error."""
        state, detail = _ending(outcome)
        warnings = () if isinstance(outcome, str) else tuple(self.redact(warning) for warning in outcome.warnings)
        self.records.append(
            StepRecord(
                name=step,
                started=started,
                duration_s=round(duration_s, 3),
                attempts=failed + 1,
                state=state,
                detail=self.redact(detail),
                warnings=warnings,
            )
        )
        self.say(step, state, detail)
        for warning in warnings:
            self.say(step, "running", f"warning: {warning}")


_current: ContextVar[Journal | None] = ContextVar("journal", default=None)


@contextlib.contextmanager
def writing(journal: Journal) -> Iterator[Journal]:
    """Within this block the steps write into this journal."""
    token = _current.set(journal)
    try:
        yield journal
    finally:
        _current.reset(token)


def current() -> Journal | None:
    """The journal of the run that is going on, if one is."""
    return _current.get()


def _ending(outcome: Outcome | str) -> tuple[Literal["finished", "reused", "not_needed", "failed"], str]:
    if isinstance(outcome, str):
        return "failed", outcome
    if outcome.not_needed:
        return "not_needed", outcome.not_needed
    return ("reused" if outcome.reused else "finished"), outcome.summary()
