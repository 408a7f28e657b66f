"""Scala: from a folder's files to statements about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection.environment import port_of_variable, variables
from tasks.detection.evidence import CONVENTION, MANIFEST, TOOL_FILE, say
from tasks.detection.files import FileTree, join
from tasks.detection.frameworks import declared
from tasks.detection.java.application import (
    Application,
    application_evidence,
    loopback_warnings,
    port_reads,
    port_variables,
)
from tasks.detection.java.configuration import environment_reads, read_configuration
from tasks.detection.java.project import version_evidence, version_warnings
from tasks.detection.java.services import configured_services
from tasks.detection.java.sources import asked_keys, constants, sources_of
from tasks.detection.java.versions import asked_by_files
from tasks.detection.reading import Ecosystem, Reading
from tasks.detection.scala.builds import ScalaProject, build_folders, read_build
from tasks.detection.scala.releases import compiled_on
from tasks.detection.scala.start import program
from tasks.detection.variable_files import given_variables, suggested_port
from tasks.models import Evidence

_ROUTE = re.compile(r"^\s*GET\s+(/\S{0,200})\s+\S", re.MULTILINE)


def folders(tree: FileTree) -> tuple[str, ...]:
    """The root of each sbt or mill build, and the folders of its projects."""
    return tuple(dict.fromkeys(build_folders(tree)))


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a Scala project."""
    project = read_build(tree, folder)
    sources = sources_of(tree, folder, others)
    configuration = read_configuration(tree, folder, asked_keys(sources))
    app = Application(
        manifest=project.path,
        dependencies=project.dependencies,
        framework=declared("scala", project.dependencies),
        sources=sources,
        configuration=configuration,
        constants=constants(tree, (), sources),
    )
    started = program(project, sources)
    reads = [*environment_reads(configuration), *(each for source in sources.files for each in source.reads)]
    reads += port_reads(app, given_variables(tree, folder))
    env, env_evidence = variables(reads, "scala.reads_environment")
    asked = (*asked_by_files(tree, folder), *project.asked, *compiled_on(tree, project))
    evidence = [
        *port_of_variable(reads, "scala.port_default"),
        say("language", "scala", project.path, f"scala.{project.manager}", MANIFEST, 1),
        *_manager(tree, project),
        *version_evidence(asked),
        *application_evidence(app, started),
        *suggested_port(tree, folder, port_variables(app), "jvm.variable_file"),
        *configured_services(configuration),
        *_play_health(tree, folder),
        *env_evidence,
    ]
    if started:
        evidence.append(
            say("start_command", started.command, started.file, started.rule, started.confidence, started.line)
        )
        evidence.append(say("build_command", started.build, started.file, started.rule, CONVENTION, started.line))
    return Reading(
        language="scala",
        folder=folder,
        name=project.name or None,
        version=project.version,
        dependencies=project.dependencies,
        evidence=tuple(evidence),
        env=env,
        dependency_files=project.dependency_files,
        aliases=tuple((each, started.command) for each in ("sbt run", "sbt -batch run", "./mill run"))
        if started
        else (),
        warnings=(*configuration.warnings, *version_warnings(asked), *loopback_warnings(app)),
    )


def _manager(tree: FileTree, project: ScalaProject) -> Iterator[Evidence]:
    yield say("package_manager", project.manager, project.path, f"scala.{project.manager}", MANIFEST, 1)
    properties = join(project.root, "project/build.properties")
    if project.tool_version and properties in tree.paths:
        yield say(
            "package_manager_version", project.tool_version, properties, "scala.build_properties", TOOL_FILE, None
        )


def _play_health(tree: FileTree, folder: str) -> Iterator[Evidence]:
    from tasks.detection.evidence import SOURCE  # noqa: PLC0415
    from tasks.detection.health import health_rank  # noqa: PLC0415

    path = join(folder, "conf/routes")
    text = tree.text(path) or ""
    for match in _ROUTE.finditer(text):
        rank = health_rank(match[1])
        if rank is not None:
            yield say(
                "health_path",
                match[1],
                path,
                "scala.play_route",
                SOURCE - rank / 1000,
                text.count("\n", 0, match.start()) + 1,
            )


ECOSYSTEM = Ecosystem("scala", folders, read)
