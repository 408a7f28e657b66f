"""Where a repository keeps its pipelines: what they try an application with tells what it runs with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tasks.detection.files import FileTree, join

_FILES: Final = (".gitlab-ci.yml", ".travis.yml", "azure-pipelines.yml")


def pipelines(tree: FileTree, folder: str) -> Iterator[str]:
    """The files of the folder's own pipelines, then of the root's."""
    for place in dict.fromkeys((folder, ".")):
        below = join(place, ".github/workflows")
        yield from (path for path in tree.below(below) if path.endswith((".yml", ".yaml")))
        yield from (path for name in _FILES if (path := join(place, name)) in tree.paths)
