"""The knowledge base as an advisor: the first row that matches a failure says what it means."""

from __future__ import annotations

import re

from tasks.models import AddSystemPackages, Advice, Amendment, Failure, StepName
from tasks.recovery.amendments import amendment_for
from tasks.recovery.facts import facts_of, guess_step
from tasks.recovery.rows import Match, compiled_rows
from tasks.recovery.text import LogText, normalise
from tasks.redaction import Redactor

_LONGEST_EVIDENCE = 300
_LONGEST_WORD = 100
_LOOKS_LIKE_AN_ERROR = re.compile(
    r"(?i)\b(?:error|fatal|failed|failure|panic|exception|denied|cannot|refused|invalid)\b"
)
_EVIDENCE_LINES = 3
_PLACE = re.compile(r"\{(\w{1,20})\}")


class KnowledgeAdvisor:
    """The RecoveryAdvisor port, answered by the rows of knowledge/failures.toml. Same failure, same advice."""

    def advise(self, *, failure: Failure, timeout_s: float = 5) -> Advice:
        """The first matching row's advice; class `unknown` and verdict `needs_human` when none matches."""
        del timeout_s  # every pattern is bounded: it takes milliseconds
        return advise(failure)


def advise(failure: Failure) -> Advice:
    """What the knowledge base says about this failure."""
    return _advise(failure, failure.step)


def diagnose(log: str, *, step: StepName | None = None) -> Advice:
    """What the knowledge base says about a log that nobody has more evidence for. Secrets do not come back."""
    advice = _advise(Failure(step=step or "build", message="", log_tail=log), step)
    redact = Redactor().redact
    return advice.changed(hint=redact(advice.hint), evidence_lines=tuple(map(redact, advice.evidence_lines)))


def _advise(failure: Failure, step: StepName | None) -> Advice:
    text = normalise((failure.message, failure.first_error or "", *failure.events, failure.log_tail))
    facts = facts_of(failure, text)
    known_step = step or guess_step(text)
    matches = (row.match(text, facts, known_step) for row in compiled_rows())
    advices = (_advice(match, amendment_for(match, facts)) for match in matches if match)
    first = next(advices, None)
    if first is None or first.amendment is None or first.amendment not in failure.tried:
        return first or _unknown(text)
    # the same again cannot help: a log may show two faults at once
    return next((each for each in advices if each.amendment and each.amendment not in failure.tried), first)


def _advice(match: Match, amendment: Amendment | None) -> Advice:
    row = match.row
    words = {name: value[:_LONGEST_WORD] for name, value in match.groups.items()}
    if isinstance(amendment, AddSystemPackages):
        words["packages"] = ", ".join(amendment.packages)
    lacking = row.amendment is not None and amendment is None
    hint = None if lacking else _filled(row.hint, words)
    return Advice(
        error_class=row.error_class,
        cause=row.cause,
        verdict="needs_human" if lacking else row.verdict,
        hint=hint or _filled(row.otherwise or row.hint, words) or row.hint,
        amendment=amendment,
        confidence=row.confidence,
        evidence_lines=tuple(line[:_LONGEST_EVIDENCE] for line in match.lines),
        rule=row.id,
        ends_waiting=row.ends_waiting,
    )


def _filled(hint: str, words: dict[str, str]) -> str | None:
    """The hint with its words; None when one of them is not known."""
    wanted = set(_PLACE.findall(hint))
    if not wanted <= words.keys():
        return None
    return _PLACE.sub(lambda match: words[match[1]], hint)


def _unknown(text: LogText) -> Advice:
    lines = [line for line in text.lines if _LOOKS_LIKE_AN_ERROR.search(line)] or list(text.lines[-_EVIDENCE_LINES:])
    return Advice(
        verdict="needs_human",
        hint="nobody knows this failure yet: read the lines above, and the whole log",
        confidence=0,
        evidence_lines=tuple(line[:_LONGEST_EVIDENCE] for line in lines[:_EVIDENCE_LINES]),
    )
