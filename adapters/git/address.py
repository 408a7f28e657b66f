"""What a user may name as a source: a folder, or the URL of a git repository with a ref.

A URL can carry a password, name a transport that runs commands, or look like an option of git. All three are settled
here, before git sees anything.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from pydantic import SecretStr

from tasks.errors import Invalid
from tasks.models import Model

if TYPE_CHECKING:
    from tasks.models import Source

_URL = re.compile(r"^(?P<protocol>[A-Za-z][A-Za-z0-9+.-]*)://")
_HELPER = re.compile(r"^(?P<protocol>[A-Za-z][A-Za-z0-9+.-]*)::")
_SCP = re.compile(r"^(?:(?P<user>[A-Za-z0-9._-]+)@)(?P<host>[^/:@\s]+|\[[0-9a-fA-F:.]+\]):(?P<path>[^-].*)$")
_HOST = re.compile(r"^(?:[A-Za-z0-9][A-Za-z0-9._-]*|[0-9a-fA-F:.]+)$")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
_REF_FORBIDDEN = re.compile(
    r"[\x00-\x20\x7f-\x9f\u2028\u2029~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)|[./]$|^[-./+]|^@$"
)
_COMMIT = re.compile(r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")
_ABBREVIATED = re.compile(r"^[0-9a-f]{7,39}$")
_LONGEST_REF = 250


class Repository(Model):
    """A git URL, taken apart."""

    url: str
    """What git is given: holds no user and no password, save the user name of ssh."""
    location: str
    """Fit for labels and logs."""
    protocol: str
    origin: str
    """protocol://host[:port]/, the only place that the credentials are for."""
    user: str | None = None
    password: SecretStr | None = None

    @property
    def name(self) -> str:
        """A folder name made of the last part of the path."""
        last = re.split(r"[/:]", self.location.rstrip("/"))[-1].removesuffix(".git")
        return re.sub(r"[^A-Za-z0-9._-]+", "-", last).strip(".-")[:100] or "repository"


def repository(location: str, *, allowed: tuple[str, ...]) -> Repository | None:
    """The repository that a URL names, or None when the location is a path. Raises Invalid for what may not be used."""
    url, helper, scp = _URL.match(location), _HELPER.match(location), _SCP.match(location)
    if helper is not None:
        raise _not_allowed(helper["protocol"], allowed)
    if url is None and scp is None:
        return None
    protocol = url["protocol"].lower() if url else "ssh"
    if protocol not in allowed:
        raise _not_allowed(protocol, allowed)
    if _UNPRINTABLE.search(location):
        raise Invalid("the git URL holds white space or control characters", hint="write them as %20, or not at all")
    if scp is not None and url is None:
        _check_host(scp["host"].strip("[]"))
        return Repository(url=location, location=location, protocol="ssh", origin=f"ssh://{scp['host']}/")
    return _taken_apart(location, protocol)


def checked_ref(ref: str) -> str:
    """The ref without `refs/heads/` or `refs/tags/`. Raises Invalid for what git would refuse or take for an option."""
    short = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    if not short or len(short) > _LONGEST_REF or _REF_FORBIDDEN.search(short):
        raise Invalid(f"{ref[:80]!r} is not the name of a branch, tag or commit", hint="write --ref BRANCH|TAG|COMMIT")
    return short


def must_be_fetched(ref: str) -> bool:
    """Whether `git clone --branch` cannot name it: a commit, or a ref beside branches and tags."""
    return _COMMIT.fullmatch(ref) is not None or ref.startswith("refs/")


def looks_abbreviated(ref: str) -> bool:
    """Whether the ref may be the short form of a commit, which no server resolves."""
    return _ABBREVIATED.fullmatch(ref) is not None


def subfolder(root: Path, source: Source) -> Path:
    """The folder below `root` that the source names. Raises Invalid for one that is absent or lies outside."""
    if source.subfolder is None:
        return root
    wanted = Path(source.subfolder)
    quoted = repr(source.subfolder)
    if wanted.is_absolute() or ".." in wanted.parts or ".git" in wanted.parts or "\x00" in source.subfolder:
        raise Invalid(f"the sub-folder {quoted} is not a path below the repository", hint="write it like services/api")
    try:
        folder = (root / wanted).resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        raise Invalid(f"there is no folder {quoted} in {root.name}", reason="unreadable") from error
    if not folder.is_relative_to(root):
        raise Invalid(f"the sub-folder {quoted} is a link out of the repository", reason="unreadable")
    if not folder.is_dir():
        raise Invalid(f"{quoted} is a file in {root.name}, not a folder", reason="unreadable")
    return folder


def _taken_apart(location: str, protocol: str) -> Repository:
    try:
        parts = urlsplit(location)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:  # its message may quote the password
        raise Invalid("the git URL cannot be read", hint="write it like https://HOST/PATH") from error
    if protocol == "file":
        if host not in {"", "localhost"}:
            raise Invalid("a file URL names no host", hint="write it like file:///PATH")
    else:
        _check_host(host)
    if len(parts.path) < len("/x"):
        raise Invalid("the git URL names no repository", hint="write it like https://HOST/PATH")
    authority = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    if _UNPRINTABLE.search((user or "") + (password or "")):
        raise Invalid("the git URL's login holds white space or control characters", hint="check its %-codes")
    seen = f"{user}@{authority}" if protocol == "ssh" and user else authority
    return Repository(
        url=urlunsplit(SplitResult(protocol, seen, parts.path, parts.query, "")),
        location=urlunsplit(SplitResult(protocol, seen, parts.path, "", "")),
        protocol=protocol,
        origin=f"{protocol}://{authority}/",
        user=user,
        password=None if password is None else SecretStr(password),
    )


def _check_host(host: str) -> None:
    if not _HOST.fullmatch(host):
        raise Invalid("the git URL names no valid host", hint="write it like https://HOST/PATH")


def _not_allowed(protocol: str, allowed: tuple[str, ...]) -> Invalid:
    return Invalid(
        f"git URLs with {protocol}:// are not allowed here, only {', '.join(f'{name}://' for name in allowed)}",
        hint=f"use an {allowed[0]}:// URL, or allow {protocol} in the settings" if allowed else "name a folder",
    )
