"""Projects that are no application a container could run: rows of refused_projects.toml, found by their files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from tasks.detection.files import FileTree, is_within, parent
from tasks.detection.folders import folders
from tasks.knowledge import load
from tasks.models import Component, Kind, Model

_DECLARED: Final = frozenset({"procfile.process"})
"""Rules that speak for an operator: what they start is deployed already."""


class Project(Model):
    """A row: what shows such a project, and which components are parts of it."""

    title: str
    why: str
    files: tuple[str, ...]
    key: str | None = None
    depth: int = 0
    unless: tuple[str, ...] = ()
    anywhere: bool = False
    covers: bool = False
    image: str | None = None
    languages: tuple[str, ...]
    kinds: tuple[Kind, ...] = ("worker", "job", "static", "library")
    verdict: Literal["unsupported", "nothing_found"] = "unsupported"
    example: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sight:
    """A file of a repository that shows such a project."""

    project: Project
    file: str
    has_image: bool = False
    """Whether the Dockerfile beside the file is made for it."""

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
    """Every file that shows a project whose components are in a language that has a template."""
    return tuple(
        Sight(row, path, has_image=_matches(tree, path, row.image))
        for path in tree.ordered
        for row in _shown(path)
        if row.languages and _is_shown(tree, path, row)
    )


def is_part(component: Component, seen: tuple[Sight, ...]) -> bool:
    """Whether the component is a part of such a project. What a Dockerfile of its own or a Procfile starts never is."""
    if any(each.rule in _DECLARED for each in component.evidence if each.field == "start_command"):
        return False
    return any(
        component.kind in sight.project.kinds
        and _is_near(component.path, sight)
        and (sight.has_image if component.dockerfile else component.language in sight.project.languages)
        for sight in seen
    )


def named(tree: FileTree) -> Sight | None:
    """What the repository is best called: by a file that is neither test nor example, where there is one."""
    own: dict[int, Sight] = {}
    aside: dict[int, Sight] = {}
    for path in tree.ordered:
        for row in _shown(path):
            is_aside = "/" in path and not row.anywhere and folders().is_aside(parent(path))
            found = aside if is_aside else own
            rank = _ranks()[row.title, row.files]
            if rank not in found and _is_shown(tree, path, row):
                found[rank] = Sight(row, path)
    best = own or aside
    return best[min(best)] if best else None


def _is_near(folder: str, sight: Sight) -> bool:
    if sight.project.covers and is_within(folder, parent(sight.file)):
        return True
    prefix = "" if folder == "." else f"{folder}/"
    below = sight.file[len(prefix) :]
    return sight.file.startswith(prefix) and below.count("/") <= sight.project.depth


def _shown(path: str) -> Iterator[Project]:
    """The rows that the path alone speaks for: by its name, its ending, or either below a folder's name."""
    folder, _, name = path.rpartition("/")
    ending = f"*.{name.rpartition('.')[2]}" if "." in name else name
    for key in (name, ending, *((f"{folder.rpartition('/')[2]}/{each}" for each in (name, ending)) if folder else ())):
        yield from _index().get(key, ())


@cache
def _index() -> Mapping[str, tuple[Project, ...]]:
    """The rows by what stands in `files`."""
    found: dict[str, tuple[Project, ...]] = {}
    for row in projects():
        for pattern in row.files:
            found[pattern] = (*found.get(pattern, ()), row)
    return MappingProxyType(found)


@cache
def _ranks() -> Mapping[tuple[str, tuple[str, ...]], int]:
    return MappingProxyType({(row.title, row.files): rank for rank, row in enumerate(projects())})


def _is_shown(tree: FileTree, path: str, row: Project) -> bool:
    if not tree.paths.isdisjoint(row.unless):
        return False
    return row.key is None or _matches(tree, path, row.key)


def _matches(tree: FileTree, path: str, pattern: str | None) -> bool:
    return pattern is not None and bool(re.search(pattern, tree.text(path) or "", re.MULTILINE))
