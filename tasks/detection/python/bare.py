"""Applications of no known framework: a server is declared, and a file makes what can be given to it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from tasks.detection.evidence import CONVENTION, SOURCE, WEAK, say
from tasks.detection.python.manifests import PythonProject
from tasks.detection.python.source import BARE, AppObject, SourceFile
from tasks.detection.python.sources import ENTRY_NAMES, Sources
from tasks.detection.python.start import command_of, declared_server
from tasks.detection.python.targets import Target, module_path
from tasks.models import Evidence

_MADE: Final = re.compile(
    r"^(?P<name>app|application|api|asgi_app|wsgi_app)(?::[^=\n]{1,60})?[ \t]*=[ \t]*\w[\w.]*\(", re.MULTILINE
)
_FUNCTIONS: Final = "functions-framework"
_CALLED: Final = re.compile(
    r"^@functions_framework\.(?:http|cloud_event)\b[^\n]*\n(?:async[ ]+)?def (?P<name>\w+)", re.MULTILINE
)
_NAMES: Final = ("asgi", "wsgi", *ENTRY_NAMES)


def bare_evidence(sources: Sources, files: list[SourceFile], project: PythonProject) -> Iterator[Evidence]:
    """Kind and start command of the likeliest such application."""
    called = list(_functions(sources, files)) if any(each.name == _FUNCTIONS for each in project.dependencies) else []
    yield from called
    if called:
        return
    server = declared_server(project.dependencies)
    for source in sorted(files, key=_rank) if server else ():
        made = _MADE.search(sources.tree.text(source.path) or "")
        if made is None or server is None:
            continue
        line = (sources.tree.text(source.path) or "").count("\n", 0, made.start("name")) + 1
        module, folder = module_path(sources, source)
        file = sources.relative(source.path)
        target = Target(file, source.path, AppObject(made["name"], BARE, line), BARE, module, folder)
        yield say("kind", "web", source.path, "python.bare_application", CONVENTION, line)
        yield say("start_command", command_of(server, target), source.path, f"python.{server}", SOURCE, line)
        return


def _functions(sources: Sources, files: list[SourceFile]) -> Iterator[Evidence]:
    """The first function that is to be called over HTTP, and the server that its decorator belongs to."""
    for source in files:
        text = sources.tree.text(source.path) or ""
        if called := _CALLED.search(text):
            line = text.count("\n", 0, called.start("name")) + 1
            file = sources.relative(source.path)
            place = [] if file == "main.py" else ["--source", file]
            command = shlex.join([_FUNCTIONS, "--target", called["name"], *place])
            yield say("kind", "web", source.path, "python.function", SOURCE, line)
            yield say("start_command", command, source.path, "python.function", SOURCE, line)
            yield say("port", 8080, source.path, "python.function", WEAK, line)
            return


def _rank(source: SourceFile) -> tuple[int, int]:
    path = PurePosixPath(source.path)
    return _NAMES.index(path.stem) if path.stem in _NAMES else len(_NAMES), len(path.parts)
