"""Calls after which a program waits for work without listening: rows of node_waits.toml."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from pydantic import TypeAdapter

from tasks.knowledge import load
from tasks.models import Model


class Wait(Model):
    """A row."""

    pattern: str
    packages: tuple[str, ...] = ()
    is_purpose: bool = False
    """Who depends on one of the packages does so to wait."""
    example: str


@cache
def waits() -> tuple[Wait, ...]:
    """All rows."""
    return TypeAdapter(tuple[Wait, ...]).validate_python(load("node_waits")["waits"])


def waits_at(code: str, imports: Collection[str]) -> int | None:
    """The position of the first call that waits, in code without comments; None when none does."""
    spoken = (found.start() for row, pattern in _compiled() if _fits(row, imports) and (found := pattern.search(code)))
    return min(spoken, default=None)


def _fits(row: Wait, imports: Collection[str]) -> bool:
    return not row.packages or any(name in imports for name in row.packages)


@cache
def _compiled() -> tuple[tuple[Wait, re.Pattern[str]], ...]:
    return tuple((row, re.compile(row.pattern, re.DOTALL)) for row in waits())


@cache
def waiting_packages() -> frozenset[str]:
    """Packages that are there to wait for work."""
    return frozenset(name for row in waits() if row.is_purpose for name in row.packages)
