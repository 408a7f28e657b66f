"""uv workspaces: which folders share one lock file, and what an install of one of them reads."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatch
from functools import lru_cache

from tasks.detection import shape
from tasks.detection.files import FileTree, join, parent


def workspace_root(tree: FileTree, folder: str) -> str | None:
    """The folder whose workspace the folder is a member of; None when it stands alone."""
    above = folder
    while above != ".":
        above = parent(above)
        path = join(above, "pyproject.toml")
        if path in tree.paths and folder in members(tree, above):
            return above
    return None


def members(tree: FileTree, root: str) -> tuple[str, ...]:
    """The folders of the members of the workspace at `root`."""
    path = join(root, "pyproject.toml")
    patterns, excluded = _patterns(tree.text(path) or "", path)
    if not patterns:
        return ()
    folders = (parent(each) for each in tree.ordered if each.endswith("/pyproject.toml"))
    return tuple(
        folder
        for folder in folders
        if _matches(below := posixpath.relpath(folder, root), patterns) and not _matches(below, excluded)
    )


def _matches(folder: str, patterns: tuple[str, ...]) -> bool:
    return any(
        fnmatch(folder, pattern) and folder.count("/") == pattern.count("/")
        for pattern in (posixpath.normpath(each) for each in patterns)
    )


@lru_cache(maxsize=64)
def _patterns(text: str, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if "[tool.uv.workspace]" not in text:
        return (), ()
    tools = shape.table(shape.parse_toml(text, path).get("tool"))
    workspace = shape.table(shape.table(tools.get("uv")).get("workspace"))
    return shape.texts(workspace.get("members")), shape.texts(workspace.get("exclude"))
