"""What a Python project is for: a web application, a worker, a job, or nothing that runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from tasks.detection.container_files import find_dockerfile
from tasks.detection.evidence import CONVENTION, DEPENDENCY, SOURCE, WEAK, line_of, say
from tasks.detection.files import join
from tasks.detection.python.bare import bare_evidence
from tasks.detection.python.django import django_evidence, django_site
from tasks.detection.python.frameworks import PythonFramework, by_name, frameworks
from tasks.detection.python.listeners import Listen
from tasks.detection.python.manifests import PythonProject
from tasks.detection.python.ports import default_port, named_port, ports
from tasks.detection.python.pyramid import pyramid_evidence
from tasks.detection.python.scheduled import scheduled
from tasks.detection.python.scripts import Entry, entries, is_own_name, listens_of, program_evidence, told
from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import Sources
from tasks.detection.python.start import served
from tasks.detection.python.targets import Target, targets
from tasks.detection.python.workers import rq_evidence, worker_evidence
from tasks.models import Evidence

_LIBRARY = "Topic :: Software Development :: Libraries"
_USUAL_SCRIPTS = ("app.py", "streamlit_app.py", "main.py", "Home.py", "home.py", "dashboard.py", "Main.py")


def application_evidence(sources: Sources, files: list[SourceFile], project: PythonProject) -> Iterator[Evidence]:
    """Framework, kind, start commands and ports."""
    rows = [row for row in frameworks() if _has(project, row.packages)]
    likely = next((row for row in rows if not row.also_client), next(iter(rows), None))
    shown = list(_shown(sources, files, project, likely))
    made = {each.value for each in shown if each.field == "framework"}
    if likely and (not likely.also_client or likely.name in made):
        yield _declared(project, likely)
    yield from shown


def _shown(
    sources: Sources, files: list[SourceFile], project: PythonProject, likely: PythonFramework | None
) -> Iterator[Evidence]:
    """What the code says."""
    site = django_site(sources, files)
    if site:
        yield from django_evidence(sources, site, project.dependencies)
        yield from default_port("django", site.file)
        return
    found = targets(sources, files, likely.name if likely else None)
    for target in found:
        yield from _served(sources, files, project, target)
    if found:
        yield from default_port(found[0].framework, found[0].path)
        return
    yield from _program(sources, files, project)


def _declared(project: PythonProject, row: PythonFramework) -> Evidence:
    dependency = next(each for each in project.dependencies if each.name in row.packages)
    return say("framework", row.name, dependency.file, "python.dependency", DEPENDENCY, dependency.line)


def _has(project: PythonProject, packages: tuple[str, ...]) -> bool:
    return any(each.name in packages for each in project.dependencies)


def _served(sources: Sources, files: list[SourceFile], project: PythonProject, target: Target) -> Iterator[Evidence]:
    line = target.app.line
    yield say("framework", target.framework, target.path, "python.application_object", SOURCE, line)
    yield say("kind", "web", target.path, "python.application_object", SOURCE, line)
    own = [(source.path, listen) for source in files for listen in source.listens if _starts(sources, source, target)]
    blocking = any(path == target.path and listen.place == "module" for path, listen in own)
    if not blocking:
        yield from served(target, project.dependencies)
    yield from ports(sources, own)
    others = [(each.path, listen) for each in files for listen in each.listens if listen.http]
    yield from ports(sources, [each for each in others if each not in own], SOURCE - 0.1)
    programs = entries(sources, files, project)
    for path, listen in own:
        if listen.place == "function" and not _has_guard(sources, path):
            continue
        everywhere = listen.host in {"0.0.0.0", "", "::"} or listen.host_variable  # noqa: S104 - what the code says
        confidence = CONVENTION + 0.05 if everywhere else WEAK
        entry = next((each for each in programs if each.path == path), None)
        command = told(sources, entry) if entry else f"python {sources.relative(path)}"
        yield say("start_command", command, path, "python.own_main", SOURCE if blocking else confidence, listen.line)
        break
    yield from _script(sources, programs, target)
    yield from _around(sources, programs, target)


def _script(sources: Sources, programs: list[Entry], target: Target) -> Iterator[Evidence]:
    """The project's own command, where it serves the application: better than a framework's development server."""
    for entry in programs:
        reached = {each.path for each in sources.reachable(entry.path)}
        listens = listens_of(sources, entry.path)
        if entry.rule == "python.project_scripts" and target.path in reached and listens:
            yield say("start_command", told(sources, entry), entry.path, entry.rule, CONVENTION + 0.06, entry.line)
            yield from named_port(sources, entry.path, listens)
            return


def _around(sources: Sources, programs: list[Entry], target: Target) -> Iterator[Evidence]:
    """A program that waits for messages and serves the application beside: a server would leave half of it out."""
    source = sources.get(target.path)
    if source is None or source.executes or all(listen.place != "function" for listen in source.listens):
        return
    for entry in programs:
        reached = sources.reachable(entry.path)
        if source in reached and any(each.waits_line for each in reached):
            yield say("start_command", told(sources, entry), entry.path, "python.waits_beside", SOURCE, entry.line)
            return


def _has_guard(sources: Sources, path: str) -> bool:
    source = sources.get(path)
    return source is not None and source.executes


def _starts(sources: Sources, source: SourceFile, target: Target) -> bool:
    """Whether the file is the application's own, or imports it."""
    return source.path == target.path or any(each.path == target.path for each in sources.reachable(source.path))


def _program(sources: Sources, files: list[SourceFile], project: PythonProject) -> Iterator[Evidence]:
    for evidence in (pyramid_evidence(sources, project), started_by_framework(sources, project)):
        said = list(evidence)
        if said:
            yield from said
            return
    workers = list(worker_evidence(sources, files))
    best = None if workers else _choose(sources, entries(sources, files, project), project)
    if best is None or (best.rule == "python.main_guard" and not _runs_on(sources, best)):
        workers = workers or list(rq_evidence(project))
        best = (None if project.is_installable else scheduled(sources)) or best
    yield from workers
    if workers:
        return
    if best and not _runs_on(sources, best) and (line := _called_library(sources, project)):
        yield say("kind", "library", line[0], "python.library_classifier", CONVENTION, line[1])
    elif best:
        yield from program_evidence(sources, best)
        listens = listens_of(sources, best.path)
        yield from ports(sources, listens)
        yield from named_port(sources, best.path, listens)
        yield from _framework_of(listens)
    elif bare := list(bare_evidence(sources, files, project)):
        yield from bare
    else:
        file = next(iter(project.requirements), "pyproject.toml")
        yield say("kind", "library", join(project.folder, file), "python.no_program", WEAK, 1)


def started_by_framework(sources: Sources, project: PythonProject) -> Iterator[Evidence]:
    """Kind, framework, start command and port of a script that a framework's own command runs."""
    for row in frameworks():
        if not row.runs and row.name != "reflex":
            continue
        script = _importing(sources, row)
        if script is None or (not _has(project, row.packages) and project.dependencies):
            continue
        command = shlex.join([*row.runs, sources.relative(script)]) if row.runs else "reflex run --env prod"
        yield say("framework", row.name, script, f"python.{row.name}", SOURCE, 1)
        yield say("kind", "web", script, f"python.{row.name}", SOURCE, 1)
        yield say("start_command", command, script, f"python.{row.name}", CONVENTION, 1)
        yield from default_port(row.name, script)
        return


def _importing(sources: Sources, row: PythonFramework) -> str | None:
    """The shallowest file that imports the framework; of equals the one that imports others, then by its name."""
    pattern = re.compile(rf"^[ \t]*(?:import|from) {row.name}\b", re.MULTILINE)
    found = [path for path in sources.paths if pattern.search(sources.tree.text(path) or "")]
    imported = {
        file
        for path in found
        if (source := sources.get(path))
        for name in source.imports
        if (file := sources.module_file(name, path))
    }
    usual = {*_USUAL_SCRIPTS, f"{row.name}_app.py"}
    return min(
        found,
        key=lambda path: (
            path in imported,
            path.count("/") - (parent_is_usual := "/src/" in f"/{path}" or "/app/" in f"/{path}"),
            path.rpartition("/")[2] not in usual,
            parent_is_usual,
            path,
        ),
        default=None,
    )


def _called_library(sources: Sources, project: PythonProject) -> tuple[str, int | None] | None:
    """Where the metadata of a project without an image of its own says that it is there to be imported."""
    if find_dockerfile(sources.tree, project.folder):
        return None
    files = (join(project.folder, name) for name in ("pyproject.toml", "setup.cfg", "setup.py"))
    found = ((file, line_of(sources.tree.text(file) or "", _LIBRARY)) for file in files)
    return next((each for each in found if each[1]), None)


def _runs_on(sources: Sources, entry: Entry) -> bool:
    """Whether the program listens or waits."""
    reached = sources.reachable(entry.path)
    return bool(listens_of(sources, entry.path)) or any(each.waits_line or each.loop_line for each in reached)


def _choose(sources: Sources, found: list[Entry], project: PythonProject) -> Entry | None:
    """The console script with the project's name; else a program that listens before one that does not."""
    first = next(iter(found), None)
    if first and first.rule == "python.project_scripts" and is_own_name(first.command, project):
        return first
    serving = [entry for entry in found if listens_of(sources, entry.path)]
    return next(iter(serving or found), None)


def _framework_of(listens: list[tuple[str, Listen]]) -> Iterator[Evidence]:
    for path, listen in listens:
        if by_name(listen.framework):
            yield say("framework", listen.framework, path, "python.listens", SOURCE - 0.05, listen.line)
            return
