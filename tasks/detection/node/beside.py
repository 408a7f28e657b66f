"""Which files are programs of their own beside the one that is started: a release's scripts, seeds, migrations."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from tasks.detection.node.source import JsFile
from tasks.detection.node.sources import Sources
from tasks.models import Evidence

_PROGRAMS: Final = frozenset(
    {"index", "main", "server", "app", "worker", "bot", "consumer", "start", "queue", "cron", "scheduler", "www"}
)
"""What a program that is a part of the application is usually called."""


def scripts_beside(sources: Sources, files: list[JsFile], evidence: list[Evidence]) -> frozenset[str]:
    """Files that nothing imports, that give others nothing to import and that no command starts."""
    started = {
        path
        for each in evidence
        if each.field == "start_command"
        for word in each.value.split()
        if (path := sources.resolve(word))
    }
    if not started:
        return frozenset()
    imported = {path for file in files for name in file.imports if (path := sources.imported(name, file.path))}
    return frozenset(
        file.path
        for file in files
        if not file.exports and file.path not in imported | started and PurePosixPath(file.path).stem not in _PROGRAMS
    )
