"""Which folders are projects of Maven or Gradle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.container_files import find_dockerfile
from tasks.detection.files import FileTree, parent
from tasks.detection.java.gradle_scripts import SETTINGS, modules
from tasks.detection.unmade_images import unmade_image

_MANIFEST: Final = re.compile(r"pom\.xml|(?:build|settings)\.gradle(?:\.kts)?")
_BUILD_LOGIC: Final = frozenset(
    {"buildSrc", "build-logic", "build-plugin", "buildLogic", "gradle", "build-conventions", "build-tools"}
)
_OTHERS: Final = ("build.sbt", "build.sc", "build.mill", "project.clj", "deps.edn")


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a pom.xml or a Gradle script; without one, the root when sources lie below it.

    A module that its root's Dockerfile puts into an image is told about there.
    """
    found = _projects(tree)
    if not found and not any(path.endswith(_OTHERS) for path in tree.paths):
        return (".",) if any(path.endswith((".java", ".kt")) for path in tree.paths) else ()
    contained = {module for folder in found if (module := contained_module(tree, folder))}
    return tuple(each for each in found if each not in contained)


def contained_module(tree: FileTree, folder: str) -> str | None:
    """The only module below that the folder's own Dockerfile takes the output of."""
    path = find_dockerfile(tree, folder)
    text = tree.text(path) if path else None
    if path is None or text is None or not re.search(r"[\w-]/(?:target|build)/", text):
        return None
    if unmade_image(tree, folder):
        return None
    prefix = "" if folder == "." else f"{folder}/"
    below = [each for each in _projects(tree) if each != folder and each.startswith(prefix)]
    named = [
        each for each in below if re.search(rf"(?<![\w.-]){re.escape(each[len(prefix) :])}/(?:target|build)/", text)
    ]
    return named[0] if len(named) == 1 else None


def _projects(tree: FileTree) -> list[str]:
    found = [parent(path) for path in tree.ordered if _MANIFEST.fullmatch(path.rpartition("/")[2])]
    found += [parent(path) for path in tree.ordered if _is_named_script(path)]
    for path in tree.ordered:
        if path.rpartition("/")[2] in SETTINGS:
            found += _members(tree, parent(path))
    return [folder for folder in dict.fromkeys(found) if not _BUILD_LOGIC & set(folder.split("/"))]


def _members(tree: FileTree, root: str) -> Iterator[str]:
    """Modules that the root's script describes: they have sources and no script of their own."""
    for place in modules(tree, root).values():
        if place != root and any(path.startswith(f"{place}/src/main/") for path in tree.ordered):
            yield place


def _is_named_script(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return bool(folder) and name in {f"{folder.rpartition('/')[2]}{ending}" for ending in (".gradle", ".gradle.kts")}
