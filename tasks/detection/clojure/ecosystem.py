"""Clojure: from a folder's files to statements about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection.clojure.ports import configured_port
from tasks.detection.clojure.projects import ClojureProject, read_clojure
from tasks.detection.environment import port_of_variable, variables
from tasks.detection.evidence import CONVENTION, DEPENDENCY, MANIFEST, SOURCE, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.frameworks import declared
from tasks.detection.health import health_rank
from tasks.detection.java.application import Application, application_evidence
from tasks.detection.java.configuration import Configuration
from tasks.detection.java.program import Program
from tasks.detection.java.project import version_evidence, version_warnings
from tasks.detection.java.sources import Sources, sources_of
from tasks.detection.java.versions import asked_by_files
from tasks.detection.reading import Ecosystem, Reading
from tasks.models import Evidence

_MAIN = re.compile(r"\(defn\s+\^?:?[\w]*\s*-main\b|\(defn\s+-main\b")
_NAMESPACE = re.compile(r"\(ns\s+([\w.-]+)")
_ASIDE = re.compile(r"(?:^|/)(?:dev|test)/|(?:^|/)build\.clj$")
_ROUTE = re.compile(r"\(?(?:GET|get)\s+\"(/[^\"\s]{0,200})\"|\[\s*\"(/[^\"\s]{0,200})\"")


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a project.clj or a deps.edn."""
    found = [parent(path) for path in tree.ordered if path.rpartition("/")[2] in {"project.clj", "deps.edn"}]
    return tuple(dict.fromkeys(found))


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a Clojure project."""
    project = read_clojure(tree, folder)
    sources = sources_of(tree, folder, others)
    app = Application(
        manifest=project.path,
        dependencies=project.dependencies,
        framework=declared("clojure", project.dependencies),
        sources=sources,
        configuration=Configuration(),
    )
    started = _program(tree, folder, project, sources)
    reads = [each for source in sources.files for each in source.reads]
    env, env_evidence = variables(reads, "clojure.reads_environment")
    asked = tuple(asked_by_files(tree, folder))
    evidence = [
        *port_of_variable(reads, "clojure.port_default"),
        say("language", "clojure", project.path, f"clojure.{project.manager}", MANIFEST, 1),
        say("package_manager", project.manager, project.path, f"clojure.{project.manager}", MANIFEST, 1),
        *version_evidence(asked),
        *application_evidence(app, started),
        *configured_port(tree, folder, project, app.name),
        *_health(sources),
        *env_evidence,
    ]
    if started:
        evidence.append(
            say("start_command", started.command, started.file, started.rule, started.confidence, started.line)
        )
        if started.build:
            evidence.append(say("build_command", started.build, project.path, started.rule, CONVENTION, 1))
    return Reading(
        language="clojure",
        folder=folder,
        name=project.name,
        version=project.version,
        dependencies=project.dependencies,
        evidence=tuple(evidence),
        env=env,
        dependency_files=project.dependency_files,
        aliases=tuple(
            (each, started.command) for each in ("lein run", "lein trampoline run", "clojure -M:run", "clj -M:run")
        )
        if started
        else (),
        warnings=tuple(version_warnings(asked)),
    )


def _program(tree: FileTree, folder: str, project: ClojureProject, sources: Sources) -> Program | None:
    """The project's program: the standalone jar, or its main namespace with the jars beside it."""
    found = next(
        (
            (each, match, name[1])
            for each in sorted(sources.files, key=lambda each: bool(_ASIDE.search(each.path)))
            if (match := _MAIN.search(each.text)) and (name := _NAMESPACE.search(each.text))
        ),
        None,
    )
    if project.wrapped:
        command = f"java -jar {project.uberjar}"
        return Program(command, project.build, project.path, 1, "clojure.lein_ring", MANIFEST - 0.05, None)
    main = project.main or (found[2] if found else None)
    if main is None and project.called is None:
        return None
    file, line = (found[0].path, found[0].text.count("\n", 0, found[1].start()) + 1) if found else (project.path, 1)
    source = found[0] if found else None
    if project.uberjar and project.build:
        return Program(
            f"java -jar {project.uberjar}",
            project.build,
            file,
            line,
            f"clojure.{project.manager}_uberjar",
            MANIFEST - 0.05,
            source,
        )
    build = (
        "mkdir -p target/lib && clojure -Spath | tr ':' '\\n' | grep '\\.jar$' | xargs -I FILE cp FILE target/lib/"
        if project.manager == "deps"
        else project.build
    )
    kept = [name for name in project.paths if any(path.startswith(join(folder, name) + "/") for path in tree.paths)]
    return Program(
        f"java -cp '{':'.join([*kept, 'target/lib/*'])}' clojure.main {_arguments(project, main)}",
        build,
        file,
        line,
        "clojure.main",
        DEPENDENCY,
        source,
    )


def _arguments(project: ClojureProject, main: str | None) -> str:
    """What clojure.main is told: the namespace with a -main, else the function that an alias calls."""
    if main is not None or project.called is None:
        return f"-m {main}"
    function, given = project.called
    return f'-e "(do (require \'{function.partition("/")[0]}) ({function} {given}))"'


def _health(sources: Sources) -> Iterator[Evidence]:
    for source in sources.files:
        for match in _ROUTE.finditer(source.text):
            route = match[1] or match[2]
            rank = health_rank(route)
            if rank is not None:
                yield say(
                    "health_path",
                    route,
                    source.path,
                    "clojure.route",
                    SOURCE - rank / 1000,
                    source.text.count("\n", 0, match.start()) + 1,
                )


ECOSYSTEM = Ecosystem("clojure", folders, read)
