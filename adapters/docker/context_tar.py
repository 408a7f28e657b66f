"""A build context as a tar stream that is made while it is sent: never whole in memory, never followed through a link.

Time, owner and mode say nothing about the content and are made equal, so that the engine's cache hits. The time is the
first that zip archives know. The format is GNU: BuildKit takes a PAX header for a Dockerfile, and it looks at the first
1,024 bytes only, so the first name is short. Without a session BuildKit reads the Dockerfile from the context and
nowhere else, so that `COPY . .` copies ours too; the classic builders leave it out.
"""

from __future__ import annotations

import posixpath
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from tasks.context import ContextEntry, content, entries
from tasks.models import Dockerfile

_MTIME = 315_619_200
_DOCKERFILE = ".containerkit.Dockerfile"
_DOCKERIGNORE = ".dockerignore"


@dataclass
class ContextTar:
    """The stream, and what became known while it was made."""

    context: Path
    dockerfile: Dockerfile
    builder: Literal["buildkit", "classic"]
    sent_bytes: int = 0
    skipped: list[str] = field(default_factory=list)

    @cached_property
    def dockerfile_name(self) -> str:
        """The name of our Dockerfile in the stream, which nothing in the context has."""
        name = _DOCKERFILE
        while (self.context / name).exists():
            name = f".{name}"
        return name

    def blocks(self) -> Iterator[bytes]:
        """The stream."""
        for block in self._blocks():
            self.sent_bytes += len(block)
            yield block

    def _blocks(self) -> Iterator[bytes]:
        name = self.dockerfile_name
        yield from _injected(name, self.dockerfile.text)
        classic = self.builder == "classic"
        if classic:
            # it keeps to this file: ours are left out of COPY; what the real one says is done already
            yield from _injected(_DOCKERIGNORE, f"{name}\n{_DOCKERIGNORE}\n")
        for entry in entries(self.context, self.dockerfile.dockerignore):
            if entry.kind == "special" or (classic and _leads_out(entry)):
                self.skipped.append(entry.path)
            elif not (classic and entry.path == _DOCKERIGNORE):
                yield from self._member(entry)
        yield bytes(2 * tarfile.BLOCKSIZE)

    def _member(self, entry: ContextEntry) -> Iterator[bytes]:
        yield _header(entry)
        if entry.kind == "file":
            yield from content(self.context, entry)
            yield _padding(entry.size_bytes)


def _leads_out(entry: ContextEntry) -> bool:
    """Whether it is a relative link out of the context: the classic builders refuse the whole context for one."""
    target = posixpath.join(posixpath.dirname(entry.path), entry.link)
    return entry.kind == "link" and not entry.link.startswith("/") and posixpath.normpath(target).startswith("..")


def _header(entry: ContextEntry) -> bytes:
    found = tarfile.TarInfo(entry.path)
    found.mtime = _MTIME
    found.type = {"file": tarfile.REGTYPE, "folder": tarfile.DIRTYPE, "link": tarfile.SYMTYPE}[entry.kind]
    found.mode = {"file": 0o755 if entry.executable else 0o644, "folder": 0o755, "link": 0o777}[entry.kind]
    found.size = entry.size_bytes
    found.linkname = entry.link
    return found.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _injected(name: str, text: str) -> Iterator[bytes]:
    raw = text.encode()
    yield _header(ContextEntry(path=name, kind="file", size_bytes=len(raw))) + raw + _padding(len(raw))


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)
