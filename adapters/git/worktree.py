"""What git knows about a local folder, read without trusting the repository in it.

A repository's own configuration can name programs that git runs on `status` (core.fsmonitor, filters) and where to
fetch missing objects from. So git never gets to read it: it works on a repository of ours that only borrows objects,
refs and index, with the few plain settings that decide whether a file counts as changed. Because the repository is
named and not discovered, its owner does not matter either.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.git.command import NO_CONFIGURATION
from adapters.process import TooMuchOutput
from tasks.errors import Missing
from tasks.models import Model

if TYPE_CHECKING:
    from adapters.git.command import GitCommand

_SMALL_BYTES = 64 * 1024
_HEAD = re.compile(r"^(?:ref: refs/heads/(?P<branch>[^\x00-\x20\x7f]+)|[0-9a-f]{40}(?:[0-9a-f]{24})?)\s*$")
_COPIED = r"^(core\.(filemode|autocrlf|eol|symlinks|ignorecase|trustctime|checkstat)|extensions\.objectformat)$"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_PLAIN = re.compile(r"^(?P<section>core|extensions)\.(?P<key>[a-z]+)\n(?P<value>[A-Za-z0-9]{1,20})$")


class State(Model):
    """Which commit a folder is at. All None and clean where git knows nothing about it."""

    commit: str | None = None
    branch: str | None = None
    dirty: bool = False
    """Also when git could not compare the folder with its commit."""


class _Repository(Model):
    top: Path
    own: Path
    """The git folder of this work tree."""
    shared: Path
    """The git folder that all work trees of the repository share."""


def state(git: GitCommand, folder: Path) -> State:
    """The commit and branch that `folder` is at, and whether anything in it differs."""
    repository = _found(folder)
    head = None if repository is None else _HEAD.match(_small_text(repository.own / "HEAD"))
    if repository is None or head is None:
        return State()
    with tempfile.TemporaryDirectory(prefix="containerkit-git-") as made:
        view = Path(made) / "view"
        try:
            _borrow(git, repository, head[0], view)
            return _compared(git, repository, folder, view, head["branch"])
        except Missing:  # a folder can be used without git, only less is known about it
            return State()


def _found(folder: Path) -> _Repository | None:
    """The repository that the folder lies in, found as git finds it."""
    for top in (folder, *folder.parents):
        entry = top / ".git"
        if entry.is_dir():
            own = entry
        elif (text := _small_text(entry)).startswith("gitdir:"):
            own = top / _one_line(text.removeprefix("gitdir:"))
        else:
            continue
        return _Repository(top=top, own=own, shared=own / _one_line(_small_text(own / "commondir")))
    return None


def _borrow(git: GitCommand, repository: _Repository, head: str, view: Path) -> None:
    """Make a repository that has the other one's content and none of its configuration."""
    (view / "info").mkdir(parents=True)
    (view / "HEAD").write_text(head)
    (view / "config").write_text(_configuration(git, repository.shared / "config", view.parent))
    borrowed = {name: repository.shared / name for name in ("objects", "refs", "packed-refs", "info/exclude")}
    borrowed |= {path.name: path for path in (repository.own / "index", *repository.own.glob("sharedindex.*"))}
    for name, path in borrowed.items():
        if path.exists():
            (view / name).symlink_to(path.absolute())


def _configuration(git: GitCommand, file: Path, cwd: Path) -> str:
    """The plain settings of the other repository's configuration, as ours."""
    sections: dict[str, list[str]] = {
        "core": ["repositoryformatversion = 1", "bare = false", "ignorestat = false"],
        "extensions": [],
    }
    if _is_regular(file):
        listed = git("config", "--file", file, "--null", "--get-regexp", _COPIED, cwd=cwd, env=NO_CONFIGURATION)
        for entry in listed.stdout.split("\0"):
            if plain := _PLAIN.match(entry):
                sections[plain["section"]].append(f"{plain['key']} = {plain['value']}")
    return "".join(f"[{name}]\n" + "".join(f"\t{line}\n" for line in lines) for name, lines in sections.items())


def _compared(git: GitCommand, repository: _Repository, folder: Path, view: Path, branch: str | None) -> State:
    env = {**NO_CONFIGURATION, "GIT_DIR": str(view), "GIT_WORK_TREE": str(repository.top)}
    head = git("rev-parse", "--verify", "--quiet", "HEAD", cwd=folder, env=env)
    if head.exit_code != 0:
        return State(branch=branch)
    commit = head.stdout.strip()
    if folder != repository.top:
        path = folder.relative_to(repository.top)
        if git("cat-file", "-e", f"{commit}:{path}", cwd=folder, env=env).exit_code != 0:
            return State()  # it only lies there, as an ignored or a new folder does
    ignored = git("config", "--global", "--type=path", "--get", "core.excludesFile", cwd=view.parent).stdout.strip()
    try:
        status = git(
            "status", "--porcelain=v1", "-z", "--untracked-files=normal", "--ignore-submodules=all", "--no-renames",
            "--", ".", cwd=folder, env=env, settings=(f"core.excludesFile={ignored}",) if ignored else (),
        )  # fmt: skip
    except TooMuchOutput:
        return State(commit=commit, branch=branch, dirty=True)
    return State(commit=commit, branch=branch, dirty=status.exit_code != 0 or bool(status.stdout))


def _small_text(path: Path) -> str:
    """The text of a small regular file, or nothing; never waits, as reading a named pipe would."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        return file.read(_SMALL_BYTES).decode(errors="replace")


def _one_line(text: str) -> str:
    return _UNPRINTABLE.sub("", text).strip()


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False
