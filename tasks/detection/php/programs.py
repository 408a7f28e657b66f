"""Programs of PHP that no web server starts: servers of their own, consumers that wait, and what ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONVENTION, DEPENDENCY, SOURCE, WEAK, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.php import sources
from tasks.detection.php.manifests import PhpProject
from tasks.models import Evidence

PROGRAMS: Final = ("worker.php", "consumer.php", "bot.php", "cron.php", "run.php", "main.php", "cli.php", "app.php")
_SERVERS: Final = (
    ("hyperf/framework", "bin/hyperf.php", 9501),
    ("hyperf/http-server", "bin/hyperf.php", 9501),
    ("workerman/webman-framework", "start.php", 8787),
)
"""Packages whose applications are started as a server, the file for it, and where that listens."""
_RUNS: Final = re.compile(r"(?:@|exec )?php (?:-\S+ )*([\w./-]+\.php)\b")
_BESIDE: Final = frozenset({".", "bin"})
_LOADS: Final = re.compile(r"\b(?:require|include)(?:_once)?\b[^;\n]*autoload")


def program_evidence(tree: FileTree, project: PhpProject, texts: list[tuple[str, str]]) -> Iterator[Evidence]:
    """What is started where nothing is served: a server first, then what is called as programs are, then what waits."""
    served = server_evidence(project, texts)
    if served and not project.is_library:
        yield from served
        return
    entry = chat_page(tree, project.folder) or named_program(tree, project.folder)
    entry = entry or next((path for path, text in _startable(project, texts) if sources.waits(text)), None)
    entry = entry or _of_script(tree, project) or _only(project, texts)
    text = dict(texts).get(entry) if entry else None
    if entry is None or text is None or project.is_library:
        yield say("kind", "library", project.path or entry or ".", "php.no_program", WEAK, 1)
        return
    yield say("start_command", f"php {_inside(project, entry)}", entry, "php.entry", CONVENTION, 1)
    line = sources.waits(text)
    if line:
        yield say("kind", "worker", entry, "php.waits", SOURCE - 0.1, line)
    else:
        yield say("kind", "job", entry, "php.program_ends", WEAK, 1)


def named_program(tree: FileTree, folder: str) -> str | None:
    """The file of the folder that is called as programs are; as classes are, where it is a program all the same."""
    exact = next((path for name in PROGRAMS if (path := join(folder, name)) in tree.paths), None)
    capital = (join(folder, name.capitalize()) for name in PROGRAMS)
    return exact or next(
        (path for path in capital if path in tree.paths and _LOADS.search(tree.text(path) or "")), None
    )


def chat_page(tree: FileTree, folder: str) -> str | None:
    """A file that is called as a page and is a client of a chat."""
    path = join(folder, "index.php")
    return path if path in tree.paths and sources.chats(sources.without_comments(tree.text(path) or "")) else None


def server_evidence(project: PhpProject, texts: list[tuple[str, str]]) -> tuple[Evidence, ...]:
    """The program that listens by itself; nothing where none does."""
    for path, text in _startable(project, texts):
        listens = sources.listens(text)
        if listens:
            port, line = listens
            return (
                say("kind", "web", path, "php.listens", SOURCE, line),
                say("port", port, path, "php.listens", SOURCE, line),
                say("start_command", f"php {_inside(project, path)}", path, "php.listens", CONVENTION, line),
            )
    return ()


def own_server(tree: FileTree, project: PhpProject) -> tuple[Evidence, ...]:
    """What a framework starts that is a server itself and needs none in front of it; nothing where none is."""
    for package, name, port in _SERVERS:
        file = join(project.folder, name)
        if file in tree.paths and any(each.name == package for each in project.dependencies):
            return (
                say("kind", "web", file, "php.own_server", DEPENDENCY, 1),
                say("port", port, file, "php.own_server", WEAK, 1),
                say("start_command", f"php {name} start", file, "php.own_server", CONVENTION, 1),
            )
    return ()


def _of_script(tree: FileTree, project: PhpProject) -> str | None:
    """The program that a script of composer.json starts."""
    written = (_RUNS.match(project.script(name) or "") for name in ("start", "run", "bot", "worker"))
    found = (join(project.folder, match[1]) for match in written if match)
    return next((path for path in found if path in tree.paths), None)


def _only(project: PhpProject, texts: list[tuple[str, str]]) -> str | None:
    """The only file of the folder that loads packages and acts."""
    if all(each.name.startswith("ext-") for each in project.dependencies):
        return None
    found = [path for path, _ in _startable(project, texts) if "/" not in _inside(project, path)]
    return found[0] if len(found) == 1 else None


def _startable(project: PhpProject, texts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Files that load the packages themselves, where programs lie."""
    for path, text in texts:
        if (parent(_inside(project, path)) in _BESIDE or "server" in path.lower()) and _LOADS.search(text):
            yield path, text


def _inside(project: PhpProject, path: str) -> str:
    return path if project.folder == "." else path.removeprefix(f"{project.folder}/")
