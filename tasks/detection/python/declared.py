"""Commands that a project keeps for people: script tables of package managers, a Makefile, start scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tasks.detection import shape
from tasks.detection.commands import is_simple, port_in, server_of
from tasks.detection.evidence import CONFIGURATION, CONVENTION, is_plain, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.python.manifests import PythonProject
from tasks.models import Evidence

_STARTS: Final = ("start", "serve", "server", "run", "web", "app", "api", "prod", "production", "up")
_TABLES: Final = (("pdm", "scripts"), ("poe", "tasks"), ("taskipy", "tasks"), ("rye", "scripts"))
_DEVELOPMENT: Final = re.compile(r"--reload\b|--debug\b|\brunserver\b|\bfastapi dev\b|\bflask\b.*\brun\b")
_SCRIPTS: Final = (
    "start.sh", "run.sh", "entrypoint.sh", "docker-entrypoint.sh", "boot.sh", "scripts/start.sh", "scripts/run.sh",
    "scripts/entrypoint.sh", "docker/entrypoint.sh", "bin/start", "bin/start.sh", "start-server.sh", "gunicorn.sh",
)  # fmt: skip


def declared_commands(tree: FileTree, project: PythonProject) -> Iterator[Evidence]:
    """Start command and port of each that starts a server for good."""
    path = join(project.folder, "pyproject.toml")
    tools = shape.table(project.pyproject.get("tool"))
    for tool, name in _TABLES:
        scripts = shape.table(shape.table(tools.get(tool)).get(name))
        yield from _table(scripts, path, project.pyproject_text, "python.script_table")
    path = join(project.folder, "Pipfile")
    text = tree.text(path)
    if text is not None:
        yield from _table(shape.table(shape.parse_toml(text, path).get("scripts")), path, text, "python.script_table")
    for name in _SCRIPTS:
        yield from _lines(tree, join(project.folder, name), "python.start_script")
    yield from _lines(tree, join(project.folder, "Makefile"), "python.makefile")


def _table(scripts: Mapping[str, object], path: str, text: str, rule: str) -> Iterator[Evidence]:
    for name in _STARTS:
        written = scripts.get(name)
        command = shape.text(written) or shape.text(shape.table(written).get("cmd"))
        if command and _is_server(command):
            line = line_of(text, command)
            if not _DEVELOPMENT.search(command):
                yield say("start_command", command, path, rule, CONFIGURATION + 0.01, line)
            if port := port_in(command):
                yield say("port", port, path, rule, CONFIGURATION, line)
            return


def _lines(tree: FileTree, path: str, rule: str) -> Iterator[Evidence]:
    """Of a shell script or Makefile the first line that starts a server."""
    text = (tree.text(path) or "").replace("\\\n", "  ")
    for written in text.splitlines():
        command = re.sub(r"\s+", " ", written.strip().lstrip("@-")).removeprefix("exec ")
        if not _is_server(command):
            continue
        line = line_of(text, written)
        if rule == "python.start_script" and not _DEVELOPMENT.search(command):
            yield say("start_command", command, path, rule, CONVENTION + 0.07, line)
        if port := port_in(command):
            yield say("port", port, path, rule, CONVENTION, line)
        return


def _is_server(command: str) -> bool:
    return is_plain(command) and is_simple(command) and server_of(command) is not None
