"""The releases of a language that a project asks for, as statements: what can be resolved, and what cannot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tasks.detection.evidence import CONFIGURATION, say
from tasks.detection.versions import resolve, unknown_release
from tasks.models import Evidence

_A_RANGE = CONFIGURATION - 0.25
"""A range that admits many releases is worth less than a file that names one, such as a Dockerfile."""


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
            is_range = re.search(r"[<>^~*|]", each.wanted) is not None
            confidence = min(each.confidence, _A_RANGE) if is_range else each.confidence
            yield say("language_version", release, each.file, each.rule, confidence, each.line)


def version_warnings(language: str, asked: Iterable[Asked]) -> Iterator[str]:
    """A sentence for each one that no known release satisfies."""
    for each in asked:
        if resolve(language, each.wanted) is None:
            yield unknown_release(language, each.wanted, each.file, each.line)
