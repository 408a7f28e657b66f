"""Java and Kotlin: from a folder's files to statements about it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from tasks.detection.environment import port_of_variable, variables
from tasks.detection.evidence import CONVENTION, MANIFEST, TOOL_FILE, WEAK, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.frameworks import declared
from tasks.detection.java.application import (
    Application,
    application_evidence,
    loopback_warnings,
    port_reads,
    port_variables,
    serves,
)
from tasks.detection.java.configuration import environment_reads, read_configuration
from tasks.detection.java.gradle import read_gradle
from tasks.detection.java.gradle_scripts import SETTINGS, build_root, modules, script_of
from tasks.detection.java.maven import read_maven
from tasks.detection.java.places import contained_module, folders
from tasks.detection.java.program import Program, program
from tasks.detection.java.project import JvmProject, version_evidence, version_warnings
from tasks.detection.java.quarkus import packaged
from tasks.detection.java.services import configured_services
from tasks.detection.java.sources import EXTENSIONS, asked_keys, constants, sources_of
from tasks.detection.java.versions import asked_by_files
from tasks.detection.reading import Ecosystem, Reading
from tasks.detection.variable_files import given_variables, suggested_port
from tasks.models import Evidence

_TOLD = re.compile(r'"server"\s*,|\{\s*"server"\s*\}|\brun\(\s*"server"')
_RUNS = (
    "./mvnw spring-boot:run",
    "mvn spring-boot:run",
    "./gradlew bootRun",
    "gradle bootRun",
    "./gradlew run",
    "gradle run",
    "./mvnw exec:java",
    "mvn exec:java",
    "./mvnw quarkus:dev",
    "mvn quarkus:dev",
    "./mvnw mn:run",
    "mvn mn:run",
)


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a project of the JVM."""
    place = contained_module(tree, folder) or folder
    project = _project(tree, place)
    if project is None:
        return _loose(tree, folder)
    sources = sources_of(tree, place, others - {place})
    configuration = read_configuration(tree, place, asked_keys(sources))
    project = packaged(project, configuration)
    app = Application(
        manifest=project.path,
        dependencies=project.dependencies,
        framework=declared("java", project.dependencies),
        sources=sources,
        configuration=configuration,
        quarkus=project.quarkus,
        constants=constants(tree, project.siblings, sources),
    )
    started = _with_arguments(program(project, sources, listens=bool(serves(app))), app, place)
    reads = [*environment_reads(configuration), *(each for source in sources.files for each in source.reads)]
    reads += port_reads(app, given_variables(tree, place))
    env, env_evidence = variables(reads, "java.reads_environment")
    asked = (*asked_by_files(tree, place), *project.asked)
    evidence = [
        *port_of_variable(reads, "java.port_default"),
        say("language", "java", project.path, f"java.{project.manager}", MANIFEST, 1),
        *_manager(project),
        *version_evidence(asked),
        *application_evidence(app, started),
        *suggested_port(tree, place, port_variables(app), "jvm.variable_file"),
        *_start(started),
        *configured_services(configuration),
        *env_evidence,
    ]
    truncated = [f"{folder}: not every source file was read"] if sources.truncated else []
    return Reading(
        language="java",
        folder=folder,
        name=None if project.name == "app" else project.name,
        version=project.version
        if project.version and re.fullmatch(r"[0-9A-Za-z.+_-]{1,60}", project.version)
        else None,
        dependencies=project.dependencies,
        evidence=tuple(evidence),
        env=env,
        dependency_files=project.dependency_files if place == folder else (),
        aliases=tuple((each, started.command) for each in _RUNS) if started else (),
        warnings=(*truncated, *configuration.warnings, *version_warnings(asked), *loopback_warnings(app)),
    )


def _with_arguments(started: Program | None, app: Application, folder: str) -> Program | None:
    """Dropwizard is told what to do, and by which file, unless its own code tells it."""
    if started is None or app.name != "dropwizard" or any(_TOLD.search(each.text) for each in app.sources.files):
        return started
    entry = app.configuration.first(
        ("server.applicationConnectors.port", "server.connector.port", "server.type", "logging.level")
    )
    if entry is None:
        return replace(started, command=f"{started.command} server")
    file = posixpath.relpath(entry.file, folder)
    if any("ResourceConfigurationSourceProvider" in each.text for each in app.sources.files):
        file = file.removeprefix("src/main/resources/")
    return replace(started, command=f"{started.command} server {file}")


def _project(tree: FileTree, folder: str) -> JvmProject | None:
    """Maven's project, unless only Gradle's wrapper shows how it is built."""
    has_pom = join(folder, "pom.xml") in tree.paths
    has_script = bool(script_of(tree, folder)) or any(join(folder, name) in tree.paths for name in SETTINGS)
    has_script = has_script or (folder != "." and folder in modules(tree, build_root(tree, parent(folder))).values())
    prefers_gradle = join(folder, "gradlew") in tree.paths and join(folder, "mvnw") not in tree.paths
    if has_pom and not (has_script and prefers_gradle):
        return read_maven(tree, folder)
    return read_gradle(tree, folder) if has_script else None


def _loose(tree: FileTree, folder: str) -> Reading:
    """Sources that nothing says how to build."""
    path = next((path for path in tree.ordered if path.endswith(EXTENSIONS)), "")
    window = next((each for each in sources_of(tree, folder, frozenset()).files if each.window), None)
    evidence = (
        say("language", "java", path, "java.source", CONVENTION, 1),
        say("kind", "library", window.path, "jvm.desktop", CONVENTION, window.window)
        if window
        else say("kind", "library", path, "java.no_build", WEAK, 1),
    )
    return Reading(language="java", folder=folder, evidence=evidence)


def _manager(project: JvmProject) -> Iterator[Evidence]:
    yield say("package_manager", project.manager, project.manager_file, f"java.{project.manager}", MANIFEST, 1)
    if project.manager_version:
        path = join(project.root, "gradle/wrapper/gradle-wrapper.properties")
        yield say("package_manager_version", project.manager_version, path, "java.gradle_wrapper", TOOL_FILE, None)


def _start(started: Program | None) -> Iterator[Evidence]:
    if started is None:
        return
    yield say("start_command", started.command, started.file, started.rule, started.confidence, started.line)
    if started.build:
        yield say("build_command", started.build, started.file, started.rule, CONVENTION, started.line)


ECOSYSTEM = Ecosystem("java", folders, read)
