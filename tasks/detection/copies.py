"""What a Dockerfile copies out of its build context: it shows which folder that is, and whose code is in the image."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from typing import Final

from tasks.detection.copy_lines import WILD, copy_lines
from tasks.detection.files import FileTree, join, parent

_WORKSPACE_FILES: Final = ("turbo.json", "nx.json", "pnpm-workspace.yaml", "lerna.json")
_WORKSPACE_TOOLS: Final = re.compile(
    r"^RUN\b[^\n]{0,200}\b(?:turbo (?:prune|run|build)|nx (?:build|run)|yarn workspace|pnpm [^\n]{0,80}--filter)\b",
    re.MULTILINE,
)


def context_of(tree: FileTree, dockerfile: str, folder: str) -> str:
    """The folder or one above it: the nearest of those that hold most of what the Dockerfile copies.

    Where that says nothing, the root of the workspace whose tool the Dockerfile runs.
    """
    sources = copied(tree, dockerfile)
    candidates = [folder]
    while candidates[-1] != ".":
        candidates.append(parent(candidates[-1]))
    held = {each: sum(1 for source in sources if _is_there(tree, join(each, source))) for each in candidates}
    if _WORKSPACE_TOOLS.search(tree.text(dockerfile) or ""):
        roots = {each for each in candidates if any(join(each, name) in tree.paths for name in _WORKSPACE_FILES)}
        candidates.sort(key=lambda each: each not in roots)
    return max(candidates, key=lambda each: (held[each], -candidates.index(each)))


def copied_from(tree: FileTree, dockerfile: str, context: str, folders: frozenset[str]) -> str | None:
    """The only one of the folders that something is copied from; None when there is no such one."""
    homes = homes_of_copies(tree, dockerfile, context, folders)
    return homes.pop() if len(homes) == 1 else None


def homes_of_copies(tree: FileTree, dockerfile: str, context: str, folders: frozenset[str]) -> set[str]:
    """Those of the folders that something is copied from; all below a folder that is copied whole."""
    places = {join(context, source) for source in copied(tree, dockerfile)}
    whole = {each for each in folders for place in places if place == "." or each.startswith(f"{place}/")}
    return whole | {home for place in places if (home := _home(place, folders)) is not None}


def copied(tree: FileTree, dockerfile: str) -> tuple[str, ...]:
    """What the COPY and ADD lines name in the build context."""
    names = (posixpath.normpath(each.source) for each in copy_lines(tree, dockerfile))
    return tuple(dict.fromkeys(name for name in names if not name.startswith("..")))


def _is_there(tree: FileTree, path: str) -> bool:
    if path == ".":
        return True
    if not WILD & {*path}:
        return path in tree.paths or bool(tree.below(path))
    depth, near = path.count("/"), tree.below(parent(path)) if not WILD & {*parent(path)} else tree.ordered
    return any(each.count("/") == depth and fnmatch.fnmatchcase(each, path) for each in near)


def _home(place: str, folders: frozenset[str]) -> str | None:
    above = place
    while above not in folders:
        if above == ".":
            return None
        above = parent(above)
    return above
