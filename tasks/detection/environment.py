"""The variables that an application reads, put together from every place that reads them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from tasks.detection.evidence import SOURCE, harmless, say
from tasks.knowledge import load
from tasks.models import EnvironmentVariable, Evidence, Model

_NAME = re.compile(r"_{0,3}[A-Za-z][A-Za-z0-9_]{0,80}")
CONFIGURED_PORT = SOURCE - 0.15


@dataclass(frozen=True, slots=True)
class Read:
    """One place where a variable is read."""

    name: str
    file: str
    line: int
    default: str | None = None
    required: bool = False
    guarded: bool = False
    """The code also works without it: it asks whether it is there, or handles its absence."""


class _Environment(Model):
    ignored: tuple[str, ...]
    never_required: tuple[str, ...]
    example: str


def variables(reads: Iterable[Read], rule: str) -> tuple[tuple[EnvironmentVariable, ...], tuple[Evidence, ...]]:
    """One variable for each name, sorted, and the evidence for it.

    A default or a guard anywhere makes it optional; the first default that was read is reported.
    """
    table = _table()
    grouped: dict[str, list[Read]] = {}
    for read in reads:
        if _NAME.fullmatch(read.name) and read.name not in table.ignored:
            grouped.setdefault(read.name, []).append(read)
    found, evidence = [], []
    for name, places in sorted(grouped.items()):
        default = next((place.default for place in places if place.default is not None), None)
        optional = default is not None or name in table.never_required or any(place.guarded for place in places)
        required = not optional and any(place.required for place in places)
        speaker = next((place for place in places if place.required is required), places[0])
        found.append(
            EnvironmentVariable(name=name, default=None if default is None else harmless(default), required=required)
        )
        evidence.append(say("env", name, speaker.file, rule, SOURCE, speaker.line))
    return tuple(found), tuple(evidence)


def without_demands(reads: Iterable[Read], scripts: Collection[str]) -> Iterator[Read]:
    """The reads; what scripts beside the application cannot do without is nothing that it cannot do without."""
    for each in reads:
        yield replace(each, required=False) if each.file in scripts else each


def port_of_variable(reads: Iterable[Read], rule: str) -> Iterator[Evidence]:
    """The default of PORT, which says where a server listens even when the call that listens was not understood."""
    for read in reads:
        if read.name == "PORT" and re.fullmatch(r"[1-9]\d{1,4}", read.default or ""):
            yield say("port", read.default, read.file, rule, CONFIGURED_PORT, read.line)


@cache
def _table() -> _Environment:
    return _Environment.model_validate(load("environment"))
