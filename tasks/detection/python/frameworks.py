"""The Python rows of frameworks.toml."""

from __future__ import annotations

from functools import cache
from typing import Literal

from tasks.knowledge import load
from tasks.models import Model


class PythonFramework(Model):
    """How one framework is recognised and served."""

    name: str
    packages: tuple[str, ...]
    constructors: tuple[str, ...] = ()
    interface: Literal["wsgi", "asgi", "own"]
    runs: tuple[str, ...] = ()
    """The words that start a script of the framework, which then stands behind them."""
    port: int | None = None
    also_client: bool = False
    """The package is one for clients as well: only code that makes an application shows the framework."""
    example: str


@cache
def frameworks() -> tuple[PythonFramework, ...]:
    """All rows; what is built on another stands before it."""
    rows = load("frameworks")["python"]
    if not isinstance(rows, list):
        raise TypeError("frameworks.toml: python must be a list")
    return tuple(PythonFramework.model_validate(row) for row in rows)


@cache
def _constructors() -> dict[str, str]:
    return {constructor: row.name for row in frameworks() for constructor in row.constructors}


def by_constructor(dotted: str) -> str | None:
    """The framework whose application this call makes."""
    return _constructors().get(dotted)


def by_name(name: str | None) -> PythonFramework | None:
    """The row of that name."""
    return next((row for row in frameworks() if row.name == name), None)


def names_of(module: str) -> dict[str, str]:
    """What a star import of the module brings of the constructors that the table knows."""
    return {each.rpartition(".")[2]: each for each in _constructors() if each.rpartition(".")[0] == module}
