"""What a Node.js project starts beside its server: programs that wait for work, by their scripts or by their names."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from tasks.detection.commands import server_of
from tasks.detection.evidence import CONVENTION, MANIFEST, best, say
from tasks.detection.node.entries import entry_of, output_of
from tasks.detection.node.listening import listening_in
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.sources import Sources
from tasks.detection.node.start import aliases
from tasks.detection.node.waits import waiting_packages
from tasks.detection.reading import Process
from tasks.models import Evidence

_NAMED: Final = re.compile(r"(?:^|[:_.-])(?:workers?|consumers?|queues?|scheduler|cron|bot|jobs)(?:$|[:_.-])")
_OTHERWISE: Final = re.compile(
    r"(?:^|[:_.-])(?:dev|develop|watch|debug|test|build|lint|docker|local|once|clean|deploy|up|stop)(?:$|[:_.-])"
)
"""In the name of a script that is none of production, or that ends."""
_STARTED: Final = re.compile(r"^(?:start|run|serve)[:_-]|[:_-](?:start|run|prod|production)$")
_FILES: Final = frozenset({"worker", "workers", "consumer", "queue-worker", "job-worker", "worker-process"})


def workers_beside(project: NodeProject, sources: Sources, evidence: list[Evidence]) -> Iterator[Process]:
    """One for each program that the server is not made of."""
    served = best(evidence, "start_command")
    entry = entry_of(served.value, project, sources) if served else None
    taken = {each.path for each in sources.reachable(entry)} if entry else set()
    if served is None or (entry is None and server_of(served.value) is None):
        return
    for name, command, file, line, confidence in (*_scripts(project, sources), *_files(project, sources)):
        path = entry_of(command, project, sources)
        if path and path not in taken and _waits(sources, path):
            taken.add(path)
            yield Process(
                name,
                (
                    say("kind", "worker", file, "node.worker", confidence, line),
                    say("start_command", command, file, "node.worker", confidence, line),
                ),
            )


_Program = tuple[str, str, str, int | None, float]


def _scripts(project: NodeProject, sources: Sources) -> Iterator[_Program]:
    known = dict(aliases(project, sources))
    for name in project.scripts:
        command = known.get(f"npm run {name}")
        if command and _NAMED.search(name) and not _OTHERWISE.search(name):
            role = re.sub(r"[^a-z0-9]+", "-", _STARTED.sub("", name).lower()).strip("-")
            yield role or "worker", command, project.path, project.line(name), MANIFEST - 0.1


def _files(project: NodeProject, sources: Sources) -> Iterator[_Program]:
    """Programs that no script names, of a project that has a queue."""
    if not any(each.name in waiting_packages() for each in project.dependencies):
        return
    for path in sources.paths:
        name = sources.relative(path)
        place = PurePosixPath(name)
        if place.stem in _FILES and str(place.parent) in {".", "src"}:
            is_typed = place.suffix in {".ts", ".mts", ".cts"}
            if not is_typed or project.declares("typescript"):
                words = ["node", output_of(name, sources) if is_typed else name]
                yield place.stem, shlex.join(words), path, 1, CONVENTION


def _waits(sources: Sources, entry: str) -> bool:
    reached = sources.reachable(entry)
    return any(each.waits_line for each in reached) and not listening_in(reached)
