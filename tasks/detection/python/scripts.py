"""Python programs without a web framework's application object: what is started, and whether it listens."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from tasks.detection.evidence import CONFIGURATION, CONVENTION, SOURCE, WEAK, say
from tasks.detection.files import join
from tasks.detection.python.listeners import Listen
from tasks.detection.python.manifests import PythonProject
from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import ENTRY_NAMES, Sources
from tasks.detection.python.targets import module_path
from tasks.models import Evidence


@dataclass(frozen=True, slots=True)
class Entry:
    """A program that can be started."""

    path: str
    command: str
    rule: str
    confidence: float
    line: int


def entries(sources: Sources, files: list[SourceFile], project: PythonProject) -> list[Entry]:
    """The programs of the component, the likeliest first."""
    scripts = [
        entry for name, target, line in project.scripts if (entry := _script(sources, project, name, target, line))
    ]
    return scripts + _files(sources, files)


def _script(sources: Sources, project: PythonProject, name: str, target: str, line: int | None) -> Entry | None:
    """The console script when an install makes it; else its module, when that can be run."""
    module = target.partition(":")[0]
    path = sources.module_file(module, join(sources.folder, "setup.py"))
    source = sources.get(path) if path else None
    if path is None or source is None:
        return None
    if project.is_installable:
        return Entry(path, name, "python.project_scripts", CONFIGURATION, line or 1)
    return (
        Entry(path, f"python -m {shlex.quote(module)}", "python.project_scripts", CONFIGURATION, 1)
        if source.executes
        else None
    )


def _files(sources: Sources, files: list[SourceFile]) -> list[Entry]:
    ranked: list[tuple[tuple[int, int], Entry]] = []
    for source in files:
        path = PurePosixPath(sources.relative(source.path))
        known = path.stem in ENTRY_NAMES
        if not source.executes or (len(path.parts) > 3 and not known):  # noqa: PLR2004 - deep files are modules
            continue
        rank = (0 if known else 1, len(path.parts))
        ranked.append((rank, _entry(sources, source, path, known=known)))
    ranked.sort(key=lambda each: each[0])
    return [entry for _, entry in ranked]


def _entry(sources: Sources, source: SourceFile, path: PurePosixPath, *, known: bool) -> Entry:
    if path.stem == "__main__" and len(path.parts) > 1:
        module, folder = module_path(sources, source)
        package = module.removesuffix(".__main__")
        if folder == "." and package != "__main__":
            return Entry(source.path, f"python -m {shlex.quote(package)}", "python.main_module", SOURCE, 1)
    relative = any(name.startswith(".") for name in source.imports)
    module, folder = module_path(sources, source)
    in_package = len(path.parts) > 1 and folder == "."
    command = f"python -m {shlex.quote(module)}" if relative or in_package else f"python {shlex.quote(str(path))}"
    confidence = SOURCE if known else CONVENTION
    return Entry(source.path, command, "python.main_guard", confidence, source.main_line or 1)


def listens_of(sources: Sources, entry: str) -> list[tuple[str, Listen]]:
    """The calls that listen when this file is started: its own, and those of what it imports."""
    found: list[tuple[str, Listen]] = []
    for source in sources.reachable(entry):
        own = source.path == entry
        found += [(source.path, listen) for listen in source.listens if own or listen.place != "guard"]
    return found


def program_evidence(sources: Sources, entry: Entry) -> Iterator[Evidence]:
    """Kind and start command of a program, by what it does when it runs."""
    listens = listens_of(sources, entry.path)
    reached = sources.reachable(entry.path)
    yield say("start_command", entry.command, entry.path, entry.rule, entry.confidence, entry.line)
    if listens:
        path, listen = listens[0]
        yield say("kind", "web", path, "python.listens", SOURCE, listen.line)
        return
    for source in reached:
        line = source.waits_line or source.loop_line
        if line and not source.interactive:
            yield say("kind", "worker", source.path, "python.waits", SOURCE - 0.1, line)
            return
    yield say("kind", "job", entry.path, "python.program_ends", WEAK, entry.line)
