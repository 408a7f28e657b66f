"""How a Scala project is built and started."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from tasks.detection.evidence import DEPENDENCY, MANIFEST, SOURCE
from tasks.detection.java.program import Program
from tasks.detection.java.sources import Sources
from tasks.detection.scala.builds import ScalaProject

_ASSEMBLY: Final = ("com.eed3si9n:sbt-assembly",)
_PACKAGER: Final = (
    "com.github.sbt:sbt-native-packager",
    "com.typesafe.sbt:sbt-native-packager",
    "plugin:JavaAppPackaging",
    "plugin:JavaServerAppPackaging",
    "plugin:DockerPlugin",
)
_PLAY: Final = ("plugin:PlayScala", "plugin:PlayJava", "plugin:PlayService", "plugin:PlayMinimalJava")
_JARS: Final = "target/containerkit"


def program(project: ScalaProject, sources: Sources) -> Program | None:
    """The project's program; None for a library, and for the root of several projects."""
    mains = [(name, each, line) for each in sources.files for name, line in each.mains]
    chosen = min(
        mains,
        key=lambda each: (each[0] != project.main_class, not each[1].listens, each[1].path.count("/"), each[1].path),
        default=None,
    )
    name = project.main_class or (chosen[0] if chosen else None)
    plays = project.uses(*_PLAY)
    if name is None and plays is None:
        return None
    task = f"{project.identity}/" if project.identity and project.folder != project.root else ""
    file, line = (chosen[1].path, chosen[2]) if chosen else (project.path, 1)
    source = chosen[1] if chosen else None
    if project.manager == "mill":
        return _mill(project, file, line)
    if plays or (project.uses(*_PACKAGER) and re.search(r"JavaAppPackaging|JavaServerAppPackaging", project.text)):
        script = re.sub(r"[^A-Za-z0-9_.-]+", "-", project.name).lower().strip("-")
        return Program(
            f"target/universal/stage/bin/{script}",
            f"sbt -batch {task}stage",
            file,
            line,
            "scala.stage",
            MANIFEST - 0.05,
            source,
        )
    if project.uses(*_ASSEMBLY):
        jar = f"target/{_folder_of(project.scala)}/{project.assembly or _assembly(project)}"
        return Program(
            f"java -jar {jar}", f"sbt -batch {task}assembly", file, line, "scala.assembly", MANIFEST - 0.05, source
        )
    command = f"java -cp '{_JARS}/*' {name}"
    copy = f"export {task}Runtime/fullClasspathAsJars"
    place = posixpath.join(_relative(project), _JARS)
    build = (
        f"mkdir -p {place} && sbt -batch -error '{copy}' | tail -n 1 | tr ':' '\\n' | xargs -I FILE cp FILE {place}/"
    )
    return Program(command, build, file, line, "scala.main", SOURCE, source)


def _relative(project: ScalaProject) -> str:
    return posixpath.relpath(project.folder, project.root)


def _folder_of(scala: str | None) -> str:
    """The folder that sbt names after the version of Scala."""
    if scala is None:
        return "scala-2.12"
    return f"scala-{scala}" if scala.startswith("3.") else f"scala-{'.'.join(scala.split('.')[:2])}"


def _assembly(project: ScalaProject) -> str:
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", project.name).lower()
    return f"{name}-assembly-{project.version or '0.1.0-SNAPSHOT'}.jar"


def _mill(project: ScalaProject, file: str, line: int) -> Program:
    match = re.search(r"\bobject\s+`?([\w-]+)`?\s+extends\s+[^{\n]*\b(?:Scala|Java|Kotlin)?Module\b", project.text)
    module = match[1] if match else ""
    task = f"{module}.assembly" if module else "assembly"
    return Program(
        f"java -jar out/{task.replace('.', '/')}.dest/out.jar",
        f"./mill {task}",
        file,
        line,
        "scala.mill",
        DEPENDENCY,
        None,
    )
