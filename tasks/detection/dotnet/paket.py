"""Paket: packages that stand in files of their own beside the project, and what its restore reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.files import FileTree, join
from tasks.detection.reading import Dependency

DEPENDENCIES: Final = "paket.dependencies"
RESTORED: Final = (DEPENDENCIES, "paket.lock", ".paket/Paket.Restore.targets", ".config/dotnet-tools.json")
"""In the folder that has DEPENDENCIES."""
REFERENCES: Final = "paket.references"
_ASIDE: Final = re.compile(r"test|build|tool", re.IGNORECASE)


def packages(tree: FileTree, folder: str) -> Iterator[Dependency]:
    """Those that the project in this folder refers to; groups for tests and builds are left out."""
    path = join(folder, REFERENCES)
    group = ""
    for number, line in enumerate((tree.text(path) or "").splitlines(), start=1):
        first, _, rest = line.strip().partition(" ")
        if first == "group":
            group = rest
        elif re.fullmatch(r"[A-Za-z]\w*(?:\.\w+)*", first) and not _ASIDE.search(group):
            yield Dependency(first.lower(), path, number)
