"""A git URL as a folder: fetched shallowly without a checkout, measured, and only then written out.

A repository of a few kilobytes can hold a tree of a thousand million files. So what a checkout would write is counted
from git's own listing first, and the clone is watched while it grows.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.git.address import Repository, looks_abbreviated, must_be_fetched
from adapters.git.command import NO_CONFIGURATION
from adapters.git.messages import error_for
from adapters.process import Completed, TooMuchOutput
from tasks.errors import Invalid, Rejected

if TYPE_CHECKING:
    from adapters.git.command import GitCommand

# git asks this about one origin only, also after a redirect; the words are constant, the secret is in the environment
_ANSWER = (
    """!answer() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' """
    """"$CONTAINERKIT_GIT_USER" "$CONTAINERKIT_GIT_PASSWORD"; }; answer"""
)
_SHALLOW = ("--depth=1", "--no-tags")
# objects are checked on arrival; what is left out are harmless faults of old tools
_FETCHING = (
    "transfer.fsckObjects=true",
    *(
        f"fetch.fsck.{fault}=ignore"
        for fault in ("zeroPaddedFilemode", "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "badTimezone")
    ),
    "fetch.unpackLimit=1",
    "clone.rejectShallow=false",
    "clone.defaultRemoteName=origin",
)
_LISTING_BYTES_A_FILE = 300


@dataclass(frozen=True)
class Limits:
    """How large a repository may be."""

    size_bytes: int
    files: int


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder that is made here, and removed again when something goes wrong."""
    try:
        path.mkdir(parents=True)
    except FileExistsError as error:
        raise Invalid(f"{path} exists already", hint="remove it, or fetch into an empty folder") from error
    kept = False
    try:
        yield path.resolve()
        kept = True
    finally:
        if not kept:
            shutil.rmtree(path, ignore_errors=True)


def clone(git: GitCommand, repository: Repository, *, ref: str | None, folder: Path, limits: Limits) -> None:
    """Fill the empty folder with the repository's files as of `ref`."""
    watch = _size_watch(folder, limits, repository.location)
    done = _fetched(git, repository, ref, folder, watch)
    if done.exit_code != 0:
        error = error_for(done.stderr, url=repository.url, location=repository.location, ref=ref)
        if ref is not None and looks_abbreviated(ref) and isinstance(error, Invalid):
            error.hint = "a commit is named by its whole id of 40 characters"
        raise error
    _measure(git, folder, limits, repository.location)
    _check_out(git, folder, watch, repository.location)
    watch()


def _fetched(
    git: GitCommand, repository: Repository, ref: str | None, folder: Path, watch: Callable[[], None]
) -> Completed:
    env = {"GIT_ALLOW_PROTOCOL": repository.protocol, "GIT_PROTOCOL_FROM_USER": "0"}
    settings = _FETCHING + _login(repository, env)
    if ref is None or not must_be_fetched(ref):
        branch = () if ref is None else (f"--branch={ref}",)
        return git(
            "clone", "--quiet", "--no-checkout", "--single-branch", "--template=", "--no-recurse-submodules",
            *_SHALLOW, *branch, "--", repository.url, folder,
            cwd=folder.parent, settings=settings, env=env, watch=watch,
        )  # fmt: skip
    _must(git("init", "--quiet", "--template=", "--", folder, cwd=folder.parent), repository.location)
    done = git(
        "fetch", "--quiet", "--no-recurse-submodules", *_SHALLOW, "--", repository.url, ref,
        cwd=folder, settings=settings, env=env, watch=watch,
    )  # fmt: skip
    if done.exit_code == 0:
        done = git("update-ref", "--no-deref", "HEAD", "FETCH_HEAD^{commit}", cwd=folder, env=NO_CONFIGURATION)
    return done


def _login(repository: Repository, env: dict[str, str]) -> tuple[str, ...]:
    """Settings that give the URL's own login to its origin and to no other."""
    if repository.user is None or repository.protocol not in {"https", "http"}:
        return ()
    if repository.password is None:
        return (f"credential.{repository.origin}.username={repository.user}",)
    env["CONTAINERKIT_GIT_USER"] = repository.user
    env["CONTAINERKIT_GIT_PASSWORD"] = repository.password.get_secret_value()
    return ("credential.helper=", f"credential.{repository.origin}.helper={_ANSWER}")


def _measure(git: GitCommand, folder: Path, limits: Limits, location: str) -> None:
    """Raise Rejected when a checkout would write too much."""
    if git("rev-parse", "--verify", "--quiet", "HEAD^{commit}", cwd=folder, env=NO_CONFIGURATION).exit_code != 0:
        raise Rejected(f"{location} holds no commit", hint="push one first", reason="nothing_found")
    try:
        listing = git(
            "ls-tree", "-r", "-l", "-z", "HEAD", cwd=folder, env=NO_CONFIGURATION,
            output_limit_bytes=_LISTING_BYTES_A_FILE * limits.files,
        )  # fmt: skip
    except TooMuchOutput as error:
        raise _too_large(f"{location} holds more than {limits.files} files") from error
    entries = _must(listing, location).stdout.split("\0")[:-1]
    if len(entries) > limits.files:
        raise _too_large(f"{location} holds {len(entries)} files, more than {limits.files}")
    sizes = (entry.partition("\t")[0].split()[-1] for entry in entries)
    total = sum(int(size) for size in sizes if size.isdigit())
    if total > limits.size_bytes:
        raise _too_large(f"{location} holds files of {total} bytes, more than {limits.size_bytes}")


def _check_out(git: GitCommand, folder: Path, watch: Callable[[], None], location: str) -> None:
    """Write the files. Links become small files, and what other programs of git do later is switched off for good."""
    for setting in ("core.symlinks=false", "core.hooksPath=/dev/null", "core.fsmonitor=false"):
        key, _, value = setting.partition("=")
        _must(git("config", "--local", key, value, cwd=folder, env=NO_CONFIGURATION), location)
    _must(git("checkout", "--quiet", "--force", "HEAD", cwd=folder, env=NO_CONFIGURATION, watch=watch), location)


def _must(done: Completed, location: str) -> Completed:
    if done.exit_code != 0:
        raise error_for(done.stderr, url=location, location=location, ref=None)
    return done


def _size_watch(folder: Path, limits: Limits, location: str) -> Callable[[], None]:
    """What raises once the folder has grown too large; looks as seldom as looking is slow."""
    next_look = 0.0

    def look() -> None:
        nonlocal next_look
        started = time.monotonic()
        if started < next_look:
            return
        # the packed objects and the files written out may each be as large as is allowed
        if _size_bytes(folder) > 2 * limits.size_bytes:
            raise _too_large(f"the clone of {location} grew above {limits.size_bytes} bytes")
        next_look = time.monotonic() + max(0.1, 10 * (time.monotonic() - started))

    return look


def _size_bytes(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118 - Path is five times slower
            except FileNotFoundError:  # git renames its temporary files
                continue
    return total


def _too_large(message: str) -> Rejected:
    return Rejected(message, hint="raise the limit in the settings, or name a folder that you cloned yourself")
