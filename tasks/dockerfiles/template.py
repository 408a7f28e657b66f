"""Renders the templates beside it, and proves that no value changed what they say.

A template is rendered twice: with its values, and with a harmless word in the place of each. Both must have the same
instructions in the same order, so no value can add, swallow or change one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from tasks.dockerfiles import quoting
from tasks.dockerfiles.parse import parse
from tasks.dockerfiles.quoting import Quoted
from tasks.errors import Invalid

if TYPE_CHECKING:
    from tasks.dockerfiles.recipe import Recipe

_FILTERS = {
    "quoted": quoting.quoted,
    "json_array": quoting.json_array,
    "run_command": quoting.run_command,
    "argument": quoting.argument,
    "path": quoting.path,
    "packages": quoting.packages,
    "reference": quoting.reference,
    "lines": quoting.lines,
    "pairs": quoting.pairs,
    "keyword": quoting.keyword,
    "sources": quoting.sources,
}


@lru_cache(maxsize=64)
def fill(recipe: Recipe) -> str:
    """The Dockerfile for this recipe. Raises Invalid when a value would have changed its structure."""
    name = f"{recipe.template}.Dockerfile.j2"
    text = _environment().get_template(name).render(recipe=recipe)
    promised = _neutral_environment().get_template(name).render(recipe=recipe)
    if parse(text).kinds != parse(promised).kinds:
        raise Invalid("a value from the repository would add an instruction to the Dockerfile, or hide one")
    return text


@cache
def _environment() -> Environment:
    return _made(_only_quoted)


@cache
def _neutral_environment() -> Environment:
    return _made(_neutral)


def _made(finalize: Callable[[object], object]) -> Environment:
    environment = Environment(
        loader=PackageLoader("tasks.dockerfiles"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - no HTML; each value goes through a filter of quoting.py, `finalize` insists
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finalize,
        auto_reload=False,
    )
    environment.filters.update(_FILTERS)
    return environment


def _only_quoted(value: object) -> object:
    if isinstance(value, Quoted) or type(value) is int:
        return value
    raise TypeError(f"a template printed {type(value).__name__} that went through no filter")


def _neutral(value: object) -> str:
    _only_quoted(value)
    return "x"
