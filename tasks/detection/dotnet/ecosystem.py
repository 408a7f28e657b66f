""".NET: from a project file and the code beside it to statements about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection import shape
from tasks.detection.asked import Asked, version_evidence, version_warnings
from tasks.detection.dotnet import listening, sources
from tasks.detection.dotnet.configuration import configuration_evidence
from tasks.detection.dotnet.projects import ENDINGS, SITE_ENDING, Project, closure, read_project, restore_files
from tasks.detection.environment import variables
from tasks.detection.evidence import CONVENTION, DEPENDENCY, MANIFEST, SOURCE, TOOL_FILE, WEAK, line_of, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.folders import folders as known_folders
from tasks.detection.own_files import own_texts
from tasks.detection.packages import backing_services
from tasks.detection.reading import Dependency, Ecosystem, Reading
from tasks.detection.tool_files import asked_by_tool_files
from tasks.detection.versions import resolve
from tasks.models import Evidence

_WEB: Final = "Microsoft.NET.Sdk.Web"
_WORKER: Final = "Microsoft.NET.Sdk.Worker"
_ORCHESTRATOR: Final = "Aspire.AppHost.Sdk"
_CALLED_BY_OTHERS: Final = ("microsoft.net.sdk.functions", "fake.core.", "nuke.common", "cake.frosting")
"""Packages of functions, and of scripts that build."""
_BEFORE_BLAZOR_HAD_A_RELEASE: Final = "3.1"
"""What builds a site of Blazor that is made for netstandard."""
_FIRST_ON_8080: Final = 8
"""From .NET 8 on the official images listen on 8080; Kestrel alone has always listened on 5000."""


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a project that is started or served, tests and libraries only when there is nothing else.

    Pages of Blazor that a web project refers to are served by it.
    """
    paths = [path for path in tree.ordered if path.endswith(ENDINGS)]
    found = [read_project(tree, path) for path in paths]
    own = [each for each in found if not each.is_test and not known_folders().is_aside(each.folder)] or found
    started = [each for each in own if _kind_of(each) != "library" and not each.is_for_screens]
    served = {each.path for web in started if _kind_of(web) == "web" for each in closure(tree, web)[1:]}
    kept = [each for each in started if not (each.is_for_browsers and each.path in served)]
    return tuple(dict.fromkeys(each.folder for each in kept or own))


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a .NET project."""
    project = _main(tree, folder)
    texts = [(path, sources.without_comments(text)) for path, text in own_texts(tree, folder, others, sources.ENDINGS)]
    env, env_evidence = variables(sources.reads(texts), "dotnet.reads_environment")
    asked = tuple(_asked(tree, project))
    evidence = (
        say("language", "dotnet", project.path, "dotnet.project", MANIFEST, 1),
        say("package_manager", "nuget", project.path, "dotnet.project", CONVENTION, 1),
        *version_evidence("dotnet", asked),
        *_kind(project, texts),
        *_starts(project),
        *_ports(tree, project, texts),
        *sources.health(texts),
        *_databases(tree, project),
        *env_evidence,
    )
    return Reading(
        language="dotnet",
        folder=folder,
        name=project.name,
        version=project.get("Version"),
        dependencies=(
            *(package for each in closure(tree, project) for package in each.dependencies),
            *_called(project),
        ),
        evidence=evidence,
        env=env,
        dependency_files=restore_files(tree, project),
        parts=_parts(project),
        warnings=tuple(version_warnings("dotnet", asked)),
    )


def _databases(tree: FileTree, project: Project) -> Iterator[Evidence]:
    """The database that the code chooses: drivers of others may be there for other installations."""
    folders = dict.fromkeys(each.folder for each in closure(tree, project))
    for path, written in (said for folder in folders for said in own_texts(tree, folder, frozenset(), sources.ENDINGS)):
        text = sources.without_comments(written)
        for name, service in backing_services().items():
            for call in service.calls.get("dotnet", ()):
                if match := re.search(rf"\.{call}\s*\(", text):
                    line = text.count("\n", 0, match.start()) + 1
                    yield say("backing_services", name, path, "dotnet.chosen", SOURCE, line)


def _called(project: Project) -> Iterator[Dependency]:
    """Programs that the build calls."""
    if project.builds_site:
        yield Dependency("npm", project.path, project.line("<Exec") or project.line(SITE_ENDING))


def _parts(project: Project) -> tuple[str, ...]:
    """Single-page applications that the project builds and serves itself."""
    found = [project.get("SpaRoot") or "", *project.site_folders]
    places = [place.replace("\\", "/").rstrip("/") for place in found if place and "$(" not in place]
    return tuple(dict.fromkeys(join(project.folder, place) for place in places))


def _main(tree: FileTree, folder: str) -> Project:
    """Of several projects in one folder the one that is started."""
    found = [read_project(tree, path) for path in tree.ordered if path.endswith(ENDINGS) and parent(path) == folder]
    ranks = {"web": 0, "static": 1, "worker": 2, "job": 3, "library": 4}
    return min(found, key=lambda each: (each.is_test, ranks[_kind_of(each)], each.path))


def _kind_of(project: Project) -> str:
    """The kind as far as the project file tells."""
    if _is_no_program(project):
        return "library"
    if project.is_for_browsers:
        return "static"
    written = (project.get("OutputType") or "exe").lower()
    for sdk, kind in ((_WEB, "web"), (_WORKER, "worker")):
        if sdk in project.sdks:
            return "library" if written == "library" or project.is_for_no_runtime else kind
    if (project.get("OutputType") or "").lower() != "exe" or project.is_test:
        return "library"
    return "web" if any(each.name == "microsoft.aspnetcore.app" for each in project.dependencies) else "job"


def _is_no_program(project: Project) -> bool:
    """Whether the project makes something that no image for Linux starts: other hosts call it, or a developer does."""
    return (
        project.is_for_screens
        or project.is_for_windows_alone
        or project.get("IsAspireHost") == "true"
        or _ORCHESTRATOR in project.sdks
        or project.get("AzureFunctionsVersion") is not None
        or any(each.name.startswith(_CALLED_BY_OTHERS) for each in project.dependencies)
    )


def _kind(project: Project, texts: list[tuple[str, str]]) -> Iterator[Evidence]:
    kind = _kind_of(project)
    serving, waiting, ending = sources.serves(texts), sources.waits(texts), sources.ends(texts)
    if kind in {"web", "static", "library"}:
        yield say("kind", kind, project.path, "dotnet.sdk", MANIFEST if kind != "library" else WEAK, 1)
    elif serving:
        yield say("kind", "web", serving[0], "dotnet.serves", SOURCE, serving[1])
    elif ending:
        yield say("kind", "job", ending[0], "dotnet.stops_itself", SOURCE, ending[1])
    elif kind == "worker" or waiting:
        path, line = waiting or (project.path, 1)
        yield say("kind", "worker", path, "dotnet.hosted_service", SOURCE, line)
    elif project.get("PackAsTool") == "true":
        yield say("kind", "library", project.path, "dotnet.usage", CONVENTION, project.line("PackAsTool"))
    else:
        yield say("kind", "job", project.path, "dotnet.program", CONVENTION, project.line("OutputType"))
    if kind == "web":
        yield say("framework", "aspnet", project.path, "dotnet.sdk", DEPENDENCY, 1)
    elif kind == "static":
        yield say("framework", "blazor", project.path, "dotnet.sdk", DEPENDENCY, 1)
        yield say("static_folder", "bin/publish/wwwroot", project.path, "dotnet.blazor_output", CONVENTION, 1)


def _starts(project: Project) -> Iterator[Evidence]:
    if _kind_of(project) == "library":
        return
    file = project.path.rpartition("/")[2]
    yield say("start_command", f"dotnet {project.assembly}.dll", project.path, "dotnet.assembly", CONVENTION, 1)
    yield say("build_command", f"dotnet publish {file} -c Release", project.path, "dotnet.publish", CONVENTION, 1)


def _ports(tree: FileTree, project: Project, texts: list[tuple[str, str]]) -> Iterator[Evidence]:
    yield from configuration_evidence(tree, project.folder)
    yield from listening.ports(texts)
    if _kind_of(project) not in {"web", "static"} and not sources.has_default_port(texts):
        return
    newest = max((_number(each) for each in project.frameworks), default=_FIRST_ON_8080)
    port = 8080 if newest >= _FIRST_ON_8080 else 5000
    yield say("port", port, project.path, "dotnet.kestrel_default", WEAK, project.line("TargetFramework"))


def _number(framework: str) -> int:
    digits = framework.removeprefix("netcoreapp").removeprefix("net").partition(".")[0]
    return int(digits) if digits.isdigit() else 0


def _asked(tree: FileTree, project: Project) -> Iterator[Asked]:
    for file, line, tool, wanted in asked_by_tool_files(tree, project.folder, ".dotnet-version", "dotnet"):
        yield Asked(file, line, f"dotnet.{tool}", wanted, CONVENTION)
    ranked = sorted(project.frameworks, key=_number, reverse=True)
    for position, framework in enumerate(ranked):
        wanted = framework.removeprefix("netcoreapp").removeprefix("net").partition("-")[0]
        # a program for 3.0 runs on 3.1: a runtime takes those made for releases before it in its major
        later = resolve("dotnet", f"^{wanted}") if resolve("dotnet", wanted) is None else None
        at = project.line("TargetFramework")
        yield Asked(project.path, at, "dotnet.target_framework", later or wanted, TOOL_FILE - position / 100)
    if project.is_for_browsers and project.is_for_no_runtime:
        at = project.line("TargetFramework")
        yield Asked(project.path, at, "dotnet.target_framework", _BEFORE_BLAZOR_HAD_A_RELEASE, TOOL_FILE)
    for place in dict.fromkeys((project.folder, ".")):
        path = join(place, "global.json")
        text = tree.text(path)
        sdk = shape.text(shape.table(shape.loose_json(text).get("sdk")).get("version")) if text else None
        if sdk and text:
            major_minor = ".".join(sdk.split(".")[:2])
            yield Asked(path, line_of(text, '"version"'), "dotnet.global_json", major_minor, CONVENTION - 0.01)


ECOSYSTEM = Ecosystem("dotnet", folders, read)
