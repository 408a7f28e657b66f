"""Python: from a folder's files to statements about it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from tasks.detection.commands import EVERY_ADDRESS, LOOPBACK
from tasks.detection.container_files import find_compose_file
from tasks.detection.environment import Read, port_of_variable, variables
from tasks.detection.evidence import CONVENTION, DEPENDENCY, SOURCE, WEAK, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.health import health_rank
from tasks.detection.python.configuration import configured_ports
from tasks.detection.python.django import django_evidence, manage_file
from tasks.detection.python.frameworks import by_name, frameworks
from tasks.detection.python.listeners import Listen
from tasks.detection.python.manifests import REQUIREMENTS, PythonProject, dependency_files, read_project
from tasks.detection.python.mounts import whole_routes
from tasks.detection.python.scripts import Entry, entries, listens_of, program_evidence
from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import MAX_PARSED, Sources, sources_of
from tasks.detection.python.start import served
from tasks.detection.python.targets import Target, module_path, targets
from tasks.detection.python.versions import version_evidence, version_warnings
from tasks.detection.python.workers import worker_evidence
from tasks.detection.reading import Ecosystem, Reading
from tasks.models import Evidence

_FREE_PORT = 8000
"""For a program that asks PORT where to listen and has no default of its own."""
_MANIFESTS = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "environment.yml", "environment.yaml"})


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a manifest of Python; without one, those of manage.py, else the root when a program lies there."""
    found, managed = [], []
    for path in tree.ordered:
        name, folder = path.rpartition("/")[2], parent(path)
        if name in _MANIFESTS:
            found.append(folder)
        elif name.startswith("requirements") and name.endswith((".txt", ".in")):
            inside = folder.rpartition("/")[2] == "requirements"
            if inside or name in REQUIREMENTS:
                found.append(parent(folder) if inside else folder)
        elif name == "manage.py":
            managed.append(folder)
    found += [each for each in managed if not any(_is_in(each, folder) for folder in found)]
    if not found and any(path.endswith(".py") and "/" not in path for path in tree.ordered):
        found.append(".")
    return tuple(dict.fromkeys(found))


def _is_in(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(f"{folder}/")


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a Python project."""
    project = read_project(tree, folder)
    sources = sources_of(tree, folder, others)
    files = sources.interesting()
    env, env_evidence = variables(_reads(files), "python.reads_environment")
    evidence = [
        *configured_ports(tree, folder),
        *port_of_variable(_reads(files), "python.port_default"),
        *_language(project, sources),
        *([project.manager] if project.manager else []),
        *version_evidence(tree, project),
        *_application(sources, files, project),
        *_health(sources, files),
        *env_evidence,
    ]
    warnings = [f"{folder}: only {MAX_PARSED} Python files were parsed"] if sources.truncated else []
    warnings += [*version_warnings(tree, project), *_forgotten_worker(sources, files, project)]
    return Reading(
        language="python",
        folder=folder,
        name=project.name,
        version=project.version,
        dependencies=project.dependencies,
        evidence=tuple(evidence),
        env=env,
        lock_file=project.lock_file,
        dependency_files=dependency_files(tree, project),
        warnings=tuple(warnings),
    )


def _forgotten_worker(sources: Sources, files: list[SourceFile], project: PythonProject) -> Iterator[str]:
    """A queue beside a web application that no file says how to work on."""
    queue = next((source for source in files if source.celery), None)
    named = join(project.folder, "Procfile") in sources.tree.paths or find_compose_file(sources.tree)
    if queue and not named and (manage_file(sources) or any(source.apps for source in files)):
        module, _ = module_path(sources, queue)
        command = f"celery -A {module} worker"
        yield f"{queue.path} makes a Celery queue that nothing works on; add to a Procfile: worker: {command}"


def _language(project: PythonProject, sources: Sources) -> Iterator[Evidence]:
    names = (*project.requirements, "pyproject.toml", "Pipfile", "setup.py", "setup.cfg", "manage.py")
    file = next((path for name in names if (path := join(project.folder, name)) in sources.tree.paths), None)
    if file:
        yield say("language", "python", file, "python.manifest", SOURCE, 1)
    elif sources.paths:
        yield say("language", "python", sources.paths[0], "python.source", CONVENTION, 1)


def _application(sources: Sources, files: list[SourceFile], project: PythonProject) -> Iterator[Evidence]:
    declared = next((row for row in frameworks() if project_has(project, row.packages)), None)
    manage = manage_file(sources)
    if manage:
        yield from django_evidence(sources, manage, project.dependencies)
    found = () if manage else targets(sources, files, declared.name if declared else None)
    for target in found:
        yield from _served(sources, files, project, target)
    if declared:
        dependency = next(each for each in project.dependencies if each.name in declared.packages)
        yield say("framework", declared.name, dependency.file, "python.dependency", DEPENDENCY, dependency.line)
    if manage or found:
        yield from _default_port("django" if manage else found[0].framework, manage or found[0].path)
        return
    yield from _program(sources, files, project, declared.name if declared else None)


def project_has(project: PythonProject, packages: tuple[str, ...]) -> bool:
    """Whether one of the packages is declared."""
    return any(each.name in packages for each in project.dependencies)


def _served(sources: Sources, files: list[SourceFile], project: PythonProject, target: Target) -> Iterator[Evidence]:
    line = target.app.line
    yield say("framework", target.framework, target.path, "python.application_object", SOURCE, line)
    yield say("kind", "web", target.path, "python.application_object", SOURCE, line)
    own = [(source.path, listen) for source in files for listen in source.listens if _starts(sources, source, target)]
    commands = list(served(target, project.dependencies))
    blocking = any(path == target.path and listen.place == "module" for path, listen in own)
    if not blocking:
        yield from commands
    yield from _ports(sources, own)
    others = [(each.path, listen) for each in files for listen in each.listens if listen.http]
    yield from _ports(sources, [each for each in others if each not in own], SOURCE - 0.1)
    for path, listen in own:
        if listen.place == "function" and not _has_guard(sources, path):
            continue
        everywhere = listen.host in {"0.0.0.0", "", "::"} or listen.host_variable  # noqa: S104 - what the code says
        confidence = CONVENTION + 0.05 if everywhere else WEAK
        entry = next((each for each in entries(sources, files, project) if each.path == path), None)
        command = entry.command if entry else f"python {sources.relative(path)}"
        yield say("start_command", command, path, "python.own_main", SOURCE if blocking else confidence, listen.line)
        break


def _has_guard(sources: Sources, path: str) -> bool:
    source = sources.get(path)
    return source is not None and source.executes


def _starts(sources: Sources, source: SourceFile, target: Target) -> bool:
    """Whether the file is the application's own, or imports it."""
    return source.path == target.path or any(each.path == target.path for each in sources.reachable(source.path))


def _program(
    sources: Sources, files: list[SourceFile], project: PythonProject, framework: str | None
) -> Iterator[Evidence]:
    if framework == "streamlit":
        script = _importing(sources, "streamlit")
        if script:
            yield say("kind", "web", script, "python.streamlit", SOURCE, 1)
            command = shlex.join(["streamlit", "run", sources.relative(script)])
            yield say("start_command", command, script, "python.streamlit", CONVENTION, 1)
            yield from _default_port("streamlit", script)
            return
    workers = list(worker_evidence(sources, files, project))
    yield from workers
    found = entries(sources, files, project)
    best = _choose_entry(sources, found)
    if best and not workers:
        yield from program_evidence(sources, best)
        yield from _ports(sources, listens_of(sources, best.path))
    elif not workers:
        file = next(iter(project.requirements), "pyproject.toml")
        yield say("kind", "library", join(project.folder, file), "python.no_program", WEAK, 1)


def _importing(sources: Sources, module: str) -> str | None:
    """The shallowest file that imports the module; of equals one with a name that is usual for what is started."""
    found = [
        path
        for path in sources.paths
        if re.search(rf"^[ \t]*(?:import|from) {module}\b", sources.tree.text(path) or "", re.MULTILINE)
    ]
    usual = ("app.py", f"{module}_app.py", "main.py", "Home.py", "home.py", "dashboard.py")
    return min(found, key=lambda path: (path.count("/"), path.rpartition("/")[2] not in usual, path), default=None)


def _choose_entry(sources: Sources, found: list[Entry]) -> Entry | None:
    """A program that listens before one that does not; else the likeliest."""
    serving = [entry for entry in found if listens_of(sources, entry.path)]
    return next(iter(serving or found), None)


def _ports(sources: Sources, found: list[tuple[str, Listen]], rank: float = SOURCE) -> Iterator[Evidence]:
    for path, listen in found:
        port = listen.port or _elsewhere(sources, path, listen)
        if port:
            confidence = rank if listen.http else rank - 0.05
            yield say("port", port, path, f"python.listens.{listen.call.strip('.')}", confidence, listen.line)
        elif listen.port_variable:
            yield say("port", _FREE_PORT, path, "python.port_variable", CONVENTION, listen.line)
        if listen.host_variable and listen.host in LOOPBACK:
            yield say("bind_address", EVERY_ADDRESS, path, "python.host_variable", SOURCE, listen.line)


def _elsewhere(sources: Sources, path: str, listen: Listen) -> int | None:
    """A port that another module's constant or settings class holds."""
    if not listen.port_name:
        return None
    name = listen.port_name.rpartition(".")[2]
    for source in sources.reachable(path):
        known = source.values.get(name)
        if known and known.number:
            return known.number
    return None


def _default_port(framework: str, file: str) -> Iterator[Evidence]:
    row = by_name(framework)
    if row and row.port:
        yield say("port", row.port, file, f"python.{framework}_default", WEAK)


def _health(sources: Sources, files: list[SourceFile]) -> Iterator[Evidence]:
    for path, route in whole_routes(sources, files):
        rank = health_rank(route.path)
        if rank is not None:
            yield say("health_path", route.path, path, "python.route", SOURCE - rank / 1000, route.line)


def _reads(files: list[SourceFile]) -> Iterator[Read]:
    for source in files:
        yield from source.reads


ECOSYSTEM = Ecosystem("python", folders, read)
