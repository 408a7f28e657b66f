"""What a component's code takes from folders beside its own, which its image does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tasks.detection.container_files import find_dockerfile
from tasks.detection.files import join, parent
from tasks.detection.node.source import JsFile
from tasks.detection.node.sources import Sources
from tasks.detection.node.workspaces import workspace_root

_MAX_WARNINGS: Final = 3


def outside_warnings(sources: Sources, files: list[JsFile]) -> Iterator[str]:
    """A warning for each folder beside the component that its code imports from, or names by its own place."""
    folder = sources.folder
    if folder == "." or workspace_root(sources.tree, folder) or _has_dockerfile(sources):
        return
    found: dict[str, str] = {}
    for source in files:
        for path in _taken(sources, source):
            if path and path != "." and not f"{path}/".startswith(f"{folder}/"):
                shown = path if sources.tree.below(path) else parent(path)
                found.setdefault(shown if shown != "." else path, source.path)
    for path, speaker in list(found.items())[:_MAX_WARNINGS]:
        yield (
            f"{speaker} takes {path}, which lies outside of {folder} and is not put into its image: "
            "write a Dockerfile for both in the folder above"
        )


def _taken(sources: Sources, source: JsFile) -> Iterator[str]:
    for name in source.imports:
        if name.startswith("../"):
            yield sources.resolve(name, source.path) or ""
    for name in source.placed:
        path = join(parent(source.path), name)
        if path in sources.tree.paths or (path and sources.tree.below(path)):
            yield path


def _has_dockerfile(sources: Sources) -> bool:
    return any(find_dockerfile(sources.tree, folder) for folder in {sources.folder, "."})
