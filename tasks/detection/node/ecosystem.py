"""Node.js: from a folder's files to statements about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection.commands import EVERY_ADDRESS, LOOPBACK, server_of
from tasks.detection.environment import port_of_variable, variables
from tasks.detection.evidence import CONVENTION, DEPENDENCY, MANIFEST, SOURCE, WEAK, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.health import health_rank
from tasks.detection.node.frameworks import NodeFramework, declared
from tasks.detection.node.manifests import NodeProject, dependency_files, manager_evidence, read_project
from tasks.detection.node.routing import whole_routes
from tasks.detection.node.source import JsFile, JsListen, port_of
from tasks.detection.node.sources import Sources, sources_of
from tasks.detection.node.start import Start, aliases, build_evidence, starts
from tasks.detection.node.versions import version_evidence, version_warnings
from tasks.detection.reading import Ecosystem, Reading
from tasks.models import Evidence

_LONE = ("server.js", "index.js", "app.js", "server.mjs", "index.mjs", "main.js")


_FREE_PORT = 3000
"""For a program that asks PORT where to listen and has no default of its own."""


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a package.json; without one, the root when a server's file lies there."""
    found = [parent(path) for path in tree.ordered if path.rpartition("/")[2] == "package.json"]
    if not found and any(re.search(r"\brequire\s*\(|\bimport\b", tree.text(name) or "") for name in _LONE):
        found.append(".")
    return tuple(dict.fromkeys(found))


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a Node.js project."""
    project = read_project(tree, folder)
    sources = sources_of(tree, folder, others)
    files = sources.interesting()
    reads = [each for source in files for each in source.reads]
    env, env_evidence = variables(reads, "node.reads_environment")
    evidence = [
        *port_of_variable(reads, "node.port_default"),
        *_language(tree, project, sources),
        *manager_evidence(tree, project),
        *version_evidence(tree, project),
        *_application(project, sources, files),
        *_health(sources, files),
        *env_evidence,
    ]
    warnings = [f"{folder}: not every JavaScript file was read"] if sources.truncated else []
    warnings += version_warnings(tree, project)
    return Reading(
        language="node",
        folder=folder,
        name=project.name,
        version=project.version,
        dependencies=project.dependencies,
        evidence=tuple(evidence),
        env=env,
        lock_file=project.lock_file,
        dependency_files=dependency_files(tree, project),
        aliases=aliases(project),
        parts=_parts(project),
        warnings=tuple(warnings),
    )


def _parts(project: NodeProject) -> tuple[str, ...]:
    """Folders that this package's scripts build: what comes out of them it serves itself."""
    found = re.findall(r"(?:\bcd|--prefix|--cwd|--dir|-C)[ =]([\w./-]{1,80})", " ; ".join(project.scripts.values()))
    return tuple(dict.fromkeys(join(project.folder, name) for name in found))


def _language(tree: FileTree, project: NodeProject, sources: Sources) -> Iterator[Evidence]:
    if project.path in tree.paths:
        yield say("language", "node", project.path, "node.manifest", MANIFEST, 1)
    elif sources.paths:
        yield say("language", "node", sources.paths[0], "node.source", CONVENTION, 1)


def _application(project: NodeProject, sources: Sources, files: list[JsFile]) -> Iterator[Evidence]:
    found = declared(project)
    framework = found[0] if found else None
    if found:
        row, package = found
        yield say("framework", row.name, project.path, "node.dependency", DEPENDENCY, project.line(package))
    ways = starts(project, sources, framework)
    for way in ways:
        yield say("start_command", way.command, way.file, way.rule, way.confidence, way.line)
        if way.port:
            yield say("port", way.port, way.file, way.rule, way.confidence, way.line)
    start = ways[0] if ways else None
    yield from build_evidence(project, sources, framework, start)
    yield from _kind(project, sources, files, framework, start)


def _kind(
    project: NodeProject, sources: Sources, files: list[JsFile], framework: NodeFramework | None, start: Start | None
) -> Iterator[Evidence]:
    reached = sources.reachable(start.entry) if start and start.entry else []
    places = _listening(reached) or ([] if reached else _listening(files))
    server = server_of(start.command) if start else None
    if framework and framework.interface == "own" and start:
        yield from _serves(project, framework, SOURCE)
        yield from _ports(sources, _listening(reached) if server is None else [])
    elif start and (places or server):
        path, line = (places[0][0], places[0][1].line) if places else (start.file, start.line)
        yield say("kind", "web", path, "node.listens", SOURCE, line)
        yield from _ports(sources, places)
    elif framework and framework.interface == "static":
        yield say("kind", "static", project.path, f"node.{framework.name}", DEPENDENCY, 1)
        yield say("static_folder", "dist", project.path, f"node.{framework.name}", CONVENTION, 1)
    elif start is None:
        yield say("kind", "library", project.path, "node.no_program", WEAK, 1)
    elif framework and not any(source.waits_line for source in reached):
        yield from _serves(project, framework, CONVENTION)
    else:
        yield from _program(project, reached or files, start)


def _serves(project: NodeProject, framework: NodeFramework, confidence: float) -> Iterator[Evidence]:
    yield say("kind", "web", project.path, f"node.{framework.name}", confidence, 1)
    if framework.port:
        yield say("port", framework.port, project.path, f"node.{framework.name}_default", WEAK)


def _program(project: NodeProject, reached: list[JsFile], start: Start) -> Iterator[Evidence]:
    """A program that does not listen: a worker when it waits, a library when it is made for importers, else a job."""
    waiting = next((source for source in reached if source.waits_line), None)
    if waiting:
        yield say("kind", "worker", waiting.path, "node.waits", SOURCE - 0.1, waiting.waits_line)
    elif start.rule not in {"node.start_script", "node.bin"} and (
        _is_published(project) or (reached and reached[0].exports)
    ):
        yield say("kind", "library", project.path, "node.published_package", CONVENTION, 1)
    else:
        yield say("kind", "job", start.file, "node.program_ends", WEAK, start.line)


def _is_published(project: NodeProject) -> bool:
    """package.json speaks to importers."""
    keys = ("exports", "module", "types", "typings", "files", "peerDependencies", "publishConfig")
    return project.package.get("private") is not True and any(key in project.package for key in keys)


def _listening(files: list[JsFile]) -> list[tuple[str, JsListen]]:
    return [(source.path, listen) for source in files for listen in source.listens]


def _ports(sources: Sources, places: list[tuple[str, JsListen]]) -> Iterator[Evidence]:
    for path, listen in places:
        port = listen.port or _elsewhere(sources, path, listen)
        if port:
            yield say("port", port, path, "node.listens", SOURCE, listen.line)
        elif listen.variable:
            yield say("port", _FREE_PORT, path, "node.port_variable", CONVENTION, listen.line)
        if listen.host_variable and listen.host in LOOPBACK:
            yield say("bind_address", EVERY_ADDRESS, path, "node.host_variable", SOURCE, listen.line)


def _elsewhere(sources: Sources, path: str, listen: JsListen) -> int | None:
    """A port that another file's constant holds."""
    if not listen.name:
        return None
    for source in sources.reachable(path):
        written = source.values.get(listen.name)
        port = port_of(written, source.values)[0] if written else None
        if port:
            return port
    return None


def _health(sources: Sources, files: list[JsFile]) -> Iterator[Evidence]:
    routings = {source.path: source.routing for source in _with_mounts(sources, files)}
    for path, route in whole_routes(routings, sources.resolve):
        rank = health_rank(route.path)
        if rank is not None:
            yield say("health_path", route.path, path, "node.route", SOURCE - rank / 1000, route.line)
    for path in sources.paths:
        route_file = _next_route(sources.relative(path))
        rank = health_rank(route_file) if route_file else None
        if route_file and rank is not None:
            yield say("health_path", route_file, path, "node.next_route_file", SOURCE - rank / 1000, 1)


def _with_mounts(sources: Sources, files: list[JsFile]) -> list[JsFile]:
    """Also the files that import those: they may say where a router hangs."""
    known = {source.path: source for source in files}
    for source in files:
        if source.routing.apps:
            known |= {each.path: each for each in sources.reachable(source.path)}
    return list(known.values())


def _next_route(path: str) -> str | None:
    match = re.fullmatch(r"(?:src/)?app(/[\w/-]+)/route\.[jt]s|(?:src/)?pages(/api/[\w/-]+?)(?:/index)?\.[jt]s", path)
    return (match[1] or match[2]) if match else None


ECOSYSTEM = Ecosystem("node", folders, read)
