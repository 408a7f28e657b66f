"""Python: from a folder's files to statements about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.container_files import find_dockerfile
from tasks.detection.environment import Read, port_of_variable, variables, without_demands
from tasks.detection.evidence import CONVENTION, SOURCE, best, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.folders import folders as table
from tasks.detection.health import health_rank
from tasks.detection.python.application import application_evidence
from tasks.detection.python.beside import beside, scheduled
from tasks.detection.python.configuration import configured_ports
from tasks.detection.python.declared import declared_commands
from tasks.detection.python.frameworks import frameworks
from tasks.detection.python.manifests import REQUIREMENTS, PythonProject, dependency_files, read_project
from tasks.detection.python.mounts import whole_routes
from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import ENTRY_NAMES, MAX_PARSED, Sources, sources_of
from tasks.detection.python.undeclared import packages_imported
from tasks.detection.python.versions import version_evidence, version_warnings
from tasks.detection.reading import Ecosystem, Reading
from tasks.models import Evidence

_MANIFESTS = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "environment.yml", "environment.yaml"})

_LOADED = re.compile(r"__init__\.py$|settings|config|conf\b|env|constants|tasks|celery")
"""In the paths of files that are loaded by their names."""
_PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
_MOST: Final = 3
"""Of what is old: one file of so many and more."""
_IMAGE_FILE: Final = re.compile(r"(?:Dockerfile|Containerfile)(?:\.[\w-]+)?|[\w-]+\.[Dd]ockerfile")
_IMAGE: Final = re.compile(r"^FROM[ \t]+(?:--\S+[ \t]+)*\S*\bpython\b|\bpip3? install\b", re.MULTILINE | re.IGNORECASE)


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a manifest of Python; without one, those of manage.py or with an image of Python of their own.

    Else the root, when a program is in sight.
    """
    found, managed, projects = [], [], set()
    for path in tree.ordered:
        name, folder = path.rpartition("/")[2], parent(path)
        if "{{" in folder:
            continue
        if name in _MANIFESTS or name in REQUIREMENTS:
            found.append(folder)
            projects |= {folder} if name in _PROJECT_FILES else set()
        elif folder.rpartition("/")[2] == "requirements" and f"requirements/{name}" in REQUIREMENTS:
            found.append(parent(folder))
        elif name == "manage.py" or (_IMAGE_FILE.fullmatch(name) and _holds_program(tree, path)):
            managed.append(folder)
    found += [each for each in managed if not any(_is_in(each, folder) for folder in found)]
    found = [each for each in found if each in projects or not _is_package_of_one(tree, each, projects)]
    if not found and any(_is_program(path) for path in tree.ordered):
        found.append(".")
    return tuple(dict.fromkeys(found))


def _holds_program(tree: FileTree, dockerfile: str) -> bool:
    """Whether the image is one of Python, and Python lies beside its file: at the root it is seen without that."""
    folder = parent(dockerfile)
    is_above = folder == "." or find_dockerfile(tree, parent(folder)) == dockerfile
    if is_above or folder.startswith(".") or folder.count("/") > 1 or not _IMAGE.search(tree.text(dockerfile) or ""):
        return False
    code = {folder, *(join(folder, below) for below in ("app", "src"))}
    return any(path.endswith(".py") and parent(path) in code for path in tree.below(folder))


def _is_package_of_one(tree: FileTree, folder: str, projects: set[str]) -> bool:
    """Whether the folder is the package of a project above it, with lists of requirements beside its code."""
    above = parent(folder) if parent(folder).rpartition("/")[2] != "src" else parent(parent(folder))
    return folder != "." and above in projects and join(folder, "__init__.py") in tree.paths


def _is_program(path: str) -> bool:
    """Whether the file lies at the root, or near to it under a name that programs have."""
    folder, _, name = path.rpartition("/")
    usual = name.removesuffix(".py") in ENTRY_NAMES and folder.count("/") == 0 and not table().is_aside(folder)
    return name.endswith(".py") and (not folder or (usual and "{{" not in folder))


def _is_in(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(f"{folder}/")


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a Python project."""
    project = read_project(tree, folder)
    served = {package for row in frameworks() for package in row.packages}
    serves = not project.dependencies or any(each.name in served for each in project.dependencies)
    sources = sources_of(tree, folder, others, serves=serves)
    files = sources.interesting()
    application = [*application_evidence(sources, files, project)]
    reads = without_demands(_reads(files), _scripts_beside(sources, files, application))
    env, env_evidence = variables(reads, "python.reads_environment")
    evidence = [
        *configured_ports(tree, folder),
        *declared_commands(tree, project),
        *port_of_variable(_reads(files), "python.port_default"),
        *_language(project, sources),
        *([project.manager] if project.manager else []),
        *version_evidence(tree, project),
        *application,
        *_services(files),
        *_health(sources, files),
        *env_evidence,
    ]
    evidence += _old(sources, files, evidence)
    warnings = [f"{folder}: only {MAX_PARSED} Python files were parsed"] if sources.truncated else []
    imported, unknown = ((), ()) if project.manager else packages_imported(sources, files)
    brought = tuple(each.name for each in imported)
    warnings += [*version_warnings(tree, project), *_undeclared(sources, evidence, brought, unknown)]
    return Reading(
        language="python",
        folder=folder,
        name=project.name,
        version=project.version,
        dependencies=(*project.dependencies, *imported),
        evidence=tuple(evidence),
        env=env,
        requirements=brought,
        lock_file=project.lock_file,
        dependency_files=dependency_files(tree, project),
        warnings=tuple(warnings),
        processes=tuple(beside(sources, files, project) if _is_web(evidence) else scheduled(sources, files)),
    )


def _old(sources: Sources, files: list[SourceFile], evidence: list[Evidence]) -> Iterator[Evidence]:
    """The last release that reads what is started, where newer ones do not; of few files those tell that most are."""
    start = best(evidence, "start_command")
    reached = sources.reachable(start.file) if start else []
    old = [each for each in files if each.is_old]
    told = next((each for each in reached if each.is_old), old[0] if len(old) * _MOST > len(files) else None)
    if told:
        yield say("language_version", "2.7", told.path, "python.old_syntax", CONVENTION, 1)


def _undeclared(
    sources: Sources, evidence: list[Evidence], brought: tuple[str, ...], unknown: tuple[str, ...]
) -> Iterator[str]:
    """What the code imports and no file declares."""
    if not best(evidence, "start_command") or not (brought or unknown):
        return
    said = f"{', '.join(brought)} in the newest release is installed" if brought else "nothing is installed"
    left = f"; what brings {', '.join(unknown)} is not known" if unknown else ""
    where = "the repository" if sources.folder == "." else sources.folder
    yield f"no file of {where} declares what its code imports, so {said}{left}: add a requirements.txt"


def _is_web(evidence: list[Evidence]) -> bool:
    return any((each.field, each.value) == ("kind", "web") for each in evidence)


def _language(project: PythonProject, sources: Sources) -> Iterator[Evidence]:
    names = (*project.requirements, "pyproject.toml", "Pipfile", "setup.py", "setup.cfg", "manage.py")
    file = next((path for name in names if (path := join(project.folder, name)) in sources.tree.paths), None)
    if file:
        yield say("language", "python", file, "python.manifest", SOURCE, 1)
    elif sources.paths:
        yield say("language", "python", sources.paths[0], "python.source", CONVENTION, 1)


def _health(sources: Sources, files: list[SourceFile]) -> Iterator[Evidence]:
    for path, route in whole_routes(sources, files):
        rank = health_rank(route.path)
        if rank is not None:
            yield say("health_path", route.path, path, "python.route", SOURCE - rank / 1000, route.line)


def _services(files: list[SourceFile]) -> Iterator[Evidence]:
    """Services that the code names by an address or a driver."""
    for source in files:
        for service, line in source.services.items():
            yield say("backing_services", service, source.path, "python.address", SOURCE - 0.1, line)


def _scripts_beside(sources: Sources, files: list[SourceFile], evidence: list[Evidence]) -> frozenset[str]:
    """Programs of their own beside the one that is started: nothing imports them, and no statement is about them.

    Django loads modules by their names, so of its files only those that start themselves count.
    """
    if not best(evidence, "start_command"):
        return frozenset()
    imported = {path for file in files for name in file.imports if (path := sources.module_file(name, file.path))}
    spoken = {each.file for each in evidence}
    by_name = any((each.field, each.value) == ("framework", "django") for each in evidence)
    return frozenset(
        file.path
        for file in files
        if (file.main_line or not (by_name or _LOADED.search(file.path)))
        and file.path not in imported | spoken
        and file.path.rpartition("/")[2].removesuffix(".py") not in {*ENTRY_NAMES, "manage"}
    )


def _reads(files: list[SourceFile]) -> Iterator[Read]:
    for source in files:
        yield from source.reads


ECOSYSTEM = Ecosystem("python", folders, read)
