"""npm, yarn and pnpm workspaces: which folders share one lock file, and what an install of one of them reads."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from tasks.detection import shape
from tasks.detection.files import FileTree, join, parent
from tasks.detection.yaml_text import parse_yaml


def workspace_root(tree: FileTree, folder: str) -> str | None:
    """The folder whose workspace the folder is a member of; None when it stands alone."""
    place = folder
    while place != ".":
        place = parent(place)
        if any(_matches(place, pattern, folder) for pattern in patterns(tree, place)):
            return place
    return None


def members(tree: FileTree, root: str) -> tuple[str, ...]:
    """The folders of the members of the workspace at `root`."""
    wanted = patterns(tree, root)
    if not wanted:
        return ()
    found = (parent(path) for path in tree.ordered if path.rpartition("/")[2] == "package.json")
    return tuple(each for each in found if each != root and any(_matches(root, one, each) for one in wanted))


def patterns(tree: FileTree, folder: str) -> tuple[str, ...]:
    """The globs of members that the folder's manifests name."""
    return tuple(_patterns(tree, folder))


def _patterns(tree: FileTree, folder: str) -> Iterator[str]:
    path = join(folder, "package.json")
    text = tree.text(path)
    if text and '"workspaces"' in text:
        workspaces = shape.parse_json(text, path).get("workspaces")
        yield from shape.texts(workspaces)
        yield from shape.texts(shape.table(workspaces).get("packages"))
    path = join(folder, "pnpm-workspace.yaml")
    text = tree.text(path)
    if text:
        yield from shape.texts(shape.table(parse_yaml(text, path)).get("packages"))


def _matches(root: str, pattern: str, folder: str) -> bool:
    if pattern.startswith("!"):
        return False
    wanted = join(root, pattern.rstrip("/"))
    same_depth = folder.count("/") == wanted.count("/")
    return fnmatch.fnmatchcase(folder, wanted) and (same_depth or "**" in pattern)
