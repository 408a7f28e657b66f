"""What Cargo.toml and Cargo.lock declare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import line_of
from tasks.detection.files import FileTree, join, parent
from tasks.detection.reading import Dependency
from tasks.errors import Invalid

_TOOLS: Final = "command-line-utilities"
"""The category of the registry."""
_LOCKED: Final = re.compile(r'^name = "([\w-]+)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Binary:
    """One program of a package."""

    name: str
    path: str
    """Of its first file, from the analysed root."""


@dataclass(frozen=True, slots=True)
class RustPackage:
    """One Cargo.toml with a package."""

    folder: str
    file: str
    text: str
    table: Mapping[str, object]
    name: str
    binaries: tuple[Binary, ...]
    library: str | None
    """The first file of its library."""
    dependencies: tuple[Dependency, ...]
    local: tuple[str, ...]
    """Folders of packages of this repository that it depends on."""
    workspace: str | None
    """The folder of the workspace's root, when it is a member."""
    inherited: Mapping[str, object] = field(default_factory=dict)
    """workspace.package of that root."""

    @property
    def package(self) -> Mapping[str, object]:
        """The table of the package itself."""
        return shape.table(self.table.get("package"))

    def said(self, key: str) -> str | None:
        """A text of the package, or the workspace's where it says `.workspace = true`."""
        own = self.package.get(key)
        return shape.text(own) or (shape.text(self.inherited.get(key)) if isinstance(own, dict) else None)

    @property
    def is_tool(self) -> bool:
        """Whether it is published as a tool for the command line."""
        return _TOOLS in shape.texts(self.package.get("categories"))

    def line(self, key: str) -> int | None:
        """The line of the manifest that the key stands on."""
        return line_of(self.text, key)


def packages_of(tree: FileTree) -> tuple[RustPackage, ...]:
    """Every package, the shallow ones first. Raises Invalid for a Cargo.toml that is not TOML."""
    texts = {path: tree.manifest(path) for path in tree.ordered if path.rpartition("/")[2] == "Cargo.toml"}
    tables = {path: shape.parse_toml(text, path) for path, text in texts.items()}
    spaces = {parent(path): table for path, table in tables.items() if "workspace" in table}
    return tuple(
        _package(tree, path, texts[path], table, spaces) for path, table in tables.items() if "package" in table
    )


def locked_crates(tree: FileTree, package: RustPackage) -> tuple[str | None, frozenset[str]]:
    """The lock file, and the names in it."""
    for folder in dict.fromkeys((package.folder, package.workspace or package.folder)):
        path = join(folder, "Cargo.lock")
        if path in tree.paths:
            return path, frozenset(_LOCKED.findall(tree.text(path) or ""))
    return None, frozenset()


def _package(
    tree: FileTree, path: str, text: str, table: Mapping[str, object], spaces: Mapping[str, Mapping[str, object]]
) -> RustPackage:
    folder = parent(path)
    name = shape.text(shape.table(table.get("package")).get("name")) or "app"
    root = next((each for each in spaces if _is_member(folder, each, spaces[each])), None)
    space = shape.table(spaces[root].get("workspace")) if root is not None else {}
    dependencies, local = _dependencies(table, path, text, space, root)
    library = shape.text(shape.table(table.get("lib")).get("path")) or "src/lib.rs"
    return RustPackage(
        folder=folder,
        file=path,
        text=text,
        table=table,
        name=name,
        binaries=tuple(_binaries(tree, folder, table, name)),
        library=join(folder, library) if join(folder, library) in tree.paths else None,
        dependencies=dependencies,
        local=local,
        workspace=root,
        inherited=shape.table(space.get("package")),
    )


def _is_member(folder: str, root: str, table: Mapping[str, object]) -> bool:
    space = shape.table(table.get("workspace"))
    if folder == root:
        return True
    members, excluded = shape.texts(space.get("members")), shape.texts(space.get("exclude"))
    inside = folder if root == "." else folder.removeprefix(f"{root}/") if folder.startswith(f"{root}/") else None
    if inside is None or any(fnmatchcase(inside, each) for each in excluded):
        return False
    return any(fnmatchcase(inside, each.removeprefix("./").rstrip("/")) for each in members) or not members


def _binaries(tree: FileTree, folder: str, table: Mapping[str, object], name: str) -> Iterator[Binary]:
    rows = table.get("bin")
    taken: set[str] = set()
    for row in map(shape.table, rows if isinstance(rows, list) else []):
        called = shape.text(row.get("name"))
        paths = [shape.text(row.get("path"))] if row.get("path") else [
            f"src/bin/{called}.rs", f"src/bin/{called}/main.rs", "src/main.rs"
        ]  # fmt: skip
        path = next((whole for each in paths if each and (whole := join(folder, each)) in tree.paths), None)
        if called and path and path not in taken:
            taken.add(path)
            yield Binary(called, path)
    if shape.table(table.get("package")).get("autobins") is False:
        return
    main = join(folder, "src/main.rs")
    if main in tree.paths and main not in taken:
        yield Binary(name, main)
    place = join(folder, "src/bin")
    for path in sorted(
        each for each in tree.paths if each.startswith(f"{place}/") and path_depth(each, place) and each not in taken
    ):
        inside = path[len(place) + 1 :]
        yield Binary(inside.removesuffix(".rs").removesuffix("/main"), path)


def path_depth(path: str, folder: str) -> bool:
    """Whether Cargo takes the file in src/bin for a program."""
    inside = path[len(folder) + 1 :].split("/")
    return inside[-1].endswith(".rs") and (len(inside) == 1 or inside[1:] == ["main.rs"])


def _dependencies(
    table: Mapping[str, object], path: str, text: str, space: Mapping[str, object], root: str | None
) -> tuple[tuple[Dependency, ...], tuple[str, ...]]:
    """What is needed to run, each feature as "crate/feature" as well; and folders of local packages."""
    shared = shape.table(space.get("dependencies"))
    found: list[Dependency] = []
    local: list[str] = []
    for key, written in _declared(table):
        row = shape.table(written)
        base = shape.table(shared.get(key)) if row.get("workspace") is True else {}
        name = shape.text(row.get("package")) or shape.text(base.get("package")) or key
        features = (*shape.texts(row.get("features")), *shape.texts(base.get("features")))
        line = line_of(text, f"\n{key}")
        number = line + 1 if line else line_of(text, key)
        found.append(Dependency(name, path, number, features))
        found += [Dependency(f"{name}/{feature}", path, number) for feature in features]
        for place, said in ((parent(path), row.get("path")), (root or ".", base.get("path"))):
            written_path = shape.text(said)
            if written_path:
                local.append(join(place, written_path))
    return tuple(found), tuple(local)


def _declared(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    yield from shape.table(table.get("dependencies")).items()
    for target in shape.table(table.get("target")).values():
        yield from shape.table(shape.table(target).get("dependencies")).items()


def toml_or_nothing(tree: FileTree, path: str) -> Mapping[str, object]:
    """A file that may be a template: empty when it is absent or no TOML."""
    try:
        return shape.parse_toml(tree.text(path) or "", path)
    except Invalid:
        return {}
