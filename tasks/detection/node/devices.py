"""Programs for a desk, a phone, an editor, a browser or another platform's run time: nothing that a container runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection import shape
from tasks.detection.files import FileTree, join
from tasks.detection.node.frameworks import NodeFramework
from tasks.detection.node.manifests import NodeProject

_WORKERS: Final = ("wrangler.toml", "wrangler.json", "wrangler.jsonc")
_FILES: Final = {
    "meteor": ((".meteor/release",), re.compile("")),
    "github-action": (("action.yml", "action.yaml"), re.compile(r"^\s*using:\s*[\"']?node", re.MULTILINE)),
    "browser-extension": (
        ("manifest.json", "src/manifest.json", "public/manifest.json", "static/manifest.json", "app/manifest.json"),
        re.compile(r"\"manifest_version\""),
    ),
}
"""Files, and what one of them must hold."""


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
    if shape.table(project.package.get("engines")).get("vscode"):
        return Device("vscode-extension", project.path, project.line("vscode"))
    return _worker(tree, project) or next(_by_file(tree, project), None)


def _by_file(tree: FileTree, project: NodeProject) -> Iterator[Device]:
    """What a file beside package.json shows."""
    for name, (file, pattern) in _FILES.items():
        for each in file:
            path = join(project.folder, each)
            text = tree.text(path)
            match = pattern.search(text) if text is not None else None
            if text is not None and match:
                yield Device(name, path, text.count("\n", 0, match.start()) + 1)


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
