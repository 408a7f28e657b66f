"""What the code of a project without any manifest imports: the packages that an install must bring all the same."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache

from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import Sources
from tasks.detection.reading import Dependency
from tasks.knowledge import load
from tasks.models import Model


class _Imports(Model):
    own: tuple[str, ...]
    names: dict[str, str]
    example: str


@cache
def _table() -> dict[str, str]:
    table = _Imports.model_validate(load("python_imports"))
    return {**{name: name.replace("_", "-") for name in table.own}, **table.names}


def packages_imported(sources: Sources, files: list[SourceFile]) -> tuple[tuple[Dependency, ...], tuple[str, ...]]:
    """The known packages that the files import, and imported names that nobody knows, both sorted."""
    places = dict(reversed([*_foreign(sources, files)]))
    known = {_table()[name]: path for name, path in places.items() if name in _table()}
    found = (Dependency(package, known[package]) for package in sorted(known, key=str.lower))
    return tuple(found), tuple(sorted(name for name in places if name not in _table()))


def _foreign(sources: Sources, files: list[SourceFile]) -> Iterator[tuple[str, str]]:
    """First names of what is neither Python's own nor the project's, and who imports it."""
    for file in files:
        for name in file.imports:
            first = name.partition(".")[0]
            if first and first not in sys.stdlib_module_names and not sources.module_file(name, file.path):
                yield first, file.path
