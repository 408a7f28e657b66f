"""The only way in which detection looks at a repository: hostile trees are capped here, once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar, cast

from tasks.detection.folders import folders
from tasks.detection.shape import unreadable

MAX_FILES: Final = 50_000
MAX_DEPTH: Final = 24
MAX_TEXT_BYTES: Final = 2 * 1024 * 1024
_HEAD_BYTES: Final = 4096
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True, eq=False)
class FileTree:
    """The files of a checkout by their path relative to it, sorted; reads are capped and remembered.

    Each is equal to itself only; what was found out about it is remembered in it, see `survey`.
    """

    root: Path
    paths: frozenset[str]
    """With forward slashes. Links to folders, links out of the root and unprintable names are left out."""
    ordered: tuple[str, ...]
    """Shallow files first, then by name."""
    warnings: tuple[str, ...] = ()
    _texts: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)
    _folders: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False)
    _surveys: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    def below(self, folder: str) -> Sequence[str]:
        """The paths in this folder and in those below it, in order; of a large monorepo it is asked for each member."""
        if folder == ".":
            return self.ordered
        if not self._folders:
            for path in self.ordered:
                above = path.rpartition("/")[0]
                while above:
                    self._folders.setdefault(above, []).append(path)
                    above = above.rpartition("/")[0]
        return self._folders.get(folder, ())

    def without(self, path: str, warning: str) -> FileTree:
        """The same files but one, and a warning that says why."""
        left = tuple(each for each in self.ordered if each != path)
        return FileTree(self.root, self.paths - {path}, left, (*self.warnings, warning))

    def text(self, path: str) -> str | None:
        """The file's text, or None when it is absent, too large, binary or unreadable. A BOM is dropped."""
        if path not in self._texts:
            self._texts[path] = self._read(path) if path in self.paths else None
        return self._texts[path]

    def holds(self, path: str) -> bool:
        """Whether a file or a folder lies there, also one of those that are never looked into."""
        return bool(path) and os.path.lexists(self.root / path)

    def survey(self, name: str, look: Callable[[FileTree], _Found]) -> _Found:
        """What `look` finds in the whole tree; it is called once for each name."""
        if name not in self._surveys:
            self._surveys[name] = look(self)
        return cast("_Found", self._surveys[name])

    def manifest(self, path: str) -> str:
        """The same for a file that decides: empty when it is absent. Raises Invalid when it cannot be read as text."""
        text = self.text(path)
        if text is None and path in self.paths:
            raise unreadable(path, 1, f"it is no text, or has more than {MAX_TEXT_BYTES // 1024**2} MiB")
        return text or ""

    def head(self, path: str) -> str:
        """The beginning of a file of any size; empty when there is none."""
        if path not in self.paths:
            return ""
        content = self._content(path, _HEAD_BYTES)
        return (_decoded(content) if content else None) or ""

    def _read(self, path: str) -> str | None:
        content = self._content(path, MAX_TEXT_BYTES + 1)
        return None if content is None or len(content) > MAX_TEXT_BYTES else _decoded(content)

    def _content(self, path: str, size_bytes: int) -> bytes | None:
        try:
            descriptor = os.open(self.root / path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            try:
                return file.read(size_bytes)
            except OSError:
                return None


def list_files(root: Path) -> FileTree:
    """Every file below `root` that is worth a look, listed once."""
    found: list[str] = []
    warnings: list[str] = []
    for path in _walk(root, warnings):
        if len(found) >= MAX_FILES:
            warnings.append(f"only the first {MAX_FILES} files were looked at")
            break
        found.append(path)
    found.sort(key=lambda path: (path.count("/"), path))
    return FileTree(root=root, paths=frozenset(found), ordered=tuple(found), warnings=tuple(warnings))


def parent(path: str) -> str:
    """The folder that `path` lies in; "." for the root."""
    return path.rpartition("/")[0] or "."


def join(folder: str, name: str) -> str:
    """`name` below `folder`, normalised, with forward slashes; ".." never leaves the root."""
    normal = os.path.normpath(f"{folder}/{name}").lstrip("/")
    return "" if normal == ".." or normal.startswith("../") else normal


def is_within(folder: str, place: str) -> bool:
    """Whether `place` is the folder, or one above it."""
    return place in {".", folder} or folder.startswith(f"{place}/")


def _walk(root: Path, warnings: list[str]) -> Iterator[str]:
    real_root = os.path.realpath(root)
    level = [""]
    for depth in range(MAX_DEPTH + 1):
        below: list[str] = []
        for folder in level:
            yield from _scan(real_root, folder, below)
        level = below
        if not level:
            return
        if depth == MAX_DEPTH:
            warnings.append(f"folders deeper than {MAX_DEPTH} were not looked at")


def _scan(root: str, folder: str, below: list[str]) -> Iterator[str]:
    generated = folders().generated
    try:
        with os.scandir(f"{root}/{folder}") as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if not entry.name.isprintable():
            continue
        path = f"{folder}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in generated:
                below.append(f"{path}/")
        elif entry.is_file(follow_symlinks=False) or _links_inside(root, entry):
            yield path


def _links_inside(root: str, entry: os.DirEntry[str]) -> bool:
    if not entry.is_symlink():
        return False
    real = os.path.realpath(entry.path)
    return real.startswith(f"{root}{os.sep}") and os.path.isfile(real)  # noqa: PTH113 - a string is at hand


def _decoded(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    elif b"\x00" in content:
        return None
    else:
        text = content.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
