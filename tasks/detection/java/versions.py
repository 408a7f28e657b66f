"""Releases of Java that files beside the manifests ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection.evidence import CONVENTION, TOOL_FILE
from tasks.detection.files import FileTree, join
from tasks.detection.java.project import Asked
from tasks.detection.tool_files import asked_by_tool_files

_FILES = (
    (".sdkmanrc", re.compile(r"^\s*java\s*=\s*(\S+)"), "sdkmanrc", TOOL_FILE - 0.01),
    ("system.properties", re.compile(r"^\s*java\.runtime\.version\s*=\s*(\S+)"), "system_properties", TOOL_FILE - 0.01),
    (
        "gradle/gradle-daemon-jvm.properties",
        re.compile(r"^\s*toolchainVersion\s*=\s*(\d+)"),
        "gradle_daemon",
        CONVENTION,
    ),
)


def asked_by_files(tree: FileTree, folder: str) -> Iterator[Asked]:
    """Every statement of a version file, the folder's own before the root's."""
    for file, line, tool, wanted in asked_by_tool_files(tree, folder, ".java-version", "java"):
        yield Asked(wanted, file, line, f"java.{tool}", TOOL_FILE)
    for place in dict.fromkeys((folder, ".")):
        for name, pattern, rule, weight in _FILES:
            path = join(place, name)
            for number, written in enumerate((tree.text(path) or "").splitlines(), start=1):
                match = pattern.match(written)
                if match:
                    yield Asked(match[1], path, number, f"java.{rule}", weight)
