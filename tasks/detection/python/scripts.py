"""Python programs without a web framework's application object: what is started, and whether it listens."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from tasks.detection.evidence import CONFIGURATION, CONVENTION, SOURCE, WEAK, say
from tasks.detection.files import join
from tasks.detection.python.listeners import Listen
from tasks.detection.python.manifests import PythonProject
from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import ENTRY_NAMES, Sources
from tasks.detection.python.subcommands import serving_subcommand
from tasks.detection.python.targets import ABOVE, imported_from_above, module_path
from tasks.detection.python.usage import asks
from tasks.models import Evidence

_MANY: Final = 3
_NEAR: Final = 4
"""So many of the files that a program reaches, itself first, tell whether it has windows, or asks what to do."""
_TELLING: Final = 8
"""So many of the files that a program reaches, itself first, make its subcommands."""
_SERVING: Final = re.compile(r"server$|(?:^|[-_])(?:serve|api|web|app|run|start|worker|bot|daemon)$")
_TOOLS: Final = re.compile(
    r"[-_](?:manage|admin|init|create|export|import|migrate|db|dev|config|gen|test|debug|fsck|ctl|cli)\b"
)
_DESKTOP: Final = frozenset(
    {"tkinter", "customtkinter", "PyQt5", "PyQt6", "PySide2", "PySide6", "kivy", "kivymd", "wx", "pygame", "arcade",
     "pyglet", "turtle", "ursina", "panda3d", "pyray", "curses", "textual", "urwid", "asciimatics",
     "dearpygui", "Tkinter", "pyautogui", "pynput"}
)  # fmt: skip
"""What a program imports that needs a screen or a keyboard."""


def _is_desktop(module: str) -> bool:
    return module.partition(".")[0] in _DESKTOP


@dataclass(frozen=True, slots=True)
class Entry:
    """A program that can be started."""

    path: str
    command: str
    rule: str
    confidence: float
    line: int


def entries(sources: Sources, files: list[SourceFile], project: PythonProject) -> list[Entry]:
    """The programs of the component, the likeliest first: of its console scripts the one with its own name."""
    ordered = sorted(project.scripts, key=lambda script: _rank(script[0], project))
    scripts = [entry for name, target, line in ordered if (entry := _script(sources, project, name, target, line))]
    return scripts + _files(sources, files, project)


def _rank(script: str, project: PythonProject) -> int:
    if is_own_name(script, project):
        return 0
    if _plain(script) == f"{_plain(project.name or '')}d":  # its daemon
        return -1
    return 1 if _SERVING.search(script) else 3 if _TOOLS.search(script) else 2


def is_own_name(script: str, project: PythonProject) -> bool:
    """Whether the console script is called like the project."""
    return _plain(script) == _plain(project.name or "")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "", name).lower()


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


def _files(sources: Sources, files: list[SourceFile], project: PythonProject) -> list[Entry]:
    """Files that do something when they are started. Of many with names of their own none is the program."""
    ranked: list[tuple[tuple[int, int, int], Entry]] = []
    for source in files:
        path = PurePosixPath(sources.relative(source.path))
        own = _plain(path.stem) == _plain(project.name or PurePosixPath(sources.folder).name or " ")
        known = path.stem in ENTRY_NAMES or own
        in_package = join(str(PurePosixPath(source.path).parent), "__init__.py") in sources.tree.paths
        started = source.main_line is not None or path.stem == "__main__" or not in_package
        if not source.executes or not started or (len(path.parts) > 3 and not known):  # noqa: PLR2004 - deep files are modules
            continue
        rank = ENTRY_NAMES.index(path.stem) if path.stem in ENTRY_NAMES else 0 if own else len(ENTRY_NAMES)
        place = len([part for part in path.parts if part != "src"])
        ranked.append(((int(not known), place, rank), _entry(sources, source, path, project, known=known)))
    ranked.sort(key=lambda each: each[0])
    waiting = any(source.waits_line or source.loop_line or source.listens or source.figures for source in files)
    if len(ranked) > _MANY and ranked[0][0][0] and not waiting:
        return []
    return [entry for _, entry in ranked]


def _entry(sources: Sources, source: SourceFile, path: PurePosixPath, project: PythonProject, *, known: bool) -> Entry:
    module, folder = module_path(sources, source)
    importable = folder == "." or (folder == "src" and project.is_installable)
    if path.stem == "__main__" and len(path.parts) > 1:
        package = module.removesuffix(".__main__")
        if importable and package != "__main__":
            return Entry(source.path, f"python -m {shlex.quote(package)}", "python.main_module", SOURCE, 1)
    relative = any(name.startswith(".") for name in source.imports)
    in_package = len(path.parts) > 1 and importable and imported_from_above(sources, source)
    is_module = all(part.isidentifier() for part in module.split(".")) and (relative or in_package)
    command = f"python -m {module}" if is_module else f"python {shlex.quote(str(path))}"
    if folder == ABOVE:
        command = f"env PYTHONPATH=.. python -m {shlex.quote(module.removesuffix('.__main__'))}"
    elif not project.is_installable and _leans_on_src(sources, source):
        command = f"env PYTHONPATH=src {command}"
    confidence = SOURCE if known else CONVENTION
    return Entry(source.path, command, "python.main_guard", confidence, source.main_line or 1)


def _leans_on_src(sources: Sources, source: SourceFile) -> bool:
    """Whether the file stands beside src/ and imports what lies in it as if it stood there."""
    src = join(sources.folder, "src")
    absolute = (name for name in source.imports if not name.startswith((".", "src.")))
    found = (sources.module_file(name, source.path) or "" for name in absolute)
    return not source.path.startswith(f"{src}/") and any(file.startswith(f"{src}/") for file in found)


def told(sources: Sources, entry: Entry) -> str:
    """The command with the subcommand that serves, where the program asks for one."""
    near = (sources.tree.text(each.path) or "" for each in sources.reachable(entry.path)[:_TELLING])
    word = serving_subcommand(near)
    return f"{entry.command} {word}" if word else entry.command


def listens_of(sources: Sources, entry: str) -> list[tuple[str, Listen]]:
    """The calls that listen when this file is started: its own, and those of what it imports.

    What is told of the program itself counts where nothing else is served, and no messages are waited for.
    """
    found: list[tuple[str, Listen]] = []
    figures: list[tuple[str, Listen]] = []
    reached = sources.reachable(entry)
    for source in reached:
        own = source.path == entry
        found += [(source.path, listen) for listen in source.listens if own or listen.place != "guard"]
        figures += [(source.path, listen) for listen in source.figures if own or listen.place != "guard"]
    is_exporter = any("exporter" in each.path.lower() for each in reached) or not any(
        each.waits_line for each in reached
    )
    return found or (figures if is_exporter else [])


def program_evidence(sources: Sources, entry: Entry) -> Iterator[Evidence]:
    """Kind and start command of a program, by what it does when it runs."""
    listens = listens_of(sources, entry.path)
    reached = sources.reachable(entry.path)
    if not listens and any(_is_desktop(name) for each in reached[:_NEAR] for name in each.imports):
        yield say("kind", "library", entry.path, "python.desktop", SOURCE, 1)
        return
    waits = next((each for each in reached if (each.waits_line or each.loop_line) and not each.interactive), None)
    command = told(sources, entry) if listens or waits else entry.command
    yield say("start_command", command, entry.path, entry.rule, entry.confidence, entry.line)
    if listens:
        path, listen = listens[0]
        yield say("kind", "web", path, "python.listens", SOURCE, listen.line)
        return
    if waits:
        yield say("kind", "worker", waits.path, "python.waits", SOURCE - 0.1, waits.waits_line or waits.loop_line)
        return
    asking = _asking(sources, entry, reached)
    if asking:
        yield asking
        return
    yield say("kind", "job", entry.path, "python.program_ends", WEAK, entry.line)


def _asking(sources: Sources, entry: Entry, reached: list[SourceFile]) -> Evidence | None:
    """What shows that a program does nothing by itself: of a console script also what it imports can show it."""
    near = reached[:_NEAR] if entry.rule == "python.project_scripts" else reached[:1]
    for source in near:
        line = asks(sources.tree.text(source.path) or "")
        if line:
            return say("kind", "library", source.path, "python.arguments", WEAK, line)
    return None
