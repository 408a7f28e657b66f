"""Which Python files of a component are worth parsing, and how they import one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tasks.detection.files import FileTree, join
from tasks.detection.folders import folders
from tasks.detection.python.listeners import Listen
from tasks.detection.python.reader import read_source
from tasks.detection.python.source import SourceFile

ENTRY_NAMES: Final = (
    "__main__", "main", "app", "server", "run", "start", "index", "api", "service", "worker", "consumer", "bot", "job",
    "cron", "scheduler", "cli", "program", "daemon", "launch", "launcher", "monitor", "listener", "crawler", "scraper",
    "etl", "pipeline", "sync", "web", "webapp", "application", "serve", "runserver", "gateway",
)  # fmt: skip
"""What a program that is started is usually called, the likeliest first."""
MAX_PARSED: Final = 400
_SMALL: Final = 25
"""So many files are parsed whatever is in them."""
_MAX_PARSED_BYTES: Final = 2 * 1024 * 1024
_MAX_REACHED: Final = 60
_MAX_READ: Final = 4_000
_HINT: Final = re.compile(
    r"environ|getenv|decouple|BaseSettings|__main__|[Ll]isten|[Ss]erve|\.run\(|\.bind\(|Celery|while True|while 1|"
    r"Flask|FastAPI|Starlette|Litestar|Quart|Sanic|Dash\(|Bottle|falcon\.|web\.Application|create_app|health|ready|"
    r"ping|_application|urlpatterns|start_consuming|Consumer|Worker|Scheduler|polling|run_forever|run_pending|launch\(|"
    r"_app\(|Application\(|Robyn|nicegui|cherrypy|flet|fasthtml|[Bb]ot\b|[Cc]elery|Huey|Broker|dramatiq|Client\(|"
    r"(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|kafka)(?:\+\w+)?://|backends\.|smtplib|argparse|define\("
)


@dataclass(slots=True)
class Sources:
    """The component's own Python files, parsed when they are asked for."""

    tree: FileTree
    folder: str
    paths: tuple[str, ...]
    """Relative to the analysed root, shallow first; tests, examples and the like left out."""
    asides: frozenset[str]
    folders: frozenset[str]
    """Those that have one of the paths in or below them."""
    names: frozenset[str]
    """First names under which something of the repository can be imported."""
    serves: bool = True
    truncated: bool = False
    _parsed: dict[str, SourceFile | None] = field(default_factory=dict)
    _modules: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _reached: dict[str, list[SourceFile]] = field(default_factory=dict)

    def get(self, path: str) -> SourceFile | None:
        """The parsed file, or None when it is absent or not Python."""
        if path not in self._parsed:
            text = self.tree.text(path) if path in self.tree.paths else None
            source = read_source(path, text) if text is not None else None
            if source is not None and not self.serves:
                source.listens = [each for each in source.listens if not each.guessed]
            self._parsed[path] = source
            if source is not None:
                source.listens = self._followed(source)
        return self._parsed[path]

    def _followed(self, source: SourceFile) -> list[Listen]:
        """Its calls that listen, with those on applications that the component's other files make."""
        found: dict[int, Listen] = {}
        for origin, listens in source.handed:
            module, _, name = origin.rpartition(".")
            file = self.module_file(module, source.path) if module.strip(".") else None
            made = self.get(file) if file else None
            frameworks = {each.framework for each in (made.apps if made else ()) if each.name == name}
            found |= {each.line: each for each in listens if each.framework in frameworks}
        return [*(each for each in source.listens if each.line not in found), *found.values()]

    def interesting(self) -> list[SourceFile]:
        """The files that make, listen, route or read something, in order."""
        found: list[SourceFile] = []
        parsed_bytes = 0
        small = len(self.paths) <= _SMALL
        for path in self.paths[:_MAX_READ]:
            text = self.tree.text(path)
            stem = path.rpartition("/")[2].removesuffix(".py")
            if text is None or not (small or stem in ENTRY_NAMES or _HINT.search(text)):
                continue
            if len(found) >= MAX_PARSED or parsed_bytes > _MAX_PARSED_BYTES:
                self.truncated = True
                break
            parsed_bytes += len(text)
            source = self.get(path)
            if source is not None:
                found.append(source)
        return found

    def relative(self, path: str) -> str:
        """The path as seen from the component's folder."""
        return path if self.folder == "." else path.removeprefix(f"{self.folder}/")

    def module_file(self, dotted: str, importer: str) -> str | None:
        """The component's file that `dotted`, imported by `importer`, comes from."""
        key = (dotted, importer)
        if key not in self._modules:
            self._modules[key] = self._module_file(dotted, importer)
        return self._modules[key]

    def _module_file(self, dotted: str, importer: str) -> str | None:
        parts = dotted.lstrip(".").split(".")
        if not dotted.startswith(".") and parts[0] not in self.names:
            return None
        for root in self._roots(dotted, importer):
            for length in range(len(parts), 0, -1):
                base = "/".join([*([root] if root else []), *parts[:length]])
                for candidate in (f"{base}.py", f"{base}/__init__.py"):
                    if candidate in self.tree.paths and candidate != importer:
                        return candidate
        return None if dotted.startswith(".") else self._on_widened_path(parts[0], importer)

    def _on_widened_path(self, name: str, importer: str) -> str | None:
        """The only file of this name, for one that changes where modules are looked for."""
        if "sys.path" not in (self.tree.text(importer) or ""):
            return None
        found = [path for path in self.paths if path.endswith((f"/{name}.py", f"/{name}/__init__.py"))]
        return found[0] if len(found) == 1 and found[0] != importer else None

    def _roots(self, dotted: str, importer: str) -> list[str]:
        """The folders to look in, the nearest first; "" is the analysed root."""
        above = [importer.rpartition("/")[0]]
        while above[-1]:
            above.append(above[-1].rpartition("/")[0])
        level = len(dotted) - len(dotted.lstrip("."))
        return above[level - 1 : level] if level else [*above, join(self.folder, "src")]

    def reachable(self, start: str) -> list[SourceFile]:
        """The file and what it imports, directly or not, from this component."""
        if start not in self._reached:
            self._reached[start] = self._reachable(start)
        return self._reached[start]

    def _reachable(self, start: str) -> list[SourceFile]:
        seen: dict[str, SourceFile] = {}
        waiting = [start]
        while waiting and len(seen) < _MAX_REACHED:
            path = waiting.pop(0)
            source = self.get(path) if path not in seen else None
            if source is None:
                continue
            seen[path] = source
            waiting += [file for name in source.imports if (file := self.module_file(name, path))]
        return list(seen.values())


def sources_of(tree: FileTree, folder: str, others: frozenset[str], *, serves: bool = True) -> Sources:
    """The Python files below the folder that belong to no other component.

    Unless the project `serves`, the methods of applications that were imported say nothing.
    """
    prefix = "" if folder == "." else f"{folder}/"
    aside = folders().aside | folders().migrations | {"static"}
    paths, asides = [], set()
    elsewhere = tuple(f"{other}/" for other in others)
    for path in tree.below(folder):
        if not path.endswith(".py") or path.startswith(elsewhere):
            continue
        below = path[len(prefix) :].split("/")
        name = below[-1]
        if (
            any(part in aside or "{{" in part for part in below[:-1])
            or name.startswith("test_")
            or name in {"conftest.py", "setup.py", "test.py", "tests.py"}
        ):
            asides.add(path)
        else:
            paths.append(path)
    below_root = frozenset(above for path in paths for above in _above(path))
    return Sources(
        folders=below_root,
        names=_names(tree),
        tree=tree,
        folder=folder,
        paths=tuple(paths),
        asides=frozenset(asides),
        serves=serves,
    )


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _names(tree: FileTree) -> frozenset[str]:
    parts = (part for path in tree.paths if path.endswith(".py") for part in path.removesuffix(".py").split("/"))
    return frozenset(parts)
