"""mix.exs: it is a program; only what it writes down literally is read, nothing is executed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection.evidence import line_of
from tasks.detection.files import FileTree, join
from tasks.detection.reading import Dependency

_COMMENT: Final = re.compile(r"^([^#\"\n]*(?:\"(?:\\.|[^\"\\\n])*\"[^#\"\n]*)*)#[^\n]*", re.MULTILINE)
_APP: Final = re.compile(r"\bapp:\s*:(\w{1,60})")
_VERSION: Final = re.compile(r"\bversion:\s*\"([^\"]{1,40})\"")
_ELIXIR: Final = re.compile(r"\belixir:\s*\"([^\"]{1,60})\"")
_DEPENDENCY: Final = re.compile(r"\{\s*:(\w{1,60})\s*,([^{}\n]*)\}?")
_ASIDE: Final = re.compile(r"\bonly:\s*(?:\[[^\]]*\]|:\w+)")
_APPS: Final = re.compile(r"\bapps_path:\s*\"([^\"]{1,60})\"")
_MODULE: Final = re.compile(r"\bmod:\s*\{\s*([\w.]{1,120})")
_RELEASES: Final = re.compile(r"\breleases:\s*\[\s*(\w{1,60}):|def(?:p)? releases\b[^\[]*\[\s*(\w{1,60}):", re.DOTALL)
_PACKAGE: Final = re.compile(r"\bpackage:\s*(?:\w*package\b|\[|@)")
_BESIDE: Final = re.compile(r"\bpath:\s*\"([^\"]{1,120})\"")
_OPTIONAL: Final = re.compile(r"\boptional:\s*true\b")
_MOST_PROJECTS: Final = 200
_ESCRIPT: Final = re.compile(r"\bescript:\s*\[")


@dataclass(frozen=True, slots=True)
class MixProject:
    """One mix.exs."""

    folder: str
    path: str
    text: str
    """Without its comments."""
    dependencies: tuple[Dependency, ...]
    beside: tuple[str, ...]
    """Folders of the repository whose projects it takes as they lie there."""
    has_lock: bool

    @property
    def app(self) -> str | None:
        """The application's name."""
        return _first(_APP, self.text)

    @property
    def version(self) -> str | None:
        """The project's own version."""
        return _first(_VERSION, self.text)

    @property
    def asked(self) -> str | None:
        """The range of Elixir that it runs on."""
        return _first(_ELIXIR, self.text)

    @property
    def apps_folder(self) -> str | None:
        """Of an umbrella, where its applications lie."""
        return _first(_APPS, self.text)

    @property
    def module(self) -> str | None:
        """What is started; None for a library."""
        return _first(_MODULE, self.text)

    @property
    def is_escript(self) -> bool:
        """Whether it is built as a command."""
        return _ESCRIPT.search(self.text) is not None

    @property
    def is_package(self) -> bool:
        """Whether it is published for others to depend on."""
        return _PACKAGE.search(self.text) is not None

    @property
    def has_releases(self) -> bool:
        """Whether it says how it is released."""
        return _RELEASES.search(self.text) is not None

    def line(self, needle: str) -> int | None:
        """The first line that holds `needle`."""
        return line_of(self.text, needle)


def read_project(tree: FileTree, folder: str) -> MixProject:
    """The folder's project."""
    path = join(folder, "mix.exs")
    text = without_comments(tree.manifest(path))
    return MixProject(
        folder=folder,
        path=path,
        text=text,
        dependencies=tuple(_dependencies(text, path)),
        beside=tuple(dict.fromkeys(each for each in _beside(text, folder) if join(each, "mix.exs") in tree.paths)),
        has_lock=join(folder, "mix.lock") in tree.paths,
    )


def with_those_beside(tree: FileTree, project: MixProject) -> tuple[MixProject, ...]:
    """The project, and all whose folders it or they name, the nearest first."""
    found: dict[str, MixProject] = {}
    waiting = [project]
    while waiting and len(found) < _MOST_PROJECTS:
        each = waiting.pop(0)
        if each.folder not in found:
            found[each.folder] = each
            waiting += [read_project(tree, place) for place in each.beside if place not in found]
    return tuple(found.values())


def without_comments(text: str) -> str:
    """The text of a mix.exs without its comments; lines keep their numbers."""
    return _COMMENT.sub(r"\1", text)


def release_name(text: str) -> str | None:
    """The first release that the text names; `mix release` makes one of the application's name otherwise."""
    match = _RELEASES.search(text)
    return (match[1] or match[2]) if match else _first(_APP, text)


def _dependencies(text: str, path: str) -> Iterator[Dependency]:
    """What production needs."""
    line, seen = 1, 0
    for match in _of_production(text):
        line, seen = line + text.count("\n", seen, match.start()), match.start()
        yield Dependency(match[1], path, line)


def _of_production(text: str) -> Iterator[re.Match[str]]:
    for match in _DEPENDENCY.finditer(text):
        only = _ASIDE.search(match[2])
        if (only is None or ":prod" in only[0]) and not _OPTIONAL.search(match[2]):
            yield match


def _beside(text: str, folder: str) -> Iterator[str]:
    for match in _of_production(text):
        written = _BESIDE.search(match[2])
        place = join(folder, written[1]) if written else ""
        if place and place != folder:
            yield place


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1] if match else None
