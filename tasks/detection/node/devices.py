"""Programs for another platform's run time, as package.json or files beside it show; refused_projects.toml has more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tasks.detection.files import FileTree, join
from tasks.detection.node.frameworks import NodeFramework
from tasks.detection.node.manifests import NodeProject

_WORKERS: Final = ("wrangler.toml", "wrangler.json", "wrangler.jsonc")
_METEOR: Final = ".meteor/release"


@dataclass(frozen=True, slots=True)
class Device:
    """What it is made for, and the file that says so."""

    name: str
    file: str
    line: int | None = 1


def device_of(tree: FileTree, project: NodeProject, candidates: tuple[tuple[NodeFramework, str], ...]) -> Device | None:
    """None for what a container may run."""
    declared = next(((row, package) for row, package in candidates if row.interface == "device"), None)
    if declared:
        return Device(declared[0].name, project.path, project.line(declared[1]))
    meteor = join(project.folder, _METEOR)
    return Device("meteor", meteor) if meteor in tree.paths else _worker(tree, project)


def _worker(tree: FileTree, project: NodeProject) -> Device | None:
    """A Cloudflare Worker: its module is loaded by that platform's run time."""
    path = next((path for name in _WORKERS if (path := join(project.folder, name)) in tree.paths), None)
    text = (tree.text(path) or "") if path else ""
    main = re.search(r"[\"']?\bmain[\"']?\s*[=:]\s*[\"']", text)
    starts = any(
        name in project.scripts and "wrangler" not in project.scripts[name] for name in ("start", "start:prod")
    )
    return (
        Device("cloudflare-workers", path, text.count("\n", 0, main.start()) + 1)
        if path and main and not starts
        else None
    )
