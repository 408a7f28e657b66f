"""Which program a module starts, and how it is built."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection.evidence import CONVENTION, DEPENDENCY, MANIFEST, SOURCE
from tasks.detection.java.project import INIT_SCRIPT, JvmProject
from tasks.detection.java.source import SourceFile
from tasks.detection.java.sources import Sources

_PROGRAM_NAMES: Final = re.compile(
    r"(?:^|\.)(?:\w*(?:Main|App|Application|Server|Launcher|Bootstrap|Runner|Worker|Job|Cli|Bot|Verticle))(?:Kt)?$"
)
_INIT: Final = (
    "allprojects { p -> p.pluginManager.withPlugin('java') { p.pluginManager.apply('application');"
    " def a = p.extensions.findByName('application');"
    " if (a?.hasProperty('mainClass')) a.mainClass.set('NAME') else p.mainClassName = 'NAME' } }"
)
"""Makes every module an application: only one of them is asked for its start scripts."""
_COPY: Final = " dependency:copy-dependencies -DincludeScope=runtime"


@dataclass(frozen=True, slots=True)
class Program:
    """What is started."""

    command: str
    build: str | None
    file: str
    line: int | None
    rule: str
    confidence: float
    source: SourceFile | None
    """Where its main method is."""


def program(project: JvmProject, sources: Sources, *, listens: bool) -> Program | None:
    """The module's program; None for a library. `listens`: its code or framework serves something."""
    main = _main(project, sources)
    made = project.packaging
    if made == "war":
        return _made("catalina.sh run", project, "war", None, DEPENDENCY)
    if made == "application":
        return _made(project.artifact or "", project, "application", main, MANIFEST)
    if made == "jar":
        return _plain(project, main, sources, listens=listens)
    has_program = {
        "boot": bool(main or project.main_class or _spring(sources)),
        "quarkus": bool(sources.paths or project.main_class),
        "uber": bool(main or project.main_class or listens),
    }
    return _jar(project, main) if has_program.get(made) else None


def _plain(
    project: JvmProject, main: tuple[str, SourceFile, int] | None, sources: Sources, *, listens: bool
) -> Program | None:
    """A jar that holds no dependencies, or nothing that names its main class."""
    name = project.main_class or (main[0] if main else None)
    if name is None or (project.main_class is None and not _is_program(project, main, sources, listens=listens)):
        return None
    alone = not any(
        ":" in each.name and not each.name.startswith(("plugin:", "parent:")) and "provided" not in each.extras
        for each in project.dependencies
    )
    if project.main_class and alone and project.artifact:
        return _jar(project, main)
    if project.manager == "gradle":
        return _scripts(project, name, main, listens=listens)
    command = (
        f"java -cp 'target/classes:target/dependency/*' {name}" if not alone else f"java -cp target/classes {name}"
    )
    found = _made(
        command, project, "main_class" if project.main_class else "main", main, SOURCE if main else DEPENDENCY
    )
    return replace(found, build=f"{found.build}{'' if alone else _COPY}" if found.build else None)


def _scripts(
    project: JvmProject, name: str, main: tuple[str, SourceFile, int] | None, *, listens: bool
) -> Program | None:
    """The start scripts of a module that its build makes no application; none for one that may be a library."""
    serves = listens or any(each and (each.spring or each.waits) for each in (main[1] if main else None,))
    if "$" in name or project.scripts_command is None or not (project.main_class or serves):
        return None
    made = _made(f"build/install/{project.name}/bin/{project.name}", project, "application", main, DEPENDENCY)
    script = _INIT.replace("NAME", name)
    return replace(made, build=f'echo "{script}" > {INIT_SCRIPT} && {project.scripts_command}')


def _is_program(
    project: JvmProject, main: tuple[str, SourceFile, int] | None, sources: Sources, *, listens: bool
) -> bool:
    if main is None:
        return False
    if main[1].spring or listens:
        return True
    if project.publishes:
        return False
    count = sum(len(each.mains) for each in sources.files)
    return count == 1 or bool(_PROGRAM_NAMES.search(main[0]))


def _main(project: JvmProject, sources: Sources) -> tuple[str, SourceFile, int] | None:
    """The likeliest main class: the configured one, Spring's, one that listens, one named like a program."""
    found = [(name, each, line) for each in sources.files for name, line in each.mains]
    if project.main_class:
        return next(
            (each for each in found if each[0].removesuffix("Kt") == project.main_class.removesuffix("Kt")), None
        )

    def rank(each: tuple[str, SourceFile, int]) -> tuple[bool, bool, bool, int, str]:
        name, source, _ = each
        return (
            not source.spring,
            not source.listens,
            not _PROGRAM_NAMES.search(name),
            source.path.count("/"),
            source.path,
        )

    return min(found, key=rank, default=None)


def _spring(sources: Sources) -> SourceFile | None:
    return next((each for each in sources.files if each.spring and "SpringBootApplication" in each.text), None)


def _jar(project: JvmProject, main: tuple[str, SourceFile, int] | None) -> Program:
    artifact = project.artifact or "app.jar"
    return _made(f"java -jar {artifact}", project, f"{project.packaging}_jar", main, MANIFEST)


def _made(
    command: str, project: JvmProject, rule: str, main: tuple[str, SourceFile, int] | None, confidence: float
) -> Program:
    file, line = (main[1].path, main[2]) if main else (project.path, 1)
    return Program(
        command=command,
        build=project.build_command,
        file=file,
        line=line,
        rule=f"{project.manager}.{rule}",
        confidence=max(confidence - 0.05, CONVENTION),
        source=main[1] if main else None,
    )
