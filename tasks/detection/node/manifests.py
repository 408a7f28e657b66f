"""What package.json and the files beside it declare."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import best, line_of
from tasks.detection.files import FileTree, join
from tasks.detection.node.nx import nx_package
from tasks.detection.node.package_manager import lock_of, manager_evidence
from tasks.detection.node.workspaces import members, workspace_root
from tasks.detection.reading import Dependency

_BESIDE: Final = (".npmrc", ".yarnrc.yml", ".yarnrc", "pnpm-workspace.yaml", ".pnpmfile.cjs", "bunfig.toml")
_MAX_SCRIPT: Final = 2000


@dataclass(frozen=True, slots=True)
class NodeProject:
    """The manifests of one folder."""

    folder: str
    path: str
    package: Mapping[str, object]
    text: str
    scripts: Mapping[str, str]
    dependencies: tuple[Dependency, ...]
    development: frozenset[str]
    """Names that only development needs."""
    manager: str
    """The package manager that is believed."""
    lock_file: str | None
    """Relative to the component; of a workspace's member, the root's lock with ../ in front."""

    @property
    def is_shared(self) -> bool:
        """The package.json is the root's, and the folder one application of an Nx workspace."""
        return self.path != join(self.folder, "package.json")

    @property
    def name(self) -> str | None:
        """The package's own name."""
        return shape.text(self.package.get("name"))

    @property
    def version(self) -> str | None:
        """The package's own version, when it looks like one."""
        version = shape.text(self.package.get("version"))
        return version if version and re.fullmatch(r"[0-9A-Za-z.+_-]{1,60}", version) else None

    def asked(self, name: str) -> str | None:
        """The range that package.json asks for."""
        for group in ("dependencies", "devDependencies", "optionalDependencies"):
            wanted = shape.text(shape.table(self.package.get(group)).get(name))
            if wanted:
                return wanted
        return None

    def declares(self, name: str) -> bool:
        """Whether the package is needed to run or to develop."""
        return name in self.development or any(each.name == name for each in self.dependencies)

    def line(self, key: str) -> int | None:
        """The line of package.json that the key stands on."""
        return line_of(self.text, f'"{key}"')


def read_project(tree: FileTree, folder: str) -> NodeProject:
    """The folder's package.json. Raises Invalid when it is not JSON."""
    path = join(folder, "package.json")
    shared = path not in tree.paths and join(folder, "project.json") in tree.paths
    path = "package.json" if shared else path
    text = tree.manifest(path) or "{}"
    package = shape.parse_json(text, path)
    package = nx_package(tree, folder, package) if shared else package
    scripts = {
        name: command
        for name, written in shape.table(package.get("scripts")).items()
        if (command := shape.text(written)) and len(command) <= _MAX_SCRIPT and re.fullmatch(r"[\w:.-]{1,60}", name)
    }
    said = best(manager_evidence(tree, folder), "package_manager")
    manager = said.value if said else "npm"
    return NodeProject(
        folder=folder,
        path=path,
        package=package,
        text=text,
        scripts=scripts,
        dependencies=tuple(_dependencies(package, path, text)),
        development=frozenset(shape.table(package.get("devDependencies"))),
        manager=manager,
        lock_file=lock_of(tree, folder, manager),
    )


def dependencies_of(tree: FileTree, folder: str) -> tuple[Dependency, ...]:
    """What the folder's package.json needs to run."""
    path = join(folder, "package.json")
    text = tree.text(path) or "{}"
    return tuple(_dependencies(shape.loose_json(text), path, text))


def dependency_files(tree: FileTree, project: NodeProject) -> tuple[str, ...]:
    """What an install of the dependencies reads, relative to the component; in a workspace, of every member."""
    base = workspace_root(tree, project.folder) or project.folder
    wanted = [join(place, name) for place in (project.folder, base) for name in ("package.json", *_BESIDE)]
    wanted += [join(member, "package.json") for member in members(tree, base)]
    if project.lock_file:
        wanted.append(join(project.folder, project.lock_file))
    found = [posixpath.relpath(path, project.folder) for path in dict.fromkeys(wanted) if path in tree.paths]
    if tree.below(join(project.folder, "patches")):
        found.append("patches")
    if project.declares("prisma") and join(project.folder, "prisma/schema.prisma") in tree.paths:
        found.append("prisma")
    return tuple(found)


def _dependencies(package: Mapping[str, object], path: str, text: str) -> Iterator[Dependency]:
    for group in ("dependencies", "optionalDependencies"):
        for name in shape.table(package.get(group)):
            if shape.text(name):
                yield Dependency(name, path, line_of(text, f'"{name}"'))
