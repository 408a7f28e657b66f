"""What an ecosystem's module hands back for one folder: statements and facts, nothing decided yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tasks.detection.files import FileTree
from tasks.models import EnvironmentVariable, Evidence

FROM_GIT: Final = "git+"
"""Among the extras of a dependency that is fetched with git."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A declared dependency of the running application."""

    name: str
    """Normalised as the ecosystem compares names."""
    file: str
    line: int | None = None
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """A process beside the main one: its name and what is said about it."""

    name: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One folder, read. The files of evidence are relative to the analysed root, the other ones to the component."""

    language: str
    folder: str
    name: str | None = None
    version: str | None = None
    dependencies: tuple[Dependency, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    env: tuple[EnvironmentVariable, ...] = ()
    lock_file: str | None = None
    requirements: tuple[str, ...] = ()
    """Packages that the code imports where no file declares any."""
    dependency_files: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    """Commands of the package manager and what they run: "npm start" is "node server.js"."""
    runtime_files: tuple[str, ...] = ()
    """Files and folders that a compiled program reads when it runs, relative to where it is built."""
    parts: tuple[str, ...] = ()
    """Folders below that this component builds and serves itself."""
    others: tuple[tuple[str, tuple[Evidence, ...]], ...] = ()
    """Further processes that files of platforms name, and what these say about them."""
    warnings: tuple[str, ...] = ()
    processes: tuple[Process, ...] = ()
    """What the code needs beside its main process, where no file says what is started."""

    def depends_on(self, *names: str) -> Dependency | None:
        """The first declared dependency with one of these names."""
        return next((each for each in self.dependencies if each.name in names), None)


@dataclass(frozen=True, slots=True)
class Ecosystem:
    """One language's module: where its projects lie, and how a folder is read.

    `read` gets the folders of the other components, whose files are not this one's.
    """

    language: str
    folders: Callable[[FileTree], tuple[str, ...]]
    read: Callable[[FileTree, str, frozenset[str]], Reading]
