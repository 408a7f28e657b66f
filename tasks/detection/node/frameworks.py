"""The Node.js rows of frameworks.toml."""

from __future__ import annotations

from functools import cache
from typing import Literal

from tasks.detection.node.manifests import NodeProject
from tasks.knowledge import load
from tasks.models import Model


class NodeFramework(Model):
    """How one framework is recognised, built and started. code: the application's code listens."""

    name: str
    packages: tuple[str, ...]
    interface: Literal["code", "own", "static"]
    port: int | None = None
    build: str | None = None
    start: str | None = None
    example: str


@cache
def frameworks() -> tuple[NodeFramework, ...]:
    """All rows; what is built on another stands before it."""
    rows = load("frameworks")["node"]
    if not isinstance(rows, list):
        raise TypeError("frameworks.toml: node must be a list")
    return tuple(NodeFramework.model_validate(row) for row in rows)


def declared(project: NodeProject) -> tuple[NodeFramework, str] | None:
    """The framework that package.json declares, and the package that shows it. A static one may be of development."""
    for row in frameworks():
        for package in row.packages:
            if any(each.name == package for each in project.dependencies):
                return row, package
            if row.interface in {"static", "own"} and package in project.development:
                return row, package
    return None
