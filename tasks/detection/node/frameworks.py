"""The Node.js rows of frameworks.toml."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from tasks.detection.node.manifests import NodeProject
from tasks.knowledge import load
from tasks.models import Model


class NodeFramework(Model):
    """How one framework is recognised, built and started.

    interface: code (the application's code listens), own (the framework does), static (files come out of the build),
    device (it runs on a desk, a phone or in an editor: nothing for a container).
    """

    name: str
    packages: tuple[str, ...]
    interface: Literal["code", "own", "static", "device"]
    port: int | None = None
    build: str | None = None
    start: str | None = None
    output: str | None = None
    """The folder that the build of a static one writes."""
    example: str


@cache
def frameworks() -> tuple[NodeFramework, ...]:
    """All rows; what is built on another stands before it."""
    return TypeAdapter(tuple[NodeFramework, ...]).validate_python(load("frameworks")["node"])


def declared(project: NodeProject) -> tuple[tuple[NodeFramework, str], ...]:
    """The declared frameworks, and the package that shows each. A static one may be of development."""
    needed = {each.name for each in project.dependencies}
    found = []
    for row in frameworks():
        for package in row.packages:
            if package in needed or (row.interface != "code" and package in project.development):
                found.append((row, package))
                break
    return tuple(found)
