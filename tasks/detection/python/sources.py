"""Which Python files of a component are worth parsing, and how they import one another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from tasks.detection.files import FileTree
from tasks.detection.folders import folders
from tasks.detection.python.reader import read_source
from tasks.detection.python.source import SourceFile

ENTRY_NAMES: Final = (
    "__main__", "main", "app", "server", "run", "start", "index", "api", "service", "worker", "consumer", "bot", "job",
    "cron", "scheduler", "cli", "program",
)  # fmt: skip
"""What a program that is started is usually called, the likeliest first."""
MAX_PARSED: Final = 400
_MAX_PARSED_BYTES: Final = 2 * 1024 * 1024
_MAX_READ: Final = 4_000
_HINT: Final = re.compile(
    r"environ|getenv|decouple|BaseSettings|__main__|[Ll]isten|[Ss]erve|\.run\(|\.bind\(|Celery|while True|while 1|"
    r"Flask|FastAPI|Starlette|Litestar|Quart|Sanic|Dash\(|Bottle|falcon\.|web\.Application|create_app|health|ready|"
    r"ping|_application|urlpatterns|start_consuming|Consumer|Worker|Scheduler|polling|run_forever|run_pending|launch\("
)


@dataclass(slots=True)
class Sources:
    """The component's own Python files, parsed when they are asked for."""

    tree: FileTree
    folder: str
    paths: tuple[str, ...]
    """Relative to the analysed root, shallow first; tests, examples and the like left out."""
    asides: frozenset[str]
    truncated: bool = False
    _parsed: dict[str, SourceFile | None] = field(default_factory=dict)

    def get(self, path: str) -> SourceFile | None:
        """The parsed file, or None when it is absent or not Python."""
        if path not in self._parsed:
            text = self.tree.text(path) if path in self.tree.paths else None
            self._parsed[path] = read_source(path, text) if text is not None else None
        return self._parsed[path]

    def interesting(self) -> list[SourceFile]:
        """The files that make, listen, route or read something, in order."""
        found: list[SourceFile] = []
        parsed_bytes = 0
        for path in self.paths[:_MAX_READ]:
            text = self.tree.text(path)
            stem = path.rpartition("/")[2].removesuffix(".py")
            if text is None or not (stem in ENTRY_NAMES or _HINT.search(text)):
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
        parts = dotted.lstrip(".").split(".")
        here = PurePosixPath(importer).parent
        if dotted.startswith("."):
            for _ in range(len(dotted) - len(dotted.lstrip(".")) - 1):
                here = here.parent
            roots = [here]
        else:
            roots = [here, *here.parents, PurePosixPath(self.folder) / "src"]
        for root in roots:
            for length in range(len(parts), 0, -1):
                base = root.joinpath(*parts[:length])
                for candidate in (f"{base}.py", f"{base}/__init__.py"):
                    if candidate in self.tree.paths and candidate != importer:
                        return candidate
        return None

    def reachable(self, start: str, limit: int = 60) -> list[SourceFile]:
        """The file and what it imports, directly or not, from this component."""
        seen: dict[str, SourceFile] = {}
        waiting = [start]
        while waiting and len(seen) < limit:
            path = waiting.pop(0)
            source = self.get(path) if path not in seen else None
            if source is None:
                continue
            seen[path] = source
            waiting += [file for name in source.imports if (file := self.module_file(name, path))]
        return list(seen.values())


def sources_of(tree: FileTree, folder: str, others: frozenset[str]) -> Sources:
    """The Python files below the folder that belong to no other component."""
    prefix = "" if folder == "." else f"{folder}/"
    aside = folders().aside | folders().migrations | {"static"}
    paths, asides = [], set()
    for path in tree.ordered:
        if not path.endswith(".py") or not path.startswith(prefix):
            continue
        if any(path.startswith(f"{other}/") for other in others):
            continue
        below = path[len(prefix) :].split("/")
        name = below[-1]
        if any(part in aside for part in below[:-1]) or name.startswith("test_") or name in {"conftest.py", "setup.py"}:
            asides.add(path)
        else:
            paths.append(path)
    return Sources(tree=tree, folder=folder, paths=tuple(paths), asides=frozenset(asides))
