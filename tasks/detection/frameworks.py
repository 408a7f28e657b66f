"""Frameworks that a declared dependency shows: rows of frameworks.toml for languages that need to know no more."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from tasks.detection.reading import Dependency
from tasks.knowledge import load
from tasks.models import Model


class Framework(Model):
    """How one framework is recognised. Order of rows is precedence: one stands before those that it is built on."""

    name: str
    packages: tuple[str, ...]
    """As `Dependency.name` writes them; one that ends in "*" is a prefix."""
    kind: Literal["web", "worker", "job", "static", "library"] = "web"
    port: int | None = None
    """Where it listens when told nothing; None where the code must say."""
    example: str


@cache
def frameworks(language: str) -> tuple[Framework, ...]:
    """The rows of one language."""
    return TypeAdapter(tuple[Framework, ...]).validate_python(load("frameworks")[language])


def declared(language: str, dependencies: Iterable[Dependency]) -> tuple[Framework, Dependency] | None:
    """The first row that a dependency shows, and that dependency."""
    known = tuple(dependencies)
    for row in frameworks(language):
        found = next((each for each in known if any(_is(each.name, package) for package in row.packages)), None)
        if found is not None:
            return row, found
    return None


def _is(name: str, package: str) -> bool:
    return name.startswith(package[:-1]) if package.endswith("*") else name == package
