"""What go.mod and go.work declare."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection.evidence import harmless
from tasks.detection.files import FileTree, join, parent
from tasks.detection.reading import Dependency
from tasks.detection.shape import unreadable

_BLOCK: Final = re.compile(r"(\w+)\s*\(\s*")
_MODULE_PATH: Final = re.compile(r"[\w./~@:+-]{1,300}")


@dataclass(frozen=True, slots=True)
class GoModule:
    """One go.mod."""

    folder: str
    file: str
    """The path of go.mod; "" for a folder of sources without one."""
    path: str
    """The name that its packages are imported by."""
    go: tuple[str, int] | None = None
    """The version after `go`, and its line."""
    toolchain: tuple[str, int] | None = None
    requires: tuple[Dependency, ...] = ()
    indirect: tuple[Dependency, ...] = ()
    replaced: tuple[str, ...] = ()
    """Folders of this repository that stand for required modules."""
    workspace: str | None = None
    """The go.work that uses it."""

    @property
    def name(self) -> str:
        """The last element of its path that is no version."""
        parts = [part for part in self.path.split("/") if not re.fullmatch(r"v\d+", part)]
        return re.sub(r"\.v\d+$", "", parts[-1]) if parts else "app"


def modules_of(tree: FileTree) -> tuple[GoModule, ...]:
    """Every module, the shallow ones first."""
    found = [read_module(tree, path) for path in tree.ordered if path.rpartition("/")[2] == "go.mod"]
    spaces = {file: _used(tree, file) for file in tree.ordered if file.rpartition("/")[2] == "go.work"}
    used = {folder: file for file, folders in spaces.items() for folder in folders}
    return tuple(_in_workspace(each, used.get(each.folder)) for each in found)


def read_module(tree: FileTree, path: str) -> GoModule:
    """One go.mod. Raises Invalid when it names no module."""
    name, go, toolchain = None, None, None
    requires: list[Dependency] = []
    indirect: list[Dependency] = []
    replaced: list[str] = []
    for number, verb, words, comment in _lines(tree.manifest(path)):
        if verb == "module" and words:
            name = words[0].strip('"`')
        elif verb == "go" and words:
            go = (words[0], number)
        elif verb == "toolchain" and words:
            toolchain = (words[0], number)
        elif verb == "require" and words:
            needed = Dependency(harmless(words[0].strip('"`')), path, number)
            (indirect if "indirect" in comment else requires).append(needed)
        elif verb == "replace" and "=>" in words:
            target = words[words.index("=>") + 1 :]
            if target and target[0].startswith((".", "/")):
                replaced.append(join(parent(path), target[0]))
    if name is None or not _MODULE_PATH.fullmatch(name):
        raise unreadable(path, 1, "it names no module")
    return GoModule(parent(path), path, name, go, toolchain, tuple(requires), tuple(indirect), tuple(replaced))


def _in_workspace(module: GoModule, file: str | None) -> GoModule:
    if file is None:
        return module
    return replace(module, workspace=file)


def _used(tree: FileTree, path: str) -> list[str]:
    return [
        join(parent(path), words[0].strip('"`'))
        for _, verb, words, _ in _lines(tree.manifest(path))
        if verb == "use" and words
    ]


def _lines(text: str) -> list[tuple[int, str, list[str], str]]:
    """Number, directive, words and comment of each line, those of blocks with the block's directive."""
    found = []
    block = None
    for number, line in enumerate(text.splitlines(), start=1):
        bare, _, comment = line.partition("//")
        opening = _BLOCK.fullmatch(bare.strip() + " ") or _BLOCK.fullmatch(bare.strip())
        words = bare.split()
        if opening:
            block = opening[1]
        elif words == [")"]:
            block = None
        elif words and block:
            found.append((number, block, words, comment))
        elif words:
            found.append((number, words[0], words[1:], comment))
    return found
