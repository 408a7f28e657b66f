"""Which Gradle scripts speak about a module: its own, what it applies, and its root's blocks for all modules."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection.files import FileTree, join, parent
from tasks.detection.java.gradle_text import Statement, statements

SCRIPTS: Final = ("build.gradle.kts", "build.gradle")
SETTINGS: Final = ("settings.gradle.kts", "settings.gradle")
_SHARED: Final = re.compile(r"(?:allprojects|subprojects|configure (?:allprojects|subprojects)\b.*)")
_CONVENTION: Final = re.compile(r"/src/main/(?:kotlin|groovy)/(?:[\w/]+/)?([\w.-]+)\.gradle(?:\.kts)?$")
_LOOP: Final = re.compile(r"[\"']:?\$\{?\w+\.name\}?[\"']")
_MAX_APPLIED: Final = 12


@dataclass(frozen=True, slots=True)
class Said:
    """A statement and the file that it stands in."""

    file: str
    statement: Statement


def script_of(tree: FileTree, folder: str) -> str | None:
    """The build script of the folder, which may be named like the folder."""
    name = posixpath.basename(folder)
    names = (*SCRIPTS, f"{name}.gradle.kts", f"{name}.gradle") if folder != "." else SCRIPTS
    return next((path for each in names if (path := join(folder, each)) in tree.paths), None)


def settings_of(tree: FileTree, folder: str) -> str | None:
    """The settings script of the folder."""
    return next((path for each in SETTINGS if (path := join(folder, each)) in tree.paths), None)


def build_root(tree: FileTree, folder: str) -> str:
    """The folder whose settings name the build; without settings the topmost one with a script."""
    here = folder
    top = folder
    while True:
        if settings_of(tree, here):
            return here
        if script_of(tree, here):
            top = here
        if here == ".":
            return top
        here = parent(here)


def modules(tree: FileTree, root: str) -> dict[str, str]:
    """Folders of the build's modules by their path, ":app"."""
    path = settings_of(tree, root)
    found: dict[str, str] = {":": root}
    for each in statements(tree.manifest(path)) if path else ():
        if each.words[:1] == ("include",) or each.words[:1] == ("settings.include",):
            for name in each.strings:
                clean = ":" + name.strip(":")
                found[clean] = join(root, clean.strip(":").replace(":", "/"))
        moved = re.match(r"project(?:\b.*)?\.projectDir$|project$", each.words[0]) if each.words else None
        if moved and len(each.strings) > 1 and "projectDir" in " ".join(each.words):
            found[":" + each.strings[0].strip(":")] = join(root, each.strings[-1].removeprefix("$rootDir/"))
    return found | _by_name(tree, root, (tree.text(path) or "") if path else "", frozenset(found.values()))


def _by_name(tree: FileTree, root: str, settings: str, included: frozenset[str]) -> dict[str, str]:
    """The modules that settings include in a loop, wherever they lie, by nothing but their folders' names."""
    if "projectDir" not in settings or not _LOOP.search(settings):
        return {}
    places = {parent(path) for path in tree.ordered if path.rpartition("/")[2] in SCRIPTS}
    prefix = "" if root == "." else f"{root}/"
    found = [each for each in sorted(places) if each.startswith(prefix) and each not in {root, ".", *included}]
    return {f":{posixpath.basename(each)}": each for each in reversed(found)}


def project_name(tree: FileTree, folder: str, root: str) -> str:
    """The name that artifacts get; a root that has none is called like the folder that our image builds it in."""
    if folder != root:
        return posixpath.basename(folder)
    path = settings_of(tree, root)
    for each in statements(tree.manifest(path)) if path else ():
        if each.words[:1] == ("rootProject.name",) and each.strings:
            return each.strings[0]
    return "app"


def said_about(tree: FileTree, folder: str, root: str) -> tuple[Said, ...]:
    """Every statement that holds for the module, its own first."""
    own = script_of(tree, folder)
    found = [each for each in _whole(tree, own) if not _is_for_others(each)] if own else []
    found += _applied(tree, folder, found)
    place = folder
    while place != root:
        place = parent(place)
        script = script_of(tree, place)
        found += _shared(tree, script, f":{posixpath.relpath(folder, root).replace('/', ':')}") if script else []
    if folder == root and own:
        found += [_inside(each) for each in _whole(tree, own) if each.statement.blocks[:1] == ("allprojects",)]
    return tuple(found)


def whole_script(tree: FileTree, folder: str) -> tuple[Said, ...]:
    """Every statement of the folder's own script, for whom ever it is meant."""
    path = script_of(tree, folder)
    return tuple(_whole(tree, path)) if path else ()


def _whole(tree: FileTree, path: str) -> Iterator[Said]:
    for each in statements(tree.manifest(path)):
        yield Said(path, each)


def _is_for_others(said: Said) -> bool:
    first = said.statement.blocks[0] if said.statement.blocks else ""
    return bool(_SHARED.fullmatch(first) or first.startswith(("project :", "buildscript")))


def _shared(tree: FileTree, script: str, module: str) -> list[Said]:
    """The statements of an outer script in blocks for all modules, or for this one."""
    found = []
    for each in _whole(tree, script):
        first = each.statement.blocks[0] if each.statement.blocks else ""
        if _SHARED.fullmatch(first) or first == f"project {module}":
            found.append(_inside(each))
    return [*found, *_applied(tree, parent(script), found)]


def _inside(said: Said) -> Said:
    return replace(said, statement=replace(said.statement, blocks=said.statement.blocks[1:]))


def _applied(tree: FileTree, folder: str, found: list[Said]) -> list[Said]:
    """What scripts say that these apply: by `apply from:`, or as a convention plugin of the same repository."""
    conventions = {match[1]: path for path in tree.ordered if (match := _CONVENTION.search(path))}
    known: list[Said] = []
    waiting = list(found)
    seen: set[str] = set()
    while waiting and len(seen) < _MAX_APPLIED:
        each = waiting.pop(0)
        for path in _names_scripts(tree, folder, each.statement, conventions):
            if path not in seen:
                seen.add(path)
                more = list(_whole(tree, path))
                known += more
                waiting += more
    return known


def _names_scripts(tree: FileTree, folder: str, statement: Statement, conventions: dict[str, str]) -> Iterator[str]:
    words, strings = statement.words, statement.strings
    if words[:2] == ("apply", "from") and strings:
        name = re.sub(r"^\$\{?(?:rootDir|rootProject\.projectDir|projectDir)\}?/", "", strings[0])
        yield from (path for place in (folder, ".") if (path := join(place, name)) in tree.paths)
    elif statement.blocks[-1:] == ("plugins",) or words[:1] == ("apply",):
        yield from (conventions[each] for each in (*strings, *words) if each in conventions)
