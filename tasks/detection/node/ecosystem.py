"""Node.js: from a folder's files to statements about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection.environment import Read, port_of_variable, variables, without_demands
from tasks.detection.evidence import CONVENTION, MANIFEST, SOURCE, best, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.health import health_rank
from tasks.detection.node.application import application_evidence
from tasks.detection.node.beside import scripts_beside
from tasks.detection.node.loaded import loaded_evidence
from tasks.detection.node.manifests import NodeProject, dependencies_of, dependency_files, read_project
from tasks.detection.node.nx import nx_folders
from tasks.detection.node.outside import outside_warnings
from tasks.detection.node.package_manager import lock_warnings, manager_evidence
from tasks.detection.node.readers import reads_through
from tasks.detection.node.routing import whole_routes
from tasks.detection.node.schemas import schema_reads, service_statements
from tasks.detection.node.source import JsFile
from tasks.detection.node.sources import Sources, sources_of
from tasks.detection.node.start import aliases
from tasks.detection.node.tried import tried_evidence
from tasks.detection.node.versions import version_evidence, version_warnings
from tasks.detection.node.workers import workers_beside
from tasks.detection.node.workspaces import used_members
from tasks.detection.reading import Ecosystem, Reading
from tasks.models import Evidence

_FILE_ROUTES = (
    re.compile(r"(?:src/)?app(/[\w/-]+)/route\.[jt]s"),
    re.compile(r"(?:src/)?pages(/[\w/-]+?)(?:/index)?\.[jt]s"),
    re.compile(r"(?:server/)?routes(/[\w/-]+?)(?:/index)?(?:\.get)?\.[jt]s"),
    re.compile(r"server(/api/[\w/-]+?)(?:/index)?(?:\.get)?\.[jt]s"),
    re.compile(r"src/routes(/[\w/-]+)/\+server\.[jt]s"),
)
"""Next.js with its app and its pages folder, Nuxt and Nitro, SvelteKit; Astro's pages are like Next.js's."""
_LONE = ("server.js", "index.js", "app.js", "server.mjs", "index.mjs", "main.js")


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a package.json; without one, the root when a server's file lies there."""
    found = [parent(path) for path in tree.ordered if path.rpartition("/")[2] == "package.json"]
    found += nx_folders(tree)
    if not found and any(re.search(r"\brequire\s*\(|\bimport\b", tree.text(name) or "") for name in _LONE):
        found.append(".")
    return tuple(dict.fromkeys(found))


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a Node.js project."""
    project = read_project(tree, folder)
    sources = sources_of(tree, folder, others)
    files = sources.interesting()
    used = used_members(tree, folder)
    reads = [each for source in files for each in source.reads]
    reads += [*_through_readers(files), *schema_reads(tree, (folder, *used))]
    application = [*application_evidence(project, sources, files)]
    beside = scripts_beside(sources, files, application)
    env, env_evidence = variables(without_demands(reads, beside), "node.reads_environment")
    evidence = [
        *port_of_variable(reads, "node.port_default"),
        *_language(tree, project, sources),
        *manager_evidence(tree, folder),
        *version_evidence(tree, project),
        *tried_evidence(tree, folder),
        *application,
        *loaded_evidence(project, sources, application),
        *_health(sources, files),
        *env_evidence,
        *service_statements(tree, (folder, *used), files),
    ]
    warnings = [f"{folder}: not every JavaScript file was read"] if sources.truncated else []
    warnings += [*version_warnings(tree, project), *lock_warnings(tree, folder, project.manager)]
    warnings += outside_warnings(sources, files) if _serves(evidence) else ()
    return Reading(
        language="node",
        folder=folder,
        name=project.name,
        version=project.version,
        dependencies=(
            *project.dependencies,
            *(each for member in used for each in dependencies_of(tree, member)),
        ),
        evidence=tuple(evidence),
        env=env,
        lock_file=project.lock_file,
        dependency_files=dependency_files(tree, project),
        aliases=aliases(project, sources),
        parts=_parts(project) if _serves(evidence) else (),
        processes=tuple(workers_beside(project, sources, evidence)) if _serves(evidence) else (),
        warnings=tuple(warnings),
    )


def _through_readers(files: list[JsFile]) -> Iterator[Read]:
    readers: dict[str, bool] = {}
    for source in files:
        readers |= source.readers
    return reads_through(((source.path, source.calls) for source in files), readers)


def _serves(evidence: list[Evidence]) -> bool:
    said = best(evidence, "kind")
    return said is not None and said.value == "web"


def _parts(project: NodeProject) -> tuple[str, ...]:
    """Folders that this package's scripts build: what comes out of them it serves itself."""
    building = " ; ".join(written for written in project.scripts.values() if re.search(r"\bbuild\b", written))
    found = re.findall(r"(?:\bcd|--prefix|--cwd|--dir|-C)[ =]([\w./-]{1,80})", building)
    return tuple(dict.fromkeys(join(project.folder, name) for name in found))


def _language(tree: FileTree, project: NodeProject, sources: Sources) -> Iterator[Evidence]:
    if project.path in tree.paths:
        yield say("language", "node", project.path, "node.manifest", MANIFEST, 1)
    elif sources.paths:
        yield say("language", "node", sources.paths[0], "node.source", CONVENTION, 1)


def _health(sources: Sources, files: list[JsFile]) -> Iterator[Evidence]:
    routings = {source.path: source.routing for source in _with_mounts(sources, files)}
    for path, route in whole_routes(routings, sources.resolve):
        rank = health_rank(route.path)
        if rank is not None:
            yield say("health_path", route.path, path, "node.route", SOURCE - rank / 1000, route.line)
    for path in sources.paths:
        route_file = _file_route(sources.relative(path))
        rank = health_rank(route_file) if route_file else None
        if route_file and rank is not None:
            yield say("health_path", route_file, path, "node.route_file", SOURCE - rank / 1000, 1)


def _with_mounts(sources: Sources, files: list[JsFile]) -> list[JsFile]:
    """Also the files that import those: they may say where a router hangs."""
    known = {source.path: source for source in files}
    for source in files:
        if source.routing.apps:
            known |= {each.path: each for each in sources.reachable(source.path)}
    return list(known.values())


def _file_route(path: str) -> str | None:
    """The path that a file answers by its place: Next.js, Nuxt and Nitro, SvelteKit, Astro."""
    for pattern in _FILE_ROUTES:
        match = pattern.fullmatch(path)
        if match:
            return match[1]
    return None


ECOSYSTEM = Ecosystem("node", folders, read)
