"""Which JavaScript and TypeScript files of a component are worth reading, and how they import one another."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tasks.detection import shape
from tasks.detection.files import FileTree, join, parent
from tasks.detection.folders import folders
from tasks.detection.node.source import JsFile, read_source

EXTENSIONS: Final = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")
_JSX: Final = (".tsx", ".jsx")
_PAGES: Final = (".tsx", ".jsx", ".vue", ".svelte", ".astro", ".html")
_HINT: Final = re.compile(
    r"\benv\b|\.listen\s*\(|\bserve\s*\(|WebSocket|health|ready|ping|new\s+Worker|consume|eachMessage|setInterval|"
    r"cron|login|while\s*\(|[cC]onfig|Server\b|\.start\s*\(|\.launch\s*\(|[pP]ort\b|PORT|[eE]nv\w{0,20}\s*\("
)
_SERVER_WITH_PAGES: Final = re.compile(r"(?:(?:src|server|src/server)/)?(?:index|server|app|main)\.[jt]sx")
_OWN_CONFIGURATION: Final = frozenset({"src", "apps", "libs", "lib", "server", "config"})
"""Folders in which x.config.ts is a part of the application; elsewhere it belongs to a tool."""
_TOOLS: Final = re.compile(
    r"(?:jest|vitest|karma|playwright|cypress|webpack|rollup|gulpfile|gruntfile)\b", re.IGNORECASE
)
"""How files begin that belong to tests and builds."""
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
    others: frozenset[str] = frozenset()
    """Folders below that are components of their own."""
    truncated: bool = False
    _read: dict[str, JsFile | None] = field(default_factory=dict)
    _aliases: tuple[tuple[str, str], ...] | None = None

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
        endings = (*EXTENSIONS, *_JSX)
        options = [base, *(f"{base}{each}" for each in endings), *(f"{base}/index{each}" for each in endings)]
        if typed:
            options.insert(1, f"{stem}{typed}")
        return next((each for each in options if each in self.tree.paths and _is_script(each)), None)

    def imported(self, name: str, importer: str) -> str | None:
        """The component's own file that an import means: a relative one, or one through tsconfig's paths."""
        if name.startswith("."):
            return self.resolve(name, importer)
        if self._aliases is None:
            self._aliases = tuple(_aliases(self.tree, self.folder))
        for pattern, target in self._aliases:
            if name == pattern or (pattern.endswith("/") and name.startswith(pattern)):
                found = self.resolve(target + name.removeprefix(pattern))
                if found:
                    return found
        return self.resolve(name) if name.startswith("src/") else None

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
            waiting += [file for name in source.imports if (file := self.imported(name, path))]
        return list(seen.values())


def _aliases(tree: FileTree, folder: str) -> Iterator[tuple[str, str]]:
    """What tsconfig's paths, and the subpath imports of package.json, stand for; those that end in / are prefixes."""
    options = shape.table(shape.loose_json(tree.text(join(folder, "tsconfig.json")) or "").get("compilerOptions"))
    base = shape.text(options.get("baseUrl")) or "."
    package = shape.loose_json(tree.text(join(folder, "package.json")) or "")
    for place, table in ((base, options.get("paths")), (".", package.get("imports"))):
        for pattern, targets in shape.table(table).items():
            written = shape.texts(targets) or ((targets,) if isinstance(targets, str) else ())
            if written and re.fullmatch(r"[\w@#~./*-]{1,80}", f"{pattern}{written[0]}"[:80]):
                yield (
                    pattern.removesuffix("*"),
                    join(place, written[0].removesuffix("*")) + "/" * written[0].endswith("/*"),
                )
    yield from (("@/", "src/"), ("~/", "src/"))


def _is_script(path: str) -> bool:
    """A source file by its ending, or a program without one, as bin/www is."""
    return path.endswith((*EXTENSIONS, *_JSX)) or "." not in path.rpartition("/")[2]


def sources_of(tree: FileTree, folder: str, others: frozenset[str]) -> Sources:
    """The files below the folder that belong to no other component and are no tests or browser code."""
    prefix = "" if folder == "." else f"{folder}/"
    aside = folders().aside | folders().migrations | folders().browser
    paths = []
    elsewhere = tuple(f"{other}/" for other in others)
    for path in tree.below(folder):
        if path.endswith((".d.ts", ".min.js")):
            continue
        below = path[len(prefix) :].split("/")
        if not path.endswith(EXTENSIONS) and not _is_program(tree, path, below):
            continue
        if any(part in aside for part in below[:-1]) or _TOOLS.match(below[-1]):
            continue
        if re.search(r"\.(test|spec|stories)\.\w+$", below[-1]):
            continue
        if re.search(r"\.config\.\w+$", below[-1]) and not _OWN_CONFIGURATION & set(below[:-1]):
            continue
        if not path.startswith(elsewhere):
            paths.append(path)
    return Sources(tree=tree, folder=folder, paths=tuple(paths), others=others)


def _is_program(tree: FileTree, path: str, below: list[str]) -> bool:
    """A program in bin/ without an ending, or a server that writes its pages with JSX."""
    if path.endswith(_JSX):
        text = tree.text(path) if _SERVER_WITH_PAGES.fullmatch("/".join(below)) else None
        return bool(text and len(text) <= _MAX_SOURCE and read_source(path, text).listens)
    return below[0] == "bin" and _is_script(path)


def has_own_sources(sources: Sources) -> bool:
    """Whether a folder that other components lie in has something of its own to build or to start."""
    if not sources.others:
        return True
    nested = {parent(path) for path in sources.tree.ordered if path.endswith("/project.json")} - {sources.folder}
    others = tuple(f"{folder}/" for folder in (*sources.others, *nested))
    return any(_is_own(path, sources.folder, others) for path in sources.tree.ordered)


def _is_own(path: str, folder: str, others: tuple[str, ...]) -> bool:
    prefix = "" if folder == "." else f"{folder}/"
    name = path.rpartition("/")[2]
    if (
        not path.startswith(prefix)
        or not name.endswith((*EXTENSIONS, *_PAGES))
        or re.search(r"\.(config|setup|preset)\.", name)
    ):
        return False
    below = path[len(prefix) :].split("/")[:-1]
    if any(part in folders().aside or part.startswith(".") for part in below) or name.startswith("."):
        return False
    return not path.startswith(others)
