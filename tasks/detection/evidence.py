"""Statements about fields, and how much each kind of source is worth. Conflicts are kept and ranked, never dropped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tasks.models import Evidence

USER: Final = 1.0
DOCKERFILE: Final = 0.95
TOOL_FILE: Final = 0.92
COMPOSE: Final = 0.9
PROCFILE: Final = 0.87
PLATFORM: Final = 0.86
MANIFEST: Final = 0.85
CONFIGURATION: Final = 0.8
SOURCE: Final = 0.75
DEPENDENCY: Final = 0.65
CONVENTION: Final = 0.5
WEAK: Final = 0.35
LLM: Final = 0.3
"""At most; below everything that was read."""
BELIEVED: Final = "llm"
"""The rule of what a language model said and no file says."""

_MAX_VALUE: Final = 500


def say(  # noqa: PLR0917 - the order of the published object, and on nearly every page of this package
    field: str, value: object, file: str, rule: str, confidence: float, line: int | None = None
) -> Evidence:
    """One statement, its value made harmless: printable and at most 500 characters."""
    return Evidence(
        field=field, value=harmless(str(value)), file=file, line=line, rule=rule, confidence=round(confidence, 3)
    )


def harmless(text: str) -> str:
    """`text` without anything a terminal, a YAML file or a Dockerfile could take for an instruction."""
    return "".join(character if character.isprintable() else "?" for character in text[:_MAX_VALUE])


def is_plain(text: str) -> bool:
    """Whether the text is one line that `harmless` leaves as it is, so that a command can be taken from it."""
    return len(text) <= _MAX_VALUE and text.isprintable()


def about(evidence: Iterable[Evidence], field: str) -> tuple[Evidence, ...]:
    """The statements about one field, the strongest first; equals keep their order."""
    return tuple(sorted((each for each in evidence if each.field == field), key=lambda each: -each.confidence))


def best(evidence: Iterable[Evidence], field: str) -> Evidence | None:
    """The strongest statement about the field."""
    return next(iter(about(evidence, field)), None)


def rivals(evidence: Iterable[Evidence], field: str) -> tuple[Evidence, ...]:
    """The strongest statements when they contradict one another at equal rank; else nothing."""
    ranked = about(evidence, field)
    top = {each.value: each for each in reversed(ranked) if each.confidence == ranked[0].confidence}
    return tuple(reversed(top.values())) if len(top) > 1 else ()


def line_of(text: str, needle: str) -> int | None:
    """The first line, counted from 1, that contains `needle`."""
    position = text.find(needle)
    return None if position < 0 else text.count("\n", 0, position) + 1
