"""Procfile: one line a process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection.files import FileTree, join, parent

_PUBLISHED: Final = re.compile(r"cd[ \t]+\"?\$\{?HOME\}?/heroku_output\"?[ \t]*&&[ \t]*")
"""Where Heroku publishes programs of .NET to: here the program starts in that folder."""
_ENTERING: Final = re.compile(r"cd[ \t]+(?:\./)?([\w./-]{1,80}?)/?[ \t]*&&[ \t]*")
_HELPS: Final = re.compile(
    r"\bwebpack-dev-server\b|\b[\w-]+:watch\b|\b(?:bin/)?vite dev\b|\bbin/shakapacker-dev-server\b|"
    r"\b(?:webpack|esbuild|sass|postcss|tailwindcss|rollup|tsc|build(?::\w+)?)\b.*[ ](?:--watch\b|-w\b)|"
    r"^(?:bundle exec )?(?:guard|rerun|rubocop|tail -[fF]|ngrok|lt|stripe listen|docker|docker-compose)(?:[ ]|$)"
)
"""What those start who write the application: watchers of its assets, tunnels, logs, containers."""


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """One line of a Procfile."""

    name: str
    command: str
    file: str
    line: int


def read_procfile(tree: FileTree, folder: str, projects: frozenset[str]) -> tuple[ProcessLine, ...]:
    """The folder's processes in the order of its file; lines that are none are passed over.

    A line that changes into the folder of a project is that project's, from whichever folder above it is started.
    """
    own = (line for line in _lines(tree, folder) if _entered(line, folder) not in projects - {folder})
    return tuple(own) or tuple(_from_above(tree, folder))


def helps(line: ProcessLine) -> bool:
    """Whether the line is for those who write the application, and no process of it."""
    return line.name != "web" and _HELPS.search(line.command) is not None


def _from_above(tree: FileTree, folder: str) -> Iterator[ProcessLine]:
    place = folder
    while place != ".":
        place = parent(place)
        for line in _lines(tree, place):
            if _entered(line, place) == folder:
                yield replace(line, command=_ENTERING.sub("", line.command))


def _entered(line: ProcessLine, folder: str) -> str | None:
    into = _ENTERING.match(line.command)
    return join(folder, into[1]) if into else None


def _lines(tree: FileTree, folder: str) -> Iterator[ProcessLine]:
    path = join(folder, "Procfile")
    for number, line in enumerate((tree.text(path) or "").splitlines(), start=1):
        match = re.fullmatch(r"\s*([A-Za-z0-9_-]{1,40})\s*:\s*(\S.{0,490})", line.rstrip())
        if match and match[2].isprintable():
            yield ProcessLine(match[1].lower(), _PUBLISHED.sub("", match[2].strip()), path, number)
