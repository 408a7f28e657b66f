"""Procfile: one line a process."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.detection.files import FileTree, join


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """One line of a Procfile."""

    name: str
    command: str
    file: str
    line: int


def read_procfile(tree: FileTree, folder: str) -> tuple[ProcessLine, ...]:
    """The processes in the order of the file; lines that are none are passed over."""
    path = join(folder, "Procfile")
    found = []
    for number, line in enumerate((tree.text(path) or "").splitlines(), start=1):
        match = re.fullmatch(r"\s*([A-Za-z0-9_-]{1,40})\s*:\s*(\S.{0,490})", line.rstrip())
        if match and match[2].isprintable():
            found.append(ProcessLine(match[1].lower(), match[2].strip(), path, number))
    return tuple(found)
