"""Releases of Java that files beside the manifests ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection.evidence import TOOL_FILE
from tasks.detection.files import FileTree, join
from tasks.detection.java.project import Asked
from tasks.detection.tool_files import asked_by_tool_files

_FILES = (
    (".sdkmanrc", re.compile(r"^\s*java\s*=\s*(\S+)"), "sdkmanrc"),
    ("system.properties", re.compile(r"^\s*java\.runtime\.version\s*=\s*(\S+)"), "system_properties"),
)


def asked_by_files(tree: FileTree, folder: str) -> Iterator[Asked]:
    """Every statement of a version file, the folder's own before the root's."""
    for file, line, tool, wanted in asked_by_tool_files(tree, folder, ".java-version", "java"):
        yield Asked(wanted, file, line, f"java.{tool}", TOOL_FILE)
    for place in dict.fromkeys((folder, ".")):
        for name, pattern, rule in _FILES:
            path = join(place, name)
            for number, written in enumerate((tree.text(path) or "").splitlines(), start=1):
                match = pattern.match(written)
                if match:
                    yield Asked(match[1], path, number, f"java.{rule}", TOOL_FILE - 0.01)
