"""Elixir: from a folder's files to statements about it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from tasks.detection import frameworks
from tasks.detection.asked import Asked, version_evidence, version_warnings
from tasks.detection.elixir import listening
from tasks.detection.elixir.manifests import MixProject, read_project, with_those_beside, without_comments
from tasks.detection.environment import Read, variables
from tasks.detection.evidence import (
    CONVENTION,
    DEPENDENCY,
    MANIFEST,
    SOURCE,
    TOOL_FILE,
    WEAK,
    line_of,
    say,
)
from tasks.detection.files import FileTree, join, parent
from tasks.detection.health import health_rank
from tasks.detection.own_files import own_texts
from tasks.detection.reading import Dependency, Ecosystem, Reading
from tasks.detection.tool_files import asked_by_tool_files
from tasks.models import Evidence

_VARIABLE: Final = re.compile(
    r"System\.(?:get_env|fetch_env!)\(\s*\"(\w{1,80})\"\s*(?:,\s*\"([^\"\n]{0,200})\"\s*)?\)"
    r"(?:\s*\|\|\s*(?:\"([^\"\n]{0,200})\"|(raise)\b))?"
)
_ROUTE: Final = re.compile(r"^\s*(?:get|match|forward)\s*\(?\s*\"(/[\w/.-]{1,100})\"", re.MULTILINE)
_BUILT_WITH: Final = re.compile(r"^elixir_version\s*=\s*[\"']?(\d[\w.-]*)", re.MULTILINE)
_TEXT: Final = re.compile(r'"""[\s\S]*?"""')


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a mix.exs; of an umbrella the root, which is built and released as one.

    A project that another one takes as it lies there is a part of that one.
    """
    found = [parent(path) for path in tree.ordered if path.rpartition("/")[2] == "mix.exs"]
    umbrellas = [folder for folder in found if read_project(tree, folder).apps_folder]
    inside = {
        folder
        for umbrella in umbrellas
        for folder in found
        if folder != umbrella and (umbrella == "." or folder.startswith(f"{umbrella}/"))
    }
    own = [folder for folder in found if folder not in inside]
    taken = {place for folder in own for place in read_project(tree, folder).beside}
    return tuple(dict.fromkeys(folder for folder in own if folder not in taken)) or tuple(own)


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a Mix project."""
    project = read_project(tree, folder)
    apps = [read_project(tree, parent(path)) for path in _app_files(tree, project)]
    beside = [part for each in (project, *apps) for part in with_those_beside(tree, each)[1:]]
    apps += [each for each in {part.folder: part for part in beside}.values() if each not in (project, *apps)]
    dependencies = tuple(each for part in (project, *apps) for each in part.dependencies)
    texts = [(path, without_comments(text)) for path, text in own_texts(tree, folder, others, (".ex", ".exs"))]
    env, env_evidence = variables(_reads(texts), "elixir.reads_environment")
    asked = tuple(_asked(tree, project, apps))
    evidence = (
        say("language", "elixir", project.path, "elixir.mix", MANIFEST, 1),
        say("package_manager", "mix", project.path, "elixir.mix", MANIFEST, 1),
        *version_evidence("elixir", asked),
        *_application(tree, project, apps, dependencies, texts),
        *_health(texts),
        *env_evidence,
    )
    files = ["mix.exs", *(posixpath.relpath(each.path, folder) for each in apps)]
    if any(path.startswith(join(folder, "config") + "/") for path in tree.paths):
        files.append("config")
    return Reading(
        language="elixir",
        folder=folder,
        name=project.app,
        version=project.version,
        dependencies=dependencies,
        evidence=evidence,
        env=env,
        lock_file="mix.lock" if project.has_lock else None,
        dependency_files=tuple(files),
        parts=(join(folder, "assets"), *(join(parent(each.path), "assets") for each in apps)),
        warnings=tuple(version_warnings("elixir", asked)),
    )


def _app_files(tree: FileTree, project: MixProject) -> list[str]:
    apps = project.apps_folder
    if apps is None:
        return []
    prefix = join(project.folder, apps) + "/"
    return [path for path in tree.ordered if path.startswith(prefix) and path.endswith("/mix.exs")]


def _application(
    tree: FileTree,
    project: MixProject,
    apps: list[MixProject],
    dependencies: tuple[Dependency, ...],
    texts: list[tuple[str, str]],
) -> Iterator[Evidence]:
    found = frameworks.declared("elixir", dependencies)
    module = next((each for each in (project, *apps) if each.module), None)
    if found:
        row, dependency = found
        yield say("framework", row.name, dependency.file, "elixir.dependency", DEPENDENCY, dependency.line)
    serving = next(((path, text) for path, text in texts if listening.SERVES.search(text)), None)
    if module is None or _is_published(project, texts):
        kind = "job" if project.is_escript else "library"
        yield say("kind", kind, project.path, "elixir.no_application", WEAK, 1)
        if kind == "job":
            yield say("start_command", f"./{project.app}", project.path, "elixir.escript", CONVENTION, 1)
            yield say("build_command", "mix escript.build", project.path, "elixir.escript", CONVENTION, 1)
        return
    if found and found[0].name == "phoenix":
        yield say("kind", "web", found[1].file, "elixir.phoenix", DEPENDENCY, found[1].line)
        yield say("start_command", "mix phx.server", project.path, "elixir.phoenix", CONVENTION, 1)
    else:
        kind = "web" if serving else "worker"
        path = serving[0] if serving else module.path
        yield say("kind", kind, path, "elixir.serves" if serving else "elixir.application", SOURCE, 1)
        yield say("start_command", "mix run --no-halt", project.path, "elixir.application", CONVENTION, 1)
    if serving or found:
        places = [project.folder, *(each.folder for each in apps)]
        yield from listening.ports(tree, places, project.path, texts, is_framework=found is not None)


def _is_published(project: MixProject, texts: list[tuple[str, str]]) -> bool:
    """Whether the project is a package that others depend on, although it has an application of its own."""
    if not project.is_package or project.is_escript or project.has_releases:
        return False
    return not any("lib/" in path and "use Phoenix.Endpoint" in _TEXT.sub("", text) for path, text in texts)


def _reads(texts: list[tuple[str, str]]) -> Iterator[Read]:
    for path, text in texts:
        for match in _VARIABLE.finditer(text):
            default = match[2] if match[2] is not None else match[3]
            required = "fetch_env!" in match[0] or bool(match[4])
            line = text.count("\n", 0, match.start()) + 1
            yield Read(match[1], path, line, default=default, required=required, guarded=not required)


def _health(texts: list[tuple[str, str]]) -> Iterator[Evidence]:
    for path, text in texts:
        for match in _ROUTE.finditer(text):
            rank = health_rank(match[1])
            if rank is not None:
                line = text.count("\n", 0, match.start(1)) + 1
                yield say("health_path", match[1], path, "elixir.route", SOURCE - rank / 1000, line)


def _asked(tree: FileTree, project: MixProject, apps: list[MixProject]) -> Iterator[Asked]:
    for file, line, tool, wanted in asked_by_tool_files(tree, project.folder, ".elixir-version", "elixir"):
        yield Asked(file, line, f"elixir.{tool}", wanted.partition("-otp")[0], TOOL_FILE)
    path = join(project.folder, "elixir_buildpack.config")
    text = tree.text(path) or ""
    built = _BUILT_WITH.search(text)
    if built:
        yield Asked(path, line_of(text, built[0]), "elixir.buildpack", built[1], TOOL_FILE - 0.01)
    for each in (project, *apps):
        if each.asked:
            yield Asked(
                each.path,
                each.line("elixir:"),
                "elixir.mix",
                each.asked.replace(" or ", " || ").replace(" and ", " "),
                MANIFEST,
            )


ECOSYSTEM = Ecosystem("elixir", folders, read)
