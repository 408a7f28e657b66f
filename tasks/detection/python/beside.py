"""What is started beside a web application: a consumer, a bot, a scheduler, pages that a framework's command serves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from tasks.detection.evidence import best
from tasks.detection.python.application import started_by_framework
from tasks.detection.python.manifests import PythonProject
from tasks.detection.python.scripts import Entry, entries, program_evidence
from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import Sources
from tasks.detection.python.workers import queue_evidence, schedule_evidence
from tasks.detection.reading import Process

_NAMED: Final = re.compile(
    r"(?:^|_)(?:workers?|consumers?|consume|subscribers?|(?:tg|discord)?bot|scheduler|daemon)(?:_|$)"
)
"""What such a program is called, or the folder that it is the main file of."""
_QUEUE: Final = "worker"
_STARTED: Final = re.compile(r"^(?:run|start|main)_|_(?:main|runner|app)$")


def beside(sources: Sources, files: list[SourceFile], project: PythonProject) -> Iterator[Process]:
    """The queue that the code makes, its pages, and each program that waits and that no application imports."""
    said = tuple(queue_evidence(sources, files))
    if said:
        yield Process(_QUEUE, said)
    yield from scheduled(sources, files)
    pages = tuple(started_by_framework(sources, project)) if any(source.apps for source in files) else ()
    if pages:
        yield Process(pages[0].value, pages)
    served = {each.path for source in files if source.apps for each in sources.reachable(source.path)}
    programs = [entry for entry in entries(sources, files, project) if _name(sources, entry)]
    imported = {each.path for entry in programs for each in sources.reachable(entry.path)[1:]}
    for entry in programs:
        name = _name(sources, entry) or _QUEUE
        evidence = tuple(program_evidence(sources, entry))
        kind = best(evidence, "kind")
        is_queue = bool(said) and name == _QUEUE
        if entry.path not in served | imported and kind and kind.value == "worker" and not is_queue:
            yield Process(name, evidence)


def scheduled(sources: Sources, files: list[SourceFile]) -> Iterator[Process]:
    """What puts periodic tasks into the queue: beside its workers, of which there may be several, there is one."""
    said = tuple(schedule_evidence(sources, files))
    if said:
        yield Process("beat", said)


def _name(sources: Sources, entry: Entry) -> str | None:
    """What the program is called, when that says that it waits for work."""
    path = PurePosixPath(sources.relative(entry.path))
    stem = path.parent.name if path.stem in {"main", "__main__", "run", "app"} else path.stem
    return _STARTED.sub("", stem).replace("_", "-") if _NAMED.search(stem) else None
