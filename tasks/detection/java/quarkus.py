"""What the build of Quarkus makes: a folder since 1.12, before that or on demand one jar that holds everything."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from tasks.detection.java.configuration import Configuration
from tasks.detection.java.project import JvmProject, QuarkusBuild

_FOLDERS_SINCE: Final = (1, 12)
_Q_SINCE: Final = (1, 11)
_TYPES_SINCE: Final = (1, 4)
_KEYS: Final = ("quarkus.package.jar.type", "quarkus.package.type")
_ONE_JAR: Final = "uber-jar"


def packaged(project: JvmProject, configuration: Configuration) -> JvmProject:
    """The project with the artifact that its release and its settings lead to; one jar where no folder is made."""
    build = project.quarkus
    if build is None:
        return project
    entry = configuration.first(_KEYS)
    wanted = build.packaging or (entry.resolved if entry and entry.profile in {None, "prod"} else None)
    if wanted == _ONE_JAR:
        return replace(project, artifact=build.runner)
    release = _release(build.version)
    if wanted == "legacy-jar" or (wanted != "fast-jar" and release < _FOLDERS_SINCE):
        option = f"-Dquarkus.package.type={_ONE_JAR}" if release >= _TYPES_SINCE else "-Dquarkus.package.uber-jar=true"
        command = f"{project.build_command} {option}" if project.build_command else None
        return replace(project, artifact=build.runner, build_command=command)
    return project


def health_path(build: QuarkusBuild | None) -> str:
    """Where the release tells its health."""
    return "/q/health" if build is None or _release(build.version) >= _Q_SINCE else "/health"


def _release(version: str | None) -> tuple[int, int]:
    """The first two numbers; a version that is not known is a new one."""
    match = re.match(r"(\d{1,3})\.(\d{1,3})", version or "")
    return (int(match[1]), int(match[2])) if match else (999, 0)
