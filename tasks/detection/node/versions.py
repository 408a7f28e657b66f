"""Which Node.js a project asks for, in the documented order: tool files, then constraints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import CONFIGURATION, MANIFEST, TOOL_FILE, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.node.manifests import NodeProject
from tasks.detection.tool_files import asked_by_tool_files
from tasks.detection.versions import resolve, unknown_release
from tasks.models import Evidence

_OPEN: Final = re.compile(r"\*|>=?\s*v?[\d.]+(?:\.x)?")
"""A range without an end: it allows every later release, and asks for none of them."""
_AT_LEAST: Final = CONFIGURATION - 0.15
"""Less than what names one release, as the base of a Dockerfile does."""


def version_evidence(tree: FileTree, project: NodeProject) -> Iterator[Evidence]:
    """Every statement about the release of Node.js; what cannot be resolved says nothing."""
    for file, line, rule, wanted, confidence in _asked(tree, project):
        release = resolve("node", wanted)
        if release:
            yield say("language_version", release, file, rule, confidence, line)


def version_warnings(tree: FileTree, project: NodeProject) -> Iterator[str]:
    """A sentence for each version that is asked for and that no known release satisfies."""
    for file, line, _, wanted, _ in _asked(tree, project):
        if resolve("node", wanted) is None:
            yield unknown_release("node", wanted, file, line)


def _asked(tree: FileTree, project: NodeProject) -> Iterator[tuple[str, int | None, str, str, float]]:
    for position, name in enumerate((".nvmrc", ".node-version")):
        for file, line, tool, wanted in asked_by_tool_files(tree, project.folder, name, "node"):
            yield file, line, f"node.{tool}", wanted, TOOL_FILE - position / 100
    volta = shape.text(shape.table(project.package.get("volta")).get("node"))
    if volta:
        yield project.path, project.line("volta"), "node.volta", volta, MANIFEST + 0.01
    runtime = shape.table(shape.table(project.package.get("devEngines")).get("runtime"))
    developers = shape.text(runtime.get("version")) if runtime.get("name") == "node" else None
    if developers:
        yield project.path, project.line("devEngines"), "node.dev_engines", developers, MANIFEST - 0.01
    engines = shape.text(shape.table(project.package.get("engines")).get("node"))
    if engines:
        confidence = _AT_LEAST if _OPEN.fullmatch(engines.strip()) else MANIFEST
        yield project.path, project.line("engines"), "node.engines", engines, confidence
    if project.folder != ".":
        text = tree.text("package.json")
        root = shape.parse_json(text, "package.json") if text else {}
        engines = shape.text(shape.table(root.get("engines")).get("node"))
        if engines and text:
            yield join(".", "package.json"), line_of(text, '"engines"'), "node.engines", engines, CONFIGURATION
