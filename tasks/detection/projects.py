"""Projects that are no application a container could run: rows of refused_projects.toml, found by their files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from types import MappingProxyType
from typing import Literal

from tasks.detection.files import FileTree, parent
from tasks.detection.folders import folders
from tasks.knowledge import load
from tasks.models import Component, Kind, Model


class Project(Model):
    """A row: what shows such a project, and which components are parts of it."""

    title: str
    why: str
    files: tuple[str, ...]
    key: str | None = None
    depth: int = 0
    unless: tuple[str, ...] = ()
    languages: tuple[str, ...]
    kinds: tuple[Kind, ...] = ("worker", "job", "static", "library")
    verdict: Literal["unsupported", "nothing_found"] = "unsupported"
    example: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sight:
    """A file of a repository that shows such a project."""

    project: Project
    file: str

    @property
    def sentence(self) -> str:
        """What was found, where, and why it is not deployed."""
        return f"{self.project.title} ({self.file}), which {self.project.why}"


class _Projects(Model):
    project: tuple[Project, ...]


@cache
def projects() -> tuple[Project, ...]:
    """All rows, the most telling one first."""
    return _Projects.model_validate(load("refused_projects")).project


def sights(tree: FileTree) -> tuple[Sight, ...]:
    """Every file that shows such a project, by row, shallow files first."""
    rows = {id(row): number for number, row in enumerate(projects())}
    found = [Sight(row, path) for path in tree.ordered for row in _shown(path) if _is_shown(tree, path, row)]
    return tuple(sorted(found, key=lambda sight: rows[id(sight.project)]))


def is_part(component: Component, seen: tuple[Sight, ...]) -> bool:
    """Whether the component is a part of such a project. One with a Dockerfile of its own never is."""
    return component.dockerfile is None and any(
        component.language in sight.project.languages
        and component.kind in sight.project.kinds
        and _is_near(component.path, sight)
        for sight in seen
    )


def named(seen: tuple[Sight, ...]) -> Sight | None:
    """What the repository is best called: by a file that is neither test nor example, where there is one."""
    own = [sight for sight in seen if "/" not in sight.file or not folders().is_aside(parent(sight.file))]
    return next(iter(own or seen), None)


def _is_near(folder: str, sight: Sight) -> bool:
    prefix = "" if folder == "." else f"{folder}/"
    below = sight.file[len(prefix) :]
    return sight.file.startswith(prefix) and below.count("/") <= sight.project.depth


def _shown(path: str) -> Iterator[Project]:
    names, endings, ends = _index()
    name = path.rpartition("/")[2]
    yield from names.get(name, ())
    if "." in name:
        yield from endings.get(name.rpartition(".")[2], ())
    if "/" in path:
        tail = "/".join(path.rsplit("/", 2)[-2:])
        yield from (row for pattern, row in ends if fnmatchcase(tail, pattern))


@cache
def _index() -> tuple[Mapping[str, tuple[Project, ...]], Mapping[str, tuple[Project, ...]], tuple[tuple[str, Project], ...]]:
    """The rows by the name of a file, by its ending, and those by the end of a path."""
    names: dict[str, tuple[Project, ...]] = {}
    endings: dict[str, tuple[Project, ...]] = {}
    ends: list[tuple[str, Project]] = []
    for row in projects():
        for pattern in row.files:
            if "/" in pattern:
                ends.append((pattern, row))
            elif pattern.startswith("*."):
                endings[pattern[2:]] = (*endings.get(pattern[2:], ()), row)
            else:
                names[pattern] = (*names.get(pattern, ()), row)
    return MappingProxyType(names), MappingProxyType(endings), tuple(ends)


def _is_shown(tree: FileTree, path: str, row: Project) -> bool:
    if not tree.paths.isdisjoint(row.unless):
        return False
    return row.key is None or bool(re.search(row.key, tree.text(path) or "", re.MULTILINE))
