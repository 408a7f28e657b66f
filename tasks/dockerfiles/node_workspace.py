"""Workspaces of Node package managers: the manifests of all members, which an installation from the root needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from tasks.detection.shape import parse_json, table, texts
from tasks.dockerfiles.folder import Folder

_BESIDE = ("package.json", "pnpm-workspace.yaml", ".npmrc", ".yarnrc.yml", "turbo.json")
_SKIPPED = frozenset({"node_modules", "dist", "build", "out", "coverage"})
_MAX_MEMBERS = 200
_MAX_DEPTH = 4


def workspace_files(root: Folder) -> tuple[str, ...]:
    """The files, relative to `root`, that an installation there reads besides the lock file."""
    beside = [name for name in _BESIDE if root.has(name)]
    patterns = _patterns(root)
    members = (path for path in _packages(root, ".", 0) if any(_matches(path, pattern) for pattern in patterns))
    found = [path for path, _ in zip(members, range(_MAX_MEMBERS), strict=False)]
    return (*beside, *(f"{path}/package.json" for path in sorted(found)))


def _patterns(root: Folder) -> tuple[str, ...]:
    content = root.text("package.json")
    declared = parse_json(content, "package.json").get("workspaces") if content else None
    patterns = [*texts(declared), *texts(table(declared).get("packages"))]
    block = re.search(
        r"^packages:[^\n]*\n((?:[ \t]*-[^\n]*\n?|[ \t]*#[^\n]*\n|[ \t]*\n)*)",
        root.text("pnpm-workspace.yaml") or "",
        re.MULTILINE,
    )
    if block:
        patterns += re.findall(r"^[ \t]*-[ \t]*['\"]?([^'\"#\n]+?)['\"]?[ \t]*$", block[1], re.MULTILINE)
    return tuple(pattern.removeprefix("./").rstrip("/") for pattern in patterns)


def _packages(root: Folder, path: str, depth: int) -> Iterator[str]:
    """Folders with a package.json, at most four levels down."""
    folder = root.below(path)
    if path != "." and folder.has("package.json"):
        yield path
    if depth == _MAX_DEPTH:
        return
    for name in folder.folders():
        if name not in _SKIPPED and not name.startswith(".") and name.isprintable():
            yield from _packages(root, name if path == "." else f"{path}/{name}", depth + 1)


def _matches(path: str, pattern: str) -> bool:
    parts, wanted = path.split("/"), pattern.split("/")
    if wanted[-1:] == ["**"]:
        return len(parts) >= len(wanted) and all(map(fnmatchcase, parts, wanted[:-1]))
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))
