"""The release of Java that an older Scala or sbt needs: neither reads the classes of one that came after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONVENTION, line_of
from tasks.detection.files import FileTree, join
from tasks.detection.java.knowledge import jvm
from tasks.detection.java.project import Asked
from tasks.detection.scala.builds import ScalaProject

_USUAL: Final = 21
"""What is taken where nothing is asked for: a version that compiles on it asks for nothing."""


def compiled_on(tree: FileTree, project: ScalaProject) -> Iterator[Asked]:
    """What the versions of Scala and of sbt ask for, where they are too old for the usual release."""
    yield from _newest(tree, "scala", project.scala, project.path)
    if project.manager == "sbt":
        yield from _newest(tree, "sbt", project.tool_version, join(project.root, "project/build.properties"))


def _newest(tree: FileTree, tool: str, version: str | None, file: str) -> Iterator[Asked]:
    row = next((each for each in jvm().compiles if each.tool == tool and version and _fits(version, each.since)), None)
    if version and row and row.newest < _USUAL:
        line = line_of(tree.text(file) or "", version)
        # of both the lower release is stronger: the other tool runs on it as well
        yield Asked(str(row.newest), file, line, f"scala.{tool}_version", CONVENTION - row.newest / 1000)


def _fits(version: str, since: str) -> bool:
    return _numbers(version) >= _numbers(since)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
