"""Which JavaScript and TypeScript files of a component are worth reading, and how they import one another."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import Final

from tasks.detection.files import FileTree, join, parent
from tasks.detection.folders import folders
from tasks.detection.node.source import JsFile, read_source

EXTENSIONS: Final = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")
_HINT: Final = re.compile(
    r"process\.env|\.listen\s*\(|\bserve\s*\(|WebSocket|health|ready|ping|new\s+Worker|consume|eachMessage|setInterval|"
    r"cron|login|while\s*\("
)
_MAX_READ: Final = 3_000
_MAX_PARSED: Final = 500
_MAX_PARSED_SIZE: Final = 3_000_000
_MAX_SOURCE: Final = 400_000
"""Nobody writes larger files by hand: they are bundles."""


@dataclass(slots=True)
class Sources:
    """The component's own files, read when they are asked for."""

    tree: FileTree
    folder: str
    paths: tuple[str, ...]
    truncated: bool = False
    _read: dict[str, JsFile | None] = field(default_factory=dict)

    def get(self, path: str) -> JsFile | None:
        """The file, read; None when it is absent or no text."""
        if path not in self._read:
            text = self.tree.text(path) if path in self.tree.paths else None
            fits = text is not None and len(text) <= _MAX_SOURCE
            self._read[path] = read_source(path, text) if text is not None and fits else None
        return self._read[path]

    def interesting(self) -> list[JsFile]:
        """The files that listen, route or read something, shallow first."""
        found: list[JsFile] = []
        size = 0
        for path in self.paths[:_MAX_READ]:
            text = self.tree.text(path)
            if text is None or not _HINT.search(text):
                continue
            source = self.get(path)
            if source is not None:
                found.append(source)
                size += len(text)
            if len(found) >= _MAX_PARSED or size > _MAX_PARSED_SIZE:
                self.truncated = True
                break
        return found

    def relative(self, path: str) -> str:
        """The path as seen from the component's folder."""
        return path if self.folder == "." else path.removeprefix(f"{self.folder}/")

    def resolve(self, name: str, importer: str | None = None) -> str | None:
        """The file that a relative import, or a path from the component's folder, means."""
        base = join(parent(importer) if importer else self.folder, name)
        stem, extension = os.path.splitext(base)  # noqa: PTH122 - a string is at hand
        typed = {".js": ".ts", ".mjs": ".mts", ".cjs": ".cts"}.get(extension)
        options = [base, *(f"{base}{each}" for each in EXTENSIONS), *(f"{base}/index{each}" for each in EXTENSIONS)]
        if typed:
            options.insert(1, f"{stem}{typed}")
        return next((each for each in options if each in self.tree.paths and _is_script(each)), None)

    def reachable(self, start: str, limit: int = 80) -> list[JsFile]:
        """The file and what it imports by relative paths, directly or not."""
        seen: dict[str, JsFile] = {}
        waiting = [start]
        while waiting and len(seen) < limit:
            path = waiting.pop(0)
            source = self.get(path) if path not in seen else None
            if source is None:
                continue
            seen[path] = source
            waiting += [file for name in source.imports if name.startswith(".") and (file := self.resolve(name, path))]
        return list(seen.values())


def _is_script(path: str) -> bool:
    """A source file by its ending, or a program without one, as bin/www is."""
    return path.endswith(EXTENSIONS) or "." not in path.rpartition("/")[2]


def sources_of(tree: FileTree, folder: str, others: frozenset[str]) -> Sources:
    """The files below the folder that belong to no other component and are no tests or browser code."""
    prefix = "" if folder == "." else f"{folder}/"
    aside = folders().aside | folders().migrations | folders().browser
    paths = []
    for path in tree.ordered:
        if not path.startswith(prefix) or path.endswith((".d.ts", ".min.js")):
            continue
        below = path[len(prefix) :].split("/")
        if not path.endswith(EXTENSIONS) and (below[0] != "bin" or not _is_script(path)):
            continue
        if any(part in aside for part in below[:-1]) or re.search(r"\.(test|spec|stories|config)\.\w+$", below[-1]):
            continue
        if not any(path.startswith(f"{other}/") for other in others):
            paths.append(path)
    return Sources(tree=tree, folder=folder, paths=tuple(paths))
