"""The releases of a language that a project asks for, as statements: what can be resolved, and what cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tasks.detection.evidence import say
from tasks.detection.versions import resolve, unknown_release
from tasks.models import Evidence


class Asked(NamedTuple):
    """One place that names a release or a range."""

    file: str
    line: int | None
    rule: str
    wanted: str
    confidence: float


def version_evidence(language: str, asked: Iterable[Asked]) -> Iterator[Evidence]:
    """Every statement that can be resolved."""
    for each in asked:
        release = resolve(language, each.wanted)
        if release:
            yield say("language_version", release, each.file, each.rule, each.confidence, each.line)


def version_warnings(language: str, asked: Iterable[Asked]) -> Iterator[str]:
    """A sentence for each one that no known release satisfies."""
    for each in asked:
        if resolve(language, each.wanted) is None:
            yield unknown_release(language, each.wanted, each.file, each.line)
