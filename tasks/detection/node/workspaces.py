"""npm, yarn and pnpm workspaces: which folders share one lock file, and what an install of one of them reads."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.detection import shape
from tasks.detection.files import FileTree, join, parent
from tasks.detection.yaml_text import parse_yaml


@dataclass(slots=True)
class _Known:
    """What was found out about one tree, so that its manifests are parsed once however many members there are."""

    patterns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roots: dict[str, str | None] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    wanted: dict[str, tuple[str | None, frozenset[str]]] = field(default_factory=dict)
    """Name of the package in a folder, and the names of what it depends on."""
    used: dict[str, frozenset[str]] = field(default_factory=dict)
    """By the root of a workspace, the names that its members depend on."""


def workspace_root(tree: FileTree, folder: str) -> str | None:
    """The folder whose workspace the folder is a member of; None when it stands alone."""
    known = _known(tree).roots
    if folder not in known:
        known[folder] = _root(tree, folder)
    return known[folder]


def members(tree: FileTree, root: str) -> tuple[str, ...]:
    """The folders of the members of the workspace at `root`."""
    known = _known(tree).members
    if root not in known:
        wanted = patterns(tree, root)
        found = (parent(path) for path in (tree.ordered if wanted else ()) if path.rpartition("/")[2] == "package.json")
        known[root] = tuple(each for each in found if each != root and any(_matches(root, one, each) for one in wanted))
    return known[root]


def used_members(tree: FileTree, folder: str) -> tuple[str, ...]:
    """The members of the folder's workspace that it depends on, directly or not."""
    root = workspace_root(tree, folder)
    if root is None:
        return ()
    names = {name: place for place in members(tree, root) if (name := _wanted(tree, place)[0])}
    found: dict[str, None] = {}
    waiting = [folder]
    while waiting:
        for name in sorted(_wanted(tree, waiting.pop())[1] & names.keys()):
            if names[name] not in found and names[name] != folder:
                found[names[name]] = None
                waiting.append(names[name])
    return tuple(found)


def is_used(tree: FileTree, folder: str) -> bool:
    """Whether another member of the folder's workspace depends on its package."""
    root = workspace_root(tree, folder)
    name = _wanted(tree, folder)[0] if root is not None else None
    if root is None or name is None:
        return False
    known = _known(tree)
    if root not in known.used:
        places = (root, *members(tree, root))
        known.used[root] = frozenset(each for place in places for each in _wanted(tree, place)[1])
    return name in known.used[root]


def patterns(tree: FileTree, folder: str) -> tuple[str, ...]:
    """The globs of members that the folder's manifests name."""
    known = _known(tree).patterns
    if folder not in known:
        known[folder] = tuple(_patterns(tree, folder))
    return known[folder]


def _known(tree: FileTree) -> _Known:
    return tree.survey("node.workspaces", lambda _: _Known())


def _root(tree: FileTree, folder: str) -> str | None:
    if join(folder, "package.json") not in tree.paths and join(folder, "project.json") in tree.paths:
        return "."
    place = folder
    while place != ".":
        place = parent(place)
        if any(_matches(place, pattern, folder) for pattern in patterns(tree, place)):
            return place
    return None


def _wanted(tree: FileTree, folder: str) -> tuple[str | None, frozenset[str]]:
    known = _known(tree).wanted
    if folder not in known:
        package = shape.loose_json(tree.text(join(folder, "package.json")) or "")
        known[folder] = (shape.text(package.get("name")), frozenset(shape.table(package.get("dependencies"))))
    return known[folder]


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
    text = tree.text(join(folder, "lerna.json"))
    if text:
        yield from shape.texts(shape.loose_json(text).get("packages"))


def _matches(root: str, pattern: str, folder: str) -> bool:
    if pattern.startswith("!"):
        return False
    wanted = join(root, pattern.rstrip("/"))
    same_depth = folder.count("/") == wanted.count("/")
    deep = wanted.replace("/**/", "/*") if "**" in pattern else wanted
    return fnmatch.fnmatchcase(folder, deep) and (same_depth or "**" in pattern)
