"""What package.json and the files beside it declare."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import CONVENTION, MANIFEST, TOOL_FILE, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.node.workspaces import members, workspace_root
from tasks.detection.reading import Dependency
from tasks.models import Evidence

LOCKS: Final = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "yarn.lock": "yarn",
    "pnpm-lock.yaml": "pnpm",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}
_BESIDE: Final = (".npmrc", ".yarnrc.yml", ".yarnrc", "pnpm-workspace.yaml", ".pnpmfile.cjs", "bunfig.toml")
_MANAGER: Final = re.compile(r"(npm|yarn|pnpm|bun)@(\d{1,3}(?:\.\d{1,4}){0,2})[-+.\w]{0,200}")
_PNPM: Final = {"5": "7", "6": "8", "9": "9"}
_MAX_SCRIPT: Final = 2000
_BERRY: Final = {"4": "2", "5": "3", "6": "3", "7": "4", "8": "4", "9": "4", "10": "4"}


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
    lock_file: str | None
    """Relative to the component; of a workspace's member, the root's lock with ../ in front."""

    @property
    def name(self) -> str | None:
        """The package's own name."""
        return shape.text(self.package.get("name"))

    @property
    def version(self) -> str | None:
        """The package's own version, when it looks like one."""
        version = shape.text(self.package.get("version"))
        return version if version and re.fullmatch(r"[0-9A-Za-z.+_-]{1,60}", version) else None

    def declares(self, name: str) -> bool:
        """Whether the package is needed to run or to develop."""
        return name in self.development or any(each.name == name for each in self.dependencies)

    def line(self, key: str) -> int | None:
        """The line of package.json that the key stands on."""
        return line_of(self.text, f'"{key}"')


def read_project(tree: FileTree, folder: str) -> NodeProject:
    """The folder's package.json. Raises Invalid when it is not JSON."""
    path = join(folder, "package.json")
    text = tree.manifest(path) or "{}"
    package = shape.parse_json(text, path)
    scripts = {
        name: command
        for name, written in shape.table(package.get("scripts")).items()
        if (command := shape.text(written)) and len(command) <= _MAX_SCRIPT and re.fullmatch(r"[\w:.-]{1,60}", name)
    }
    return NodeProject(
        folder=folder,
        path=path,
        package=package,
        text=text,
        scripts=scripts,
        dependencies=tuple(_dependencies(package, path, text)),
        development=frozenset(shape.table(package.get("devDependencies"))),
        lock_file=_lock(tree, folder),
    )


def dependency_files(tree: FileTree, project: NodeProject) -> tuple[str, ...]:
    """What an install of the dependencies reads, relative to the component; in a workspace, of every member."""
    base = workspace_root(tree, project.folder) or project.folder
    wanted = [join(place, name) for place in (project.folder, base) for name in ("package.json", *_BESIDE)]
    wanted += [join(member, "package.json") for member in members(tree, base)]
    if project.lock_file:
        wanted.append(join(project.folder, project.lock_file))
    found = [posixpath.relpath(path, project.folder) for path in dict.fromkeys(wanted) if path in tree.paths]
    if any(path.startswith(join(project.folder, "patches") + "/") for path in tree.paths):
        found.append("patches")
    if project.declares("prisma") and join(project.folder, "prisma/schema.prisma") in tree.paths:
        found.append("prisma")
    return tuple(found)


def manager_evidence(tree: FileTree, project: NodeProject) -> Iterator[Evidence]:
    """The package manager and its version: what package.json names, then the lock file."""
    for path, text in _packages_up(tree, project.folder):
        written = shape.text(shape.parse_json(text, path).get("packageManager"))
        match = _MANAGER.fullmatch(written or "")
        if match:
            line = line_of(text, '"packageManager"')
            yield say("package_manager", match[1], path, "node.package_manager_field", TOOL_FILE, line)
            yield say("package_manager_version", match[2], path, "node.package_manager_field", TOOL_FILE, line)
    if project.lock_file:
        path = join(project.folder, project.lock_file)
        manager = LOCKS[project.lock_file.rpartition("/")[2]]
        yield say("package_manager", manager, path, "node.lock_file", MANIFEST, 1)
        major = _major(manager, tree, path)
        if major:
            yield say("package_manager_version", major, path, "node.lock_file_version", MANIFEST, 1)
    elif project.path in tree.paths:
        yield say("package_manager", "npm", project.path, "node.npm_default", CONVENTION, 1)


def _packages_up(tree: FileTree, folder: str) -> Iterator[tuple[str, str]]:
    for place in dict.fromkeys((folder, workspace_root(tree, folder) or folder)):
        path = join(place, "package.json")
        text = tree.text(path)
        if text:
            yield path, text


def _lock(tree: FileTree, folder: str) -> str | None:
    for place in dict.fromkeys((folder, workspace_root(tree, folder) or folder)):
        for name in LOCKS:
            if join(place, name) in tree.paths:
                return posixpath.relpath(join(place, name), folder)
    return None


def _major(manager: str, tree: FileTree, path: str) -> str | None:
    head = tree.head(path)
    if manager == "pnpm":
        match = re.search(r"lockfileVersion: '?(\d+)", head)
        return _PNPM.get(match[1]) if match else None
    if manager == "yarn":
        match = re.search(r"__metadata:\s+version: (\d+)", head)
        return _BERRY.get(match[1]) if match else "1" if "yarn lockfile v1" in head else None
    return None


def _dependencies(package: Mapping[str, object], path: str, text: str) -> Iterator[Dependency]:
    for group in ("dependencies", "optionalDependencies"):
        for name in shape.table(package.get(group)):
            if shape.text(name):
                yield Dependency(name, path, line_of(text, f'"{name}"'))
