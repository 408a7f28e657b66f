"""Queue workers in Python that a library's own command starts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tasks.detection.evidence import DEPENDENCY, SOURCE, say
from tasks.detection.python.manifests import PythonProject
from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import Sources
from tasks.detection.python.targets import module_path
from tasks.models import Evidence


def worker_evidence(sources: Sources, files: list[SourceFile], project: PythonProject) -> Iterator[Evidence]:
    """Kind and start command when the component's purpose is a queue."""
    for source in files:
        if source.celery:
            module, folder = module_path(sources, source)
            workdir = [] if folder == "." else ["--workdir", folder]
            command = shlex.join(["celery", *workdir, "-A", module, "worker", "--loglevel", "INFO"])
            yield say("kind", "worker", source.path, "python.celery", SOURCE, 1)
            yield say("start_command", command, source.path, "python.celery", SOURCE, 1)
            return
    names = {each.name: each for each in project.dependencies}
    for library, command in (("rq", "rq worker"),):
        if library in names and not any(source.waits_line for source in files):
            each = names[library]
            yield say("kind", "worker", each.file, f"python.{library}", DEPENDENCY, each.line)
            yield say("start_command", command, each.file, f"python.{library}", DEPENDENCY, each.line)
            return
