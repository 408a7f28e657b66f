"""The Go files of a repository: by package, and those that a program is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from tasks.detection.files import FileTree, join, parent
from tasks.detection.go.listeners import waiting_hint
from tasks.detection.go.modules import GoModule, modules_of
from tasks.detection.go.syntax import GoFile

_HINT: Final = re.compile(
    r"ListenAndServe|\.(?:Run|Start|Listen|Serve|Spin)\w*\(|net\.Listen|[gG]etenv|LookupEnv|env:\"|envconfig:|"
    r"(?<!im)port\b|Port\b|PORT|[aA]ddr|SetDefault|[hH]ealth|[rR]eady|livez|/ping|[fF]lag|go:embed|func main\(|"
    r"WithHostPorts|[cC]onsume|GetUpdates|ReadMessage|Ticker|robfig|asynq|discordgo|cobra\.Command|cli\.Command|ParseFiles|ParseGlob|"
    r"LoadHTML|http\.Dir|ReadFile|Static|file://|os\.Open"
)
_MAX_FILES: Final = 600
_MAX_SEARCHED: Final = 3_000
_MAX_SOURCE: Final = 400_000
_HEAD: Final = 6_000


@dataclass(slots=True)
class GoSources:
    """All Go files, read when they are asked for."""

    tree: FileTree
    modules: tuple[GoModule, ...]
    by_folder: dict[str, tuple[str, ...]]
    """Files that are no tests, by their folder."""
    _read: dict[str, GoFile | None] = field(default_factory=dict)

    def file(self, path: str) -> GoFile | None:
        """The file, taken apart; None when it is no text or too large to be written by hand."""
        if path not in self._read:
            text = self.tree.text(path)
            fits = text is not None and len(text) <= _MAX_SOURCE
            self._read[path] = GoFile(path, text) if text is not None and fits else None
        return self._read[path]

    def owner(self, folder: str) -> GoModule | None:
        """The module that a folder belongs to: the nearest one above it."""
        inside = [each for each in self.modules if _is_below(folder, each.folder)]
        return max(inside, key=lambda each: len(each.folder) * (each.folder != "."), default=None)

    def main_folders(self, module: GoModule) -> list[str]:
        """Folders of the module with a program, shallow ones first."""
        own = [folder for folder in self.by_folder if self.owner(folder) is module]
        likely = [folder for folder in own if self._may_be_main(folder, module)]
        found = [folder for folder in likely if self._is_main(folder)]
        return found or [folder for folder in own[:_MAX_SEARCHED] if folder not in likely and self._is_main(folder)]

    def reached(self, folder: str) -> tuple[list[GoFile], frozenset[str]]:
        """The files of a program that say something, its own package first; and all that its files import.

        Of a program with too many files to read, everything that its module requires counts as imported.
        """
        outside: set[str] = set()
        seen = {folder}
        waiting = [folder]
        found: list[GoFile] = []
        read = 0
        while waiting and read < _MAX_FILES:
            here = waiting.pop(0)
            for path in self.by_folder.get(here, ()):
                text = self.tree.text(path) or ""
                read += 1
                paths = _import_paths(text)
                outside.update(paths)
                for imported in self._own(paths):
                    if imported not in seen:
                        seen.add(imported)
                        waiting.append(imported)
                file = self.file(path) if _HINT.search(text) or waiting_hint().search(text) else None
                if file and file.package:
                    found.append(file)
        owner = self.owner(folder)
        if waiting and owner:
            outside.update(each.name for each in owner.requires)
        return found, frozenset(outside)

    def has_library(self, module: GoModule) -> bool:
        """Whether the module's root is a package that others import."""
        names = self.by_folder.get(module.folder, ())
        files = [file for path in names if (file := self.file(path))]
        return any(
            file.package not in {None, "main"} and re.search(r"^func|^type", file.code, re.MULTILINE) for file in files
        )

    def _own(self, paths: list[str]) -> list[str]:
        return [
            folder
            for path in paths
            for module in self._prefixes.get(path.partition("/")[0], ())
            if (path == module.path or path.startswith(f"{module.path}/"))
            and (folder := join(module.folder, path[len(module.path) + 1 :] or ".")) in self.by_folder
        ]

    @property
    def _prefixes(self) -> dict[str, list[GoModule]]:
        found: dict[str, list[GoModule]] = {}
        for module in self.modules:
            found.setdefault(module.path.partition("/")[0], []).append(module)
        return found

    def _may_be_main(self, folder: str, module: GoModule) -> bool:
        inside = folder.removeprefix(module.folder).strip("/").split("/")
        names = {path.rpartition("/")[2] for path in self.by_folder[folder]}
        return folder == module.folder or "main.go" in names or "cmd" in inside

    def _is_main(self, folder: str) -> bool:
        files = (self.file(path) for path in self.by_folder[folder] if "func main(" in (self.tree.text(path) or ""))
        return any(file is not None and file.is_main for file in files)


def sources_of(tree: FileTree) -> GoSources:
    """Every Go file of the tree, and the modules they belong to; sources without a go.mod are a module at the root."""
    by_folder: dict[str, list[str]] = {}
    for path in tree.ordered:
        name = path.rpartition("/")[2]
        if path.endswith(".go") and not path.endswith("_test.go") and not _is_left_out(path, name):
            by_folder.setdefault(parent(path), []).append(path)
    modules = modules_of(tree)
    if not modules and "." in by_folder:
        modules = (GoModule(".", "", "app"),)
    return GoSources(tree, modules, {folder: tuple(names) for folder, names in by_folder.items()})


def _import_paths(text: str) -> list[str]:
    end = re.search(r"^(?:func|type|var|const) ", text, re.MULTILINE)
    return re.findall(r'"([\w./~@+-]{3,300})"', text[: end.start()] if end else text[:_HEAD])


def _is_left_out(path: str, name: str) -> bool:
    """What the go command passes over."""
    return name.startswith(("_", ".")) or "/testdata/" in f"/{path}" or "/_" in f"/{path}"


def _is_below(folder: str, above: str) -> bool:
    return above in {".", folder} or folder.startswith(f"{above}/")
