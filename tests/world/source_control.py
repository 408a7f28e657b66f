"""Sources in memory: repositories by URL, and the folders that are really there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tasks.errors import Denied, Invalid, Missing, Unavailable
from tasks.models import Checkout, Source


@dataclass(frozen=True)
class MemoryRepository:
    """One commit with its files, under every name that it can be asked for by."""

    commit: str
    files: dict[str, str]
    branches: tuple[str, ...] = ("main",)
    """The first is the default."""
    tags: tuple[str, ...] = ()
    login: str | None = None
    """user:password, when it may not be read without."""


@dataclass
class MemorySourceControl:
    """The SourceControl port without git and without a network."""

    repositories: dict[str, MemoryRepository] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    protocols: tuple[str, ...] = ("https",)

    def fetch(self, *, source: Source, into: Path, timeout_s: float) -> Checkout:
        """The folder where it is, or the files of a repository written below `into`."""
        if timeout_s <= 0:
            raise Unavailable(f"{source.location} could not be fetched within {timeout_s:g} s")
        if "://" not in source.location:
            return _folder(source)
        repository, location = self._found(source.location)
        branch = _branch(repository, source.ref, location)
        root = into / location.rpartition("/")[2].removesuffix(".git")
        if root.exists():
            raise Invalid(f"{root} exists already")
        target = _below(root, source.subfolder)
        if source.subfolder and not any(name.startswith(f"{source.subfolder}/") for name in repository.files):
            raise Invalid(f"there is no folder {source.subfolder!r} in {location}", reason="unreadable")
        for name, text in repository.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return Checkout(root=target, location=location, commit=repository.commit, branch=branch)

    def _found(self, url: str) -> tuple[MemoryRepository, str]:
        parts = urlsplit(url)
        if parts.scheme not in self.protocols:
            raise Invalid(f"git URLs with {parts.scheme}:// are not allowed here")
        login, _, host = parts.netloc.rpartition("@")
        location = parts._replace(netloc=host).geturl()
        if location in self.unreachable:
            raise Unavailable(f"{location} cannot be reached")
        repository = self.repositories.get(location)
        if repository is None:
            raise Missing(f"there is no git repository at {location}")
        if repository.login not in {None, login}:
            raise Denied(f"{location} asks for a login", hint="use https://USER:TOKEN@HOST/PATH")
        return repository, location


def _folder(source: Source) -> Checkout:
    path = Path(source.location)
    if source.ref is not None:
        raise Invalid(f"a folder has no --ref {source.ref}")
    if not path.is_dir():
        raise Invalid(f"there is no folder {path}", reason="unreadable")
    root = _below(path.resolve(), source.subfolder)
    if not root.is_dir():
        raise Invalid(f"there is no folder {source.subfolder!r} in {path}", reason="unreadable")
    return Checkout(root=root, location=str(path.resolve()))


def _branch(repository: MemoryRepository, ref: str | None, location: str) -> str | None:
    if ref is None:
        return repository.branches[0]
    if ref.startswith("-"):
        raise Invalid(f"{ref!r} is not the name of a branch, tag or commit")
    if ref in {repository.commit, *repository.tags}:
        return None
    if ref in repository.branches:
        return ref
    raise Invalid(f"{location} has no branch or tag {ref!r}")


def _below(root: Path, subfolder: str | None) -> Path:
    wanted = Path(subfolder or ".")
    if wanted.is_absolute() or ".." in wanted.parts:
        raise Invalid(f"the sub-folder {subfolder!r} is not a path below the repository")
    return root / wanted
