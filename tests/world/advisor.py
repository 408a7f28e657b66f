"""An advisor in memory: it knows phrases, and what each means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tasks.models import Advice, Failure


@dataclass
class MemoryAdvisor:
    """The RecoveryAdvisor port. The first phrase that the message or the log holds speaks."""

    known: Mapping[str, Advice] = field(default_factory=dict)
    asked: list[Failure] = field(default_factory=list)

    def advise(self, *, failure: Failure, timeout_s: float = 5) -> Advice:
        """The advice for that phrase; `unknown` without one."""
        del timeout_s
        self.asked.append(failure)
        text = f"{failure.message}\n{failure.first_error}\n{failure.log_tail}"
        for phrase, advice in self.known.items():
            if phrase in text:
                lines = tuple(line for line in text.splitlines() if phrase in line)
                return advice.changed(evidence_lines=lines[:5])
        return Advice(verdict="needs_human", hint="nobody knows this failure", confidence=0)
