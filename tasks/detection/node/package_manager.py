"""Which package manager installs a folder, and its version: what package.json names, then lock files, then hints."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import CONFIGURATION, CONVENTION, MANIFEST, TOOL_FILE, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.node.workspaces import workspace_root
from tasks.models import Evidence

LOCKS: Final = {
    "pnpm-lock.yaml": "pnpm",
    "bun.lock": "bun",
    "bun.lockb": "bun",
    "yarn.lock": "yarn",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
}
"""Of several the first is believed: npm's comes into being whenever somebody types npm install."""
_BESIDE: Final = {
    "pnpm-workspace.yaml": "pnpm", ".pnpmfile.cjs": "pnpm", ".yarnrc.yml": "yarn", ".yarnrc": "yarn",
    "bunfig.toml": "bun",
}  # fmt: skip
_NAMED: Final = re.compile(r"(npm|yarn|pnpm|bun)@\^?v?(\d{1,3}(?:\.\d{1,4}){0,2})[-+.\w]{0,200}")
_ONLY: Final = re.compile(r"\bonly-allow (npm|yarn|pnpm|bun)\b")
_CALLED: Final = re.compile(r"(?:^|[;&|]\s*)(yarn|pnpm|bun)\s+(?!x\b|add\s+-g)[\w:-]")
_PNPM: Final = {"5": "7", "6": "8", "7": "9", "9": "9"}
_BERRY: Final = {"4": "2", "5": "3", "6": "3", "7": "4", "8": "4", "9": "4", "10": "4"}


def manager_evidence(tree: FileTree, folder: str) -> Iterator[Evidence]:
    """Every statement about the package manager and its version."""
    found = tuple(_said(tree, folder))
    yield from found
    path = join(folder, "package.json")
    if path in tree.paths and not any(each.field == "package_manager" for each in found):
        yield say("package_manager", "npm", path, "node.npm_default", CONVENTION, 1)


def _said(tree: FileTree, folder: str) -> Iterator[Evidence]:
    places = tuple(dict.fromkeys((folder, workspace_root(tree, folder) or folder)))
    for place in places:
        path = join(place, "package.json")
        text = tree.text(path)
        if text:
            yield from _named(shape.parse_json(text, path), path, text)
    for rank, (place, name) in enumerate(_locks(tree, places)):
        path, manager = join(place, name), LOCKS[name]
        yield say("package_manager", manager, path, "node.lock_file", MANIFEST - rank / 100, 1)
        major = _major(manager, tree, path)
        if major:
            yield say("package_manager_version", major, path, "node.lock_file_version", MANIFEST - rank / 100, 1)
    for place in places:
        for name, manager in _BESIDE.items():
            if join(place, name) in tree.paths:
                yield say("package_manager", manager, join(place, name), "node.manager_settings", CONVENTION + 0.1, 1)
    path = join(folder, "package.json")
    if path in tree.paths:
        yield from _called(tree, path)


def lock_of(tree: FileTree, folder: str, manager: str) -> str | None:
    """The manager's own lock file, relative to the folder."""
    places = tuple(dict.fromkeys((folder, workspace_root(tree, folder) or folder)))
    found = (
        posixpath.relpath(join(place, name), folder) for place, name in _locks(tree, places) if LOCKS[name] == manager
    )
    return next(found, None)


def lock_warnings(tree: FileTree, folder: str, manager: str) -> Iterator[str]:
    """A sentence for each lock file beside the believed manager's that says otherwise."""
    for name, other in LOCKS.items():
        path = join(folder, name)
        if other != manager and path in tree.paths:
            yield f"{path} is of {other}, but {manager} is used: remove the one that is out of date"


def _locks(tree: FileTree, places: tuple[str, ...]) -> list[tuple[str, str]]:
    """Place and name of each lock file, the nearest place first."""
    found = [(place, name) for place in places for name in LOCKS if join(place, name) in tree.paths]
    nearest = found[0][0] if found else ""
    return [each for each in found if each[0] == nearest]


def _named(package: Mapping[str, object], path: str, text: str) -> Iterator[Evidence]:
    match = _NAMED.fullmatch(shape.text(package.get("packageManager")) or "")
    if match:
        line = line_of(text, '"packageManager"')
        yield say("package_manager", match[1], path, "node.package_manager_field", TOOL_FILE, line)
        yield say("package_manager_version", match[2], path, "node.package_manager_field", TOOL_FILE, line)
    developers = shape.table(shape.table(package.get("devEngines")).get("packageManager"))
    name = shape.text(developers.get("name"))
    if name in {"npm", "yarn", "pnpm", "bun"}:
        yield say("package_manager", name, path, "node.dev_engines", TOOL_FILE - 0.01, line_of(text, '"devEngines"'))
    for written in shape.table(package.get("scripts")).values():
        only = _ONLY.search(written) if isinstance(written, str) else None
        if only:
            yield say(
                "package_manager", only[1], path, "node.only_allow", TOOL_FILE - 0.02, line_of(text, "only-allow")
            )
    for table in ("volta", "engines"):
        for manager in ("pnpm", "yarn", "bun"):
            asked = shape.text(shape.table(package.get(table)).get(manager))
            if asked and "please" not in asked.lower():
                line = line_of(text, f'"{table}"')
                yield say("package_manager", manager, path, f"node.{table}", CONFIGURATION, line)
                version = re.fullmatch(r"\D{0,3}(\d{1,3}(?:\.\d{1,4}){0,2})(?:\.x)?", asked)
                if version:
                    yield say("package_manager_version", version[1], path, f"node.{table}", CONFIGURATION, line)


def _called(tree: FileTree, path: str) -> Iterator[Evidence]:
    """The manager that the scripts call by name."""
    text = tree.text(path) or "{}"
    for written in shape.table(shape.parse_json(text, path).get("scripts")).values():
        match = _CALLED.search(written) if isinstance(written, str) else None
        if match:
            yield say(
                "package_manager", match[1], path, "node.called_by_script", CONVENTION, line_of(text, '"scripts"')
            )
            return


def _major(manager: str, tree: FileTree, path: str) -> str | None:
    head = tree.head(path)
    if manager == "pnpm":
        match = re.search(r"lockfileVersion: '?(\d+)", head)
        return _PNPM.get(match[1]) if match else None
    if manager == "yarn":
        match = re.search(r"__metadata:\s+version: (\d+)", head)
        return _BERRY.get(match[1]) if match else "1" if "yarn lockfile v1" in head else None
    return "1" if manager == "bun" else None
