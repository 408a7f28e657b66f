"""Which files a build may read, and the key under which its result is found again.

The repository is hostile: no link is followed, sockets and devices are left out, and there are caps. What does not
belong to the content (time, owner, group, the rest of the mode) is not looked at, so that two checkouts of one commit
are the same context.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

from tasks.dockerignore import Ignore
from tasks.errors import Invalid, Unavailable
from tasks.models import BuildArgument, Dockerfile

LARGEST_CONTEXT_BYTES = 16 * 1024**3
MOST_ENTRIES = 500_000

_BLOCK = 1024 * 1024
_FORMAT = "containerkit build key 1"
_LEAVE_OUT = "leave it out in .dockerignore"


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """One thing in a build context. No Model: a file's name may be no text."""

    path: str
    """Relative to the context, with forward slashes."""
    kind: Literal["file", "folder", "link", "special"]
    """special: a socket, a device or a pipe, which no build can use."""
    size_bytes: int = 0
    executable: bool = False
    link: str = ""
    """Where a link points to, as it stands there."""


def entries(
    context: Path, dockerignore: str, *, most: int = MOST_ENTRIES, largest_bytes: int = LARGEST_CONTEXT_BYTES
) -> Iterator[ContextEntry]:
    """Everything that belongs to the context, folders before what is in them, sorted.

    Raises Invalid for what cannot be read, and where the caps are passed.
    """
    ignore = Ignore(dockerignore)
    count = size = 0
    for entry in _walk(context, ignore):
        count, size = count + 1, size + entry.size_bytes
        if count > most:
            raise Invalid(f"{context} holds more than {most:,} files, with {entry.path!r}", hint=_LEAVE_OUT)
        if size > largest_bytes:
            raise Invalid(f"{context} is larger than {largest_bytes:,} bytes, with {entry.path!r}", hint=_LEAVE_OUT)
        yield entry


def content(context: Path, entry: ContextEntry) -> Iterator[bytes]:
    """The bytes of a file, exactly as many as it had when it was listed; at most 1 MiB at a time."""
    left = entry.size_bytes
    with _opened(context / entry.path, entry.path) as file:
        while left:
            block = file.read(min(left, _BLOCK))
            if not block:
                raise Unavailable(f"{entry.path!r} became shorter while it was read", hint="let nothing write there")
            left -= len(block)
            yield block


def content_digest(context: Path, dockerignore: str) -> str:
    """64 hex digits that change when a path, a content, a link or an executable bit of the context does."""
    digest = hashlib.sha256()
    for entry in entries(context, dockerignore):
        if entry.kind == "special":
            continue
        head = (entry.kind, entry.path, entry.size_bytes, entry.executable, entry.link)
        digest.update(json.dumps(head).encode("utf-8", "surrogateescape"))
        if entry.kind == "file":
            for block in content(context, entry):
                digest.update(block)
    return digest.hexdigest()


def build_key(
    dockerfile: Dockerfile, context: Path, arguments: tuple[BuildArgument, ...] = (), platform: str | None = None
) -> str:
    """64 hex digits: the same for the same Dockerfile, content, arguments and platform, wherever and whenever."""
    parts = (
        _FORMAT,
        dockerfile.text,
        content_digest(context, dockerfile.dockerignore),
        sorted((argument.name, argument.value) for argument in arguments),
        platform,
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _walk(context: Path, ignore: Ignore) -> Iterator[ContextEntry]:
    pending = [iter(_listed(context, ""))]
    held: list[ContextEntry] = []
    """Folders that are left out but may hold something that is not: they come when that does."""
    while pending:
        entry = next(pending[-1], None)
        if entry is None:
            pending.pop()
            continue
        held = [folder for folder in held if entry.path.startswith(f"{folder.path}/")]
        out = ignore.leaves_out(entry.path)
        if not out:
            yield from held
            held = []
            yield entry
        if entry.kind == "folder" and (not out or ignore.may_take_back_below(entry.path)):
            pending.append(iter(_listed(context, entry.path)))
            held = [*held, entry] if out else held


def _listed(context: Path, folder: str) -> list[ContextEntry]:
    """What a folder holds, sorted by name."""
    try:
        with os.scandir(context / folder) as found:
            children = sorted(islice(found, MOST_ENTRIES + 1), key=lambda child: os.fsencode(child.name))
            listed = [_entry(child, folder) for child in children]
    except OSError as error:
        raise Invalid(f"{folder or str(context)!r} cannot be read: {error.strerror}", hint=_LEAVE_OUT) from error
    if len(listed) > MOST_ENTRIES:
        raise Invalid(f"{folder or str(context)!r} holds more than {MOST_ENTRIES:,} files", hint=_LEAVE_OUT)
    return listed


def _entry(child: os.DirEntry[str], folder: str) -> ContextEntry:
    path = f"{folder}/{child.name}" if folder else child.name
    found = child.stat(follow_symlinks=False)
    if stat.S_ISLNK(found.st_mode):
        return ContextEntry(path=path, kind="link", link=os.readlink(child.path))  # noqa: PTH115 - a Path would tidy it
    if stat.S_ISDIR(found.st_mode):
        return ContextEntry(path=path, kind="folder")
    if not stat.S_ISREG(found.st_mode):
        return ContextEntry(path=path, kind="special")
    return ContextEntry(path=path, kind="file", size_bytes=found.st_size, executable=bool(found.st_mode & stat.S_IXUSR))


def _opened(path: Path, name: str) -> BinaryIO:
    """The file itself: what became a link or a pipe since it was listed is refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Invalid(f"{name!r} cannot be read: {error.strerror}", hint=_LEAVE_OUT) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Invalid(f"{name!r} is no file any more", hint="let nothing write there while it is read")
    return os.fdopen(descriptor, "rb")
