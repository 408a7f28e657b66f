"""Reads a few named files of a component. The repository is hostile: nothing outside of the context is read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MAX_BYTES = 1024 * 1024
HEAD_BYTES = 1000
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True)
class Folder:
    """A folder below the build context. What lies in it is listed once."""

    root: Path
    path: str = "."

    def below(self, path: str) -> Folder:
        """A folder below this one."""
        return self if path == "." else Folder(self.root, f"{self.path}/{path}")

    def text(self, name: str) -> str | None:
        """The file's text; None when it is absent, too large, no text, or a link that leads out of the context."""
        content = self._content(name, MAX_BYTES)
        if content is None or len(content) > MAX_BYTES or b"\x00" in content:
            return None
        return content.decode("utf-8-sig", errors="replace")

    def head(self, name: str) -> str | None:
        """The beginning of the file, however large it is; None when it is absent or leads out of the context."""
        content = self._content(name, HEAD_BYTES)
        return None if content is None else content[:HEAD_BYTES].decode("utf-8-sig", errors="replace")

    def has(self, name: str) -> bool:
        """Whether there is a file or folder of that name."""
        return self._mode(name) is not None or self._real(name) is not None

    def is_folder(self, name: str) -> bool:
        """Whether there is a folder of that name."""
        mode = self._mode(name)
        if mode is not None:
            return stat.S_ISDIR(mode)
        real = self._real(name)
        return real is not None and os.path.isdir(real)  # noqa: PTH112 - no Path is at hand

    def first(self, *names: str) -> str | None:
        """The text of the first of these files that is there."""
        return next((text for text in map(self.text, names) if text is not None), None)

    def folders(self) -> Iterator[str]:
        """The names of the folders in it, links left out."""
        if self._location is None:
            return
        with os.scandir(self._location) as entries:
            yield from sorted(each.name for each in entries if each.is_dir(follow_symlinks=False))

    @cached_property
    def _real_root(self) -> str:
        return os.path.realpath(self.root)

    @cached_property
    def _location(self) -> str | None:
        """Where the folder really is, when that is a folder inside of the context."""
        if self.path == ".":
            return self._real_root if os.path.isdir(self._real_root) else None  # noqa: PTH112 - it is hot
        real = self._inside(self.path)
        return real if real is not None and os.path.isdir(real) else None  # noqa: PTH112 - it is hot

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(os.listdir(self._location)) if self._location else frozenset()  # noqa: PTH208 - it is hot

    def _mode(self, name: str) -> int | None:
        """The kind of what lies right in this folder; None for what does not, and for links, which may lead out."""
        if "/" in name or name not in self._names:
            return None
        mode = os.lstat(f"{self._location}/{name}").st_mode
        return None if stat.S_ISLNK(mode) else mode

    def _real(self, name: str) -> str | None:
        """The real path of what is there and inside of the context."""
        if name.partition("/")[0] not in self._names and not name.startswith("../"):
            return None
        return self._inside(f"{self.path}/{name}")

    def _inside(self, path: str) -> str | None:
        if not path.isprintable():
            return None
        real = os.path.realpath(f"{self._real_root}/{path}")
        inside = real == self._real_root or real.startswith(f"{self._real_root}{os.sep}")
        return real if inside and os.path.exists(real) else None  # noqa: PTH110 - it is hot

    def _content(self, name: str, most: int) -> bytes | None:
        """At most one byte more than `most`."""
        if "/" in name:
            real = self._real(name)
            return None if real is None else _read(real, most)
        if name not in self._names:
            return None
        content = _read(f"{self._location}/{name}", most)
        if content is None and (real := self._real(name)) is not None:
            return _read(real, most)
        return content


def _read(path: str, most: int) -> bytes | None:
    """The beginning of a file; None for anything else, links among them."""
    try:
        with os.fdopen(os.open(path, _FLAGS), "rb", buffering=0) as file:
            return file.read(min(os.fstat(file.fileno()).st_size, most) + 1)
    except OSError:
        return None
