"""A detection advisor in memory: it answers what it was told to, and remembers what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.errors import StepError
from tasks.models import GapAnswer, GapAnswers, GapQuestion


@dataclass
class MemoryDetectionAdvisor:
    """The DetectionAdvisor port."""

    answers: tuple[GapAnswer, ...] = ()
    error: StepError | None = None
    asked: list[GapQuestion] = field(default_factory=list)

    def fill(self, *, question: GapQuestion, timeout_s: float = 30) -> GapAnswers:
        """The answers, whatever was asked; the error where there is one."""
        del timeout_s
        self.asked.append(question)
        if self.error:
            raise self.error
        return GapAnswers(answers=self.answers)
