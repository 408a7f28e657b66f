"""What `ng build` writes, as angular.json says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tasks.detection import shape
from tasks.detection.files import FileTree, join

_PATH: Final = re.compile(r"[\w@./-]{1,120}")


@dataclass(frozen=True, slots=True)
class AngularBuild:
    """Of the workspace's application."""

    file: str
    folder: str
    """What browsers get, relative to the component."""
    server: str | None
    """The program of an application that is rendered on a server."""


def angular_build(tree: FileTree, folder: str) -> AngularBuild | None:
    """None without an angular.json that names an application."""
    path = join(folder, "angular.json")
    document = shape.loose_json(tree.text(path) or "")
    projects = shape.table(document.get("projects"))
    applications = [
        name for name, row in projects.items() if shape.table(row).get("projectType", "application") == "application"
    ]
    default = shape.text(document.get("defaultProject"))
    name = default if default in applications else next(iter(applications), None)
    if name is None:
        return None
    row = shape.table(projects[name])
    targets = shape.table(row.get("architect")) or shape.table(row.get("targets"))
    return _built(path, name, targets)


def _built(path: str, name: str, targets: Mapping[str, object]) -> AngularBuild:
    build = shape.table(targets.get("build"))
    options = shape.table(build.get("options"))
    written = options.get("outputPath")
    base = shape.text(written) or shape.text(shape.table(written).get("base")) or f"dist/{name}"
    base = join(".", base) if _PATH.fullmatch(base) else "dist"
    builder = shape.text(build.get("builder")) or ""
    if not builder.endswith(":application"):
        server = shape.table(shape.table(targets.get("server")).get("options")).get("outputPath")
        out = shape.text(server)
        return AngularBuild(path, base, f"{join('.', out)}/main.js" if out and _PATH.fullmatch(out) else None)
    browser = shape.table(written).get("browser", "browser")
    below = browser if isinstance(browser, str) and (not browser or _PATH.fullmatch(browser)) else "browser"
    rendered = bool(options.get("ssr")) and options.get("outputMode") != "static"
    return AngularBuild(path, join(base, below or "."), f"{base}/server/server.mjs" if rendered else None)
