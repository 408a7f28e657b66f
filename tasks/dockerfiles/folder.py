"""Reads a few named files of a component. The repository is hostile: nothing outside of the context is read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder below the build context."""

    root: Path
    path: str = "."

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

    def _real(self, name: str) -> str | None:
        root = os.path.realpath(self.root)
        real = os.path.realpath(os.path.join(root, self.path, name))  # noqa: PTH118 - resolved in one go, it is hot
        inside = real == root or real.startswith(f"{root}{os.sep}")
        return real if inside and os.path.exists(real) else None  # noqa: PTH110 - the same

    def _content(self, name: str) -> bytes | None:
        real = self._real(name)
        if real is None or not os.path.isfile(real):  # noqa: PTH113 - no Path is at hand
            return None
        try:
            descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(MAX_BYTES + 1)
        return content if len(content) <= MAX_BYTES else None
