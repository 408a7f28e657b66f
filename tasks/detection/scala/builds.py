"""build.sbt, project/*.sbt and build.mill, read by patterns: they are programs, and are never run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection.evidence import MANIFEST
from tasks.detection.files import FileTree, join, parent
from tasks.detection.java.project import Asked
from tasks.detection.reading import Dependency

_COMMENT: Final = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_LIBRARY: Final = re.compile(
    r'"([\w.-]{2,100})"\s*(%{1,3})\s*"([\w.-]{1,100})"\s*%\s*[^,)%\n]{1,80}(%\s*"?(?:[Tt]est|IntegrationTest|it)\b)?'
)
_IVY: Final = re.compile(r'(?:ivy|mvn)"([\w.-]+):{1,3}([\w.-]+):{1,2}[^"]*"')
_PLUGIN: Final = re.compile(r'addSbtPlugin\(\s*"([\w.-]+)"\s*%\s*"([\w.-]+)"')
_ENABLED: Final = re.compile(r"enablePlugins\(([^)]{1,300})\)")
_PROJECT: Final = re.compile(
    r"(?:lazy\s+)?val\s+`?([\w-]+)`?\s*=\s*\(?\s*project\b(?:\s*\.?\s*in\s*\(?\s*file\(\s*\"([^\"]*)\"\s*\))?|(?:lazy\s+)?val\s+`?(?P<cross>[\w-]+)`?\s*=\s*crossProject"
)
_RELEASE: Final = re.compile(
    r'"-(?:-release|release|java-output-version|-java-output-version)(?::|"\s*,\s*")(\d{1,2})"|"-target:(?:jvm-)?(1\.\d|\d{1,2})"|"(?:-target|--release)"\s*,\s*"(1\.\d|\d{1,2})"'
)


_PROJECT_NAME: Final = r'Project\(\s*"([\w-]+)"\s*,\s*file\(\s*"\."\s*\)'
_NAME: Final = r'(?<![\w.])name\s*:=\s*"{1,3}([^"\n]{1,100})"'


@dataclass(frozen=True, slots=True)
class ScalaProject:
    """One project of a build."""

    folder: str
    path: str
    """The build's definition."""
    root: str
    manager: str
    identity: str
    """How the build names it; empty for the only one."""
    name: str
    version: str | None
    dependencies: tuple[Dependency, ...]
    asked: tuple[Asked, ...]
    main_class: str | None
    assembly: str | None
    """The file that sbt-assembly writes, when the build names it."""
    scala: str | None
    tool_version: str | None
    text: str
    dependency_files: tuple[str, ...]

    def uses(self, *names: str) -> Dependency | None:
        """The first of these plugins or dependencies."""
        return next((each for each in self.dependencies if each.name in names), None)


def definition(tree: FileTree, folder: str) -> str | None:
    """The build's definition in the folder."""
    return next(
        (path for name in ("build.sbt", "build.mill", "build.sc") if (path := join(folder, name)) in tree.paths), None
    )


def build_folders(tree: FileTree) -> Iterator[str]:
    """Folders of projects: the root of each build, and what its definition lists below."""
    for path in tree.ordered:
        if path.rpartition("/")[2] not in {"build.sbt", "build.mill", "build.sc"}:
            continue
        root = parent(path)
        if root.rpartition("/")[2] == "project":
            continue
        yield root
        yield from (place for place in projects(tree, root).values() if place != root)


def projects(tree: FileTree, root: str) -> dict[str, str]:
    """Folders of a build's projects by their names."""
    path = definition(tree, root)
    if path is None or not path.endswith(".sbt"):
        return {}
    found = {}
    for match in _PROJECT.finditer(_bare(tree.manifest(path))):
        name = match[1] or match["cross"]
        place = join(root, match[2] if match[2] is not None else name)
        if place == root or any(each.startswith(f"{place}/") for each in tree.paths):
            found[name] = place
    return found


def read_build(tree: FileTree, folder: str) -> ScalaProject:
    """The project that lies in the folder."""
    root = folder
    while definition(tree, root) is None and root != ".":
        root = parent(root)
    above = root
    while above != ".":
        above = parent(above)
        if folder in projects(tree, above).values():
            root = above
    path = definition(tree, root) or join(root, "build.sbt")
    whole = _bare(tree.manifest(path))
    identity = next((name for name, place in projects(tree, root).items() if place == folder), "")
    own = _own(whole, identity) if identity else whole
    if folder != root and (nested := join(folder, "build.sbt")) in tree.paths:
        own += "\n" + _bare(tree.manifest(nested))
    manager = "sbt" if path.endswith(".sbt") else "mill"
    dependencies = [*_libraries(own, path, whole), *_shared(tree, root), *_plugins(tree, root, own, path)]
    if manager == "sbt" and not any(":" in each.name and not each.name.startswith("plugin:") for each in dependencies):
        dependencies += _libraries(whole, path, whole)
    scala = _first(r'scalaVersion\s*:?=\s*"([\d.]+)', own) or _first(r'scalaVersion\s*:?=\s*"([\d.]+)', whole)
    return ScalaProject(
        folder=folder,
        path=path,
        root=root,
        manager=manager,
        identity=identity,
        name=_first(_NAME, own)
        or (_name_of_root(whole) if folder == root else None)
        or identity
        or posixpath.basename(folder),
        version=_first(r'(?<![\w.])version\s*:=\s*"([\w.+-]{1,60})"', own)
        or _first(r'version\s*:=\s*"([\w.+-]{1,60})"', whole),
        dependencies=tuple(dict.fromkeys(dependencies)),
        asked=tuple(_asked(whole, path)),
        main_class=_first(r'mainClass\s*:?=\s*(?:Some\(\s*)?"([\w.]+)"', own),
        assembly=_first(r'assemblyJarName\s*:=\s*"([\w.+-]+)"', own),
        scala=scala,
        tool_version=_first(r"sbt\.version\s*=\s*([\d.]+)", tree.text(join(root, "project/build.properties")) or "")
        or (tree.text(join(root, ".mill-version")) or "").strip()[:20]
        or None,
        text=own,
        dependency_files=_dependency_files(tree, folder, root),
    )


def _name_of_root(whole: str) -> str | None:
    return _first(_NAME, whole) or _first(_PROJECT_NAME, whole)


def _bare(text: str) -> str:
    return _COMMENT.sub(lambda match: match[1] or "\n" * match[0].count("\n"), text)


def _own(whole: str, identity: str) -> str:
    """The definition of one project: up to the next one."""
    start = re.search(rf"val\s+`?{re.escape(identity)}`?\s*=", whole)
    if start is None:
        return whole
    after = re.compile(r"\n(?:lazy\s+)?val\s|\n(?:ThisBuild|addCommandAlias|Global)\b").search(whole, start.end())
    return whole[start.start() : after.start() if after else len(whole)]


def _libraries(text: str, path: str, whole: str) -> Iterator[Dependency]:
    start = max(whole.find(text), 0)
    for match in _LIBRARY.finditer(text):
        if not match[4]:
            yield Dependency(f"{match[1]}:{match[3]}", path, whole.count("\n", 0, start + match.start()) + 1)
    for match in _IVY.finditer(text):
        yield Dependency(f"{match[1]}:{match[2]}", path, whole.count("\n", 0, start + match.start()) + 1)


def _shared(tree: FileTree, root: str) -> Iterator[Dependency]:
    """Libraries of project/Dependencies.scala and its like, where the definition uses them."""
    for path in tree.ordered:
        if parent(path) == join(root, "project") and path.endswith(".scala"):
            text = _bare(tree.text(path) or "")
            yield from _libraries(text, path, text)


def _plugins(tree: FileTree, root: str, own: str, path: str) -> Iterator[Dependency]:
    for match in _ENABLED.finditer(own):
        for name in re.findall(r"\w+", match[1]):
            yield Dependency(f"plugin:{name}", path, None)
    for file in tree.ordered:
        if parent(file) == join(root, "project") and file.endswith(".sbt"):
            text = _bare(tree.text(file) or "")
            for match in _PLUGIN.finditer(text):
                yield Dependency(f"{match[1]}:{match[2]}", file, text.count("\n", 0, match.start()) + 1)


def _asked(whole: str, path: str) -> Iterator[Asked]:
    for match in _RELEASE.finditer(whole):
        value = match[1] or match[2] or match[3]
        yield Asked(value, path, whole.count("\n", 0, match.start()) + 1, "scala.compiler_option", MANIFEST)


def _first(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text)
    return match[1] if match else None


def _dependency_files(tree: FileTree, folder: str, root: str) -> tuple[str, ...]:
    wanted = [
        path
        for name in ("build.sbt", "build.mill", "build.sc", ".mill-version", ".sbtopts", ".jvmopts", "mill")
        if (path := join(root, name)) in tree.paths
    ]
    wanted += [path for path in tree.ordered if parent(path) == join(root, "project")]
    return tuple(posixpath.relpath(path, folder) for path in dict.fromkeys(wanted))
