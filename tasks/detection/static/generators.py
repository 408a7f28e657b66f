"""Programs that make a site out of text: rows of static_generators.toml, found by their configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from tasks.detection.files import FileTree, join, parent
from tasks.knowledge import load
from tasks.models import Evidence, Model


class Generator(Model):
    """A row: how one generator is recognised, and what its build writes."""

    name: str
    files: tuple[str, ...]
    key: str | None = None
    beside: tuple[str, ...] = ()
    language: str
    build: str
    output: str
    pip: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    example: dict[str, str]

    def owns(self, name: str) -> bool:
        """Whether a language's manifest of this name only says what the generator needs."""
        return any(fnmatchcase(name, pattern) for pattern in self.manifests)


class _Generators(Model):
    generator: tuple[Generator, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A generator's configuration in a repository."""

    generator: Generator
    file: str
    line: int


@cache
def generators() -> tuple[Generator, ...]:
    """All rows; the first one that fits is meant."""
    return _Generators.model_validate(load("static_generators")).generator


def generator(name: str | None) -> Generator | None:
    """The first row of that name."""
    return next((row for row in generators() if row.name == name), None)


def fitting(said: Iterable[Evidence], declared: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Of what another platform's files declare, that which the image of the generator in `said` can do.

    A build by another program than the generator has no place there, nor has the folder which that one writes.
    """
    declared = tuple(declared)
    made = next((row for row in generators() for each in said if each.rule == f"static.{row.name}"), None)
    builds = [each.value for each in declared if each.field == "build_command"]
    if made is None or all(each.partition(" ")[0] == made.build.partition(" ")[0] for each in builds):
        return declared
    return tuple(each for each in declared if each.field not in {"build_command", "static_folder"})


def configured(tree: FileTree, folder: str, every: frozenset[str]) -> Found | None:
    """The generator that this folder is written for; `every` are the folders of the repository."""
    return next((found for row in generators() for found in _matches(tree, folder, row, every)), None)


def configured_folders(paths: Iterable[str]) -> tuple[str, ...]:
    """Folders that hold a file which may show a generator."""
    return tuple(dict.fromkeys(folder for path in paths if (folder := _folder_of(path)) is not None))


def _folder_of(path: str) -> str | None:
    """The folder of the site that the file would configure, of the longest of the known paths that it ends in."""
    known = _endings().get(path.rpartition("/")[2], ())
    below = next((each for each in known if path == each or path.endswith(f"/{each}")), None)
    return None if below is None else path[: -len(below)].rstrip("/") or "."


@cache
def _endings() -> dict[str, tuple[str, ...]]:
    """The paths of configurations by their last part, the longest first."""
    every = {name for row in generators() for name in row.files}
    names = {name.rpartition("/")[2] for name in every}
    return {
        name: tuple(sorted((each for each in every if each.rpartition("/")[2] == name), key=len, reverse=True))
        for name in names
    }


def every_folder(paths: Iterable[str]) -> frozenset[str]:
    """Every folder that holds a file, and those above them."""
    found: set[str] = set()
    for path in paths:
        place = parent(path)
        while place != "." and place not in found:
            found.add(place)
            place = parent(place)
    return frozenset(found)


def _matches(tree: FileTree, folder: str, row: Generator, every: frozenset[str]) -> Iterator[Found]:
    for name in row.files:
        path = join(folder, name)
        if path not in tree.paths or not _has_beside(tree, folder, row, every):
            continue
        line = _line(tree.text(path) or "", row.key)
        if line:
            yield Found(row, path, line)


def _line(text: str, key: str | None) -> int | None:
    """The line that shows the generator; None when none does."""
    if key is None:
        return 1
    found = re.search(key, text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _has_beside(tree: FileTree, folder: str, row: Generator, every: frozenset[str]) -> bool:
    wanted = [join(folder, each) for each in row.beside]
    return not wanted or not tree.paths.isdisjoint(wanted) or not every.isdisjoint(wanted)
