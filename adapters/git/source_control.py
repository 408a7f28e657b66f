"""The SourceControl port over local folders and git."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.git.address import checked_ref, repository, subfolder
from adapters.git.command import GitCommand
from adapters.git.worktree import state
from tasks.errors import Denied, Invalid
from tasks.models import Checkout

if TYPE_CHECKING:
    from tasks.models import Source

_GIB = 1024 * 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Git:
    """Local folders as they are, git URLs as shallow clones."""

    def __init__(
        self,
        *,
        protocols: tuple[str, ...] = ("https",),
        size_limit_bytes: int = 2 * _GIB,
        file_limit: int = 200_000,
        program: str = "git",
    ) -> None:
        self._protocols = protocols
        self._size_limit_bytes, self._file_limit = size_limit_bytes, file_limit
        self._program = program

    def fetch(self, *, source: Source, into: Path, timeout_s: float) -> Checkout:
        """The source as a folder; see the port."""
        git = GitCommand(self._program, timeout_s)
        ref = None if source.ref is None else checked_ref(source.ref)
        remote = repository(source.location, allowed=self._protocols)
        if remote is None:
            if ref is not None:
                raise Invalid(f"a folder has no --ref {ref}", hint="check it out in the folder, or name a git URL")
            folder = _local(source.location)
            return _checkout(git, source, folder, location=str(folder))
        from adapters.git.clone import Limits, clone, new_folder  # noqa: PLC0415 - a folder needs none of it

        limits = Limits(size_bytes=self._size_limit_bytes, files=self._file_limit)
        with new_folder(into / remote.name) as folder:
            clone(git, remote, ref=ref, folder=folder, limits=limits)
            return _checkout(git, source, folder, location=remote.location)


def _checkout(git: GitCommand, source: Source, folder: Path, *, location: str) -> Checkout:
    root = subfolder(folder, source)
    known = state(git, root)
    return Checkout(root=root, location=location, commit=known.commit, branch=known.branch, dirty=known.dirty)


def _local(location: str) -> Path:
    if _CONTROL.search(location):
        raise Invalid("the folder's name holds control characters", hint="rename it")
    path = Path(location)
    try:
        folder = path.resolve(strict=True)
        if folder.is_dir():
            next(folder.iterdir(), None)
    except PermissionError as error:
        raise Denied(f"{location} may not be read", hint="look at its permissions", reason="unreadable") from error
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        raise Invalid(f"there is no folder {location}", hint=_hint(location), reason="unreadable") from error
    if not folder.is_dir():
        raise Invalid(
            f"{location} is a file, not a folder", hint="name the folder that it lies in", reason="unreadable"
        )
    return folder


def _hint(location: str) -> str:
    if re.match(r"^[a-z0-9-]+(\.[a-z0-9-]+)+/", location):
        return f"a git URL begins with its protocol: https://{location}"
    return "name a folder or a git URL"
