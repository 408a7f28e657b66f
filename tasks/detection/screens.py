"""Programs that a person looks at: the libraries of screens.toml that draw windows or pages of a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal

from tasks.detection.reading import Dependency
from tasks.knowledge import load
from tasks.models import Model


class Screens(Model):
    """The table, by language."""

    go: frozenset[str]
    rust: frozenset[str]
    example: str


@cache
def screens() -> Screens:
    """The validated table."""
    return Screens.model_validate(load("screens"))


def drawing(language: Literal["go", "rust"], dependencies: Iterable[Dependency]) -> Dependency | None:
    """The first dependency that draws; None for a program without a screen."""
    known = screens().go if language == "go" else screens().rust
    return next((each for each in dependencies if each.name in known), None)
