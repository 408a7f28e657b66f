"""Reads a few named files of a component. The repository is hostile: nothing outside of the context is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MAX_BYTES = 1024 * 1024
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True)
class Folder:
    """A folder below the build context. What lies in it is listed once."""

    root: Path
    path: str = "."

    def below(self, path: str) -> Folder:
        """A folder below this one."""
        return Folder(self.root, f"{self.path}/{path}" if path != "." else self.path)

    def text(self, name: str) -> str | None:
        """The file's text; None when it is absent, too large, no text, or a link that leads out of the context."""
        content = self._content(name)
        if content is None or b"\x00" in content:
            return None
        return content.decode("utf-8-sig", errors="replace")

    def has(self, name: str) -> bool:
        """Whether there is a file or folder of that name."""
        return self._real(name) is not None

    def is_folder(self, name: str) -> bool:
        """Whether there is a folder of that name."""
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

    def _content(self, name: str) -> bytes | None:
        if "/" in name:
            real = self._real(name)
            return None if real is None else _read(real)
        if name not in self._names:
            return None
        content = _read(f"{self._location}/{name}")
        if content is None and (real := self._real(name)) is not None:
            return _read(real)
        return content


def _read(path: str) -> bytes | None:
    """The content of a regular file; None for anything else, links among them."""
    try:
        with os.fdopen(os.open(path, _FLAGS), "rb", buffering=0) as file:
            content = file.read(MAX_BYTES + 1)
    except OSError:
        return None
    return content if content is not None and len(content) <= MAX_BYTES else None
