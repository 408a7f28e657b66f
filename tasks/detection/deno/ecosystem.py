"""Deno: from deno.json and its tasks to statements about a folder. Its sources are read as those of Node.js are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tasks.detection import shape
from tasks.detection.commands import port_in
from tasks.detection.deno.tasks_of import ENTRIES, Run, runs
from tasks.detection.environment import port_of_variable, variables
from tasks.detection.evidence import DEPENDENCY, MANIFEST, SOURCE, TOOL_FILE, WEAK, line_of, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.frameworks import declared
from tasks.detection.node.listening import listening_in, port_evidence
from tasks.detection.node.manifests import read_project
from tasks.detection.node.sources import EXTENSIONS, Sources, sources_of
from tasks.detection.reading import Dependency, Ecosystem, Reading
from tasks.detection.tool_files import asked_by_tool_files
from tasks.detection.versions import resolve
from tasks.models import Evidence

_MANIFESTS: Final = ("deno.json", "deno.jsonc")
_OWN: Final = re.compile(
    r"[\"'](?:https://deno\.land/|https://esm\.sh/|jsr:|npm:)|\bDeno\.(?:serve|listen|env|run|open)\b"
)
_LOCKS: Final = {"5": "2", "4": "2"}
"""The release of Deno by the version of its lock file."""


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a deno.json that no package.json with scripts stands beside; without one, the root of a program."""
    found = [parent(path) for path in tree.ordered if path.rpartition("/")[2] in {*_MANIFESTS, "deno.lock"}]
    if not found and "package.json" not in tree.paths and _lone(tree):
        found.append(".")
    return tuple(folder for folder in dict.fromkeys(found) if not _is_node(tree, folder))


def _lone(tree: FileTree) -> str | None:
    """The program at the root that only Deno can run: it imports by URL, or calls what Deno alone has."""
    return next((name for name in sorted(ENTRIES & tree.paths) if _OWN.search(tree.text(name) or "")), None)


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a Deno project."""
    lock = join(folder, "deno.lock")
    paths = (*(join(folder, name) for name in _MANIFESTS), lock)
    path = next((path for path in paths if path in tree.paths), None) or _lone(tree) or lock
    text = tree.manifest(path)
    manifest = shape.loose_json(text) if path.endswith(("json", "jsonc")) else {}
    sources = sources_of(tree, folder, others)
    files = sources.interesting()
    reads = [each for source in files for each in source.reads]
    env, env_evidence = variables(reads, "deno.reads_environment")
    dependencies = tuple(_dependencies(manifest, path, text, sources))
    evidence = [
        say("language", "deno", path, "deno.manifest", MANIFEST + 0.01, 1),
        say("package_manager", "deno", path, "deno.manifest", MANIFEST, 1),
        *port_of_variable(reads, "deno.port_default"),
        *_version(tree, folder, lock),
        *_application(tree, folder, manifest, path, text, sources, dependencies),
        *env_evidence,
    ]
    return Reading(
        language="deno",
        folder=folder,
        name=shape.text(manifest.get("name")),
        version=_own_version(manifest),
        dependencies=dependencies,
        evidence=tuple(evidence),
        env=env,
        lock_file="deno.lock" if lock in tree.paths else None,
        dependency_files=tuple(name for name in (*_MANIFESTS, "import_map.json") if join(folder, name) in tree.paths),
    )


def _is_node(tree: FileTree, folder: str) -> bool:
    text = tree.text(join(folder, "package.json"))
    package = shape.loose_json(text) if text else {}
    return bool(shape.table(package.get("scripts"))) and not _starts_deno(package)


def _starts_deno(package: Mapping[str, object]) -> bool:
    return any(str(written).startswith("deno ") for written in shape.table(package.get("scripts")).values())


def _own_version(manifest: Mapping[str, object]) -> str | None:
    version = shape.text(manifest.get("version"))
    return version if version and re.fullmatch(r"[0-9A-Za-z.+_-]{1,60}", version) else None


def _version(tree: FileTree, folder: str, lock: str) -> Iterator[Evidence]:
    for position, name in enumerate((".dvmrc", ".deno-version")):
        for file, line, tool, wanted in asked_by_tool_files(tree, folder, name, "deno"):
            release = resolve("deno", wanted)
            if release:
                yield say("language_version", release, file, f"deno.{tool}", TOOL_FILE - position / 100, line)
    match = re.search(r'"version"\s*:\s*"(\d)"', tree.head(lock))
    if match and match[1] in _LOCKS:
        yield say("language_version", _LOCKS[match[1]], lock, "deno.lock_file_version", MANIFEST, 1)


def _dependencies(manifest: Mapping[str, object], path: str, text: str, sources: Sources) -> Iterator[Dependency]:
    for key, value in shape.table(manifest.get("imports")).items():
        written = shape.text(value) or ""
        name = re.sub(r"^(?:(?:npm|jsr):/?|https://[^/]*/)", "", written)
        name = re.sub(r"(?<=.)@[v^~]?\d[^/]*", "", name)
        line = line_of(text, f'"{key}"')
        yield Dependency(name, path, line)
        yield Dependency(key, path, line)
    for file in sources.paths[:300]:
        source = sources.get(file)
        for name in source.imports if source else []:
            if not name.startswith("."):
                yield Dependency(name, file, 1)


def _application(  # noqa: PLR0917 - what was read of one folder
    tree: FileTree,
    folder: str,
    manifest: Mapping[str, object],
    path: str,
    text: str,
    sources: Sources,
    dependencies: tuple[Dependency, ...],
) -> Iterator[Evidence]:
    found = declared("deno", dependencies)
    if found:
        row, dependency = found
        yield say("framework", row.name, dependency.file, "deno.dependency", DEPENDENCY, dependency.line)
    ways = runs(shape.table(manifest.get("tasks")), sources)
    for way in ways:
        line = line_of(text, f'"{way.task}"') if way.task else 1
        yield say("start_command", way.command, path if way.task else way.entry or path, way.rule, way.confidence, line)
    yield from _build(manifest, path, text)
    yield from _kind(
        folder, tree, path, sources, ways, found[0].kind if found else None, found[0].port if found else None
    )


def _build(manifest: Mapping[str, object], path: str, text: str) -> Iterator[Evidence]:
    if shape.table(manifest.get("tasks")).get("build"):
        yield say("build_command", "deno task build", path, "deno.build_task", MANIFEST, line_of(text, '"build"'))


def _kind(  # noqa: PLR0917 - what was read of one folder
    folder: str,
    tree: FileTree,
    path: str,
    sources: Sources,
    ways: tuple[Run, ...],
    framework: str | None,
    port: int | None,
) -> Iterator[Evidence]:
    start = ways[0] if ways else None
    reached = sources.reachable(start.entry) if start and start.entry else []
    places = listening_in(reached)
    waiting = next((source for source in reached if source.waits_line), None)
    if framework == "static":
        yield say("kind", "static", path, "deno.site", DEPENDENCY, 1)
        yield say("static_folder", "_site", path, "deno.site", DEPENDENCY, 1)
    elif start and (places or start.serves or framework == "web"):
        place = places[0] if places else None
        yield say("kind", "web", place[0] if place else path, "deno.listens", SOURCE, place[1].line if place else 1)
        said = port_in(start.command)
        if said:
            yield say("port", said, path, "deno.task", MANIFEST, 1)
        yield from port_evidence(read_project(tree, folder), sources, places)
        if start.serves or port:
            yield say("port", port or 8000, path, "deno.default", WEAK, 1)
    elif start and waiting:
        yield say("kind", "worker", waiting.path, "deno.waits", SOURCE - 0.1, waiting.waits_line)
    elif start:
        published = manifest_exports(tree, path) or path.endswith(EXTENSIONS)
        yield say("kind", "library" if published else "job", path, "deno.program_ends", WEAK, 1)
    else:
        yield say("kind", "library", path, "deno.no_program", WEAK, 1)


def manifest_exports(tree: FileTree, path: str) -> bool:
    """Whether the manifest speaks to importers."""
    return "exports" in shape.loose_json(tree.text(path) or "")


ECOSYSTEM = Ecosystem("deno", folders, read)
