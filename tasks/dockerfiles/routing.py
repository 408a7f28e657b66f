"""How a site finds its pages: each is a file, or one file makes them all in the browser."""

from __future__ import annotations

from tasks.detection.shape import parse_json, table
from tasks.detection.static.sites import sites
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.web_server import Routing
from tasks.models import Component


def routing(component: Component, folder: Folder) -> Routing:
    """In the browser only for what npm built without one of the tools that write pages."""
    if component.build_command is None or component.language != "node":
        return "pages"
    content = folder.text("package.json")
    package = parse_json(content, "package.json") if content else {}
    declared = {*table(package.get("dependencies")), *table(package.get("devDependencies"))}
    return "pages" if declared & sites().pages else "browser"
