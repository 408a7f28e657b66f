"""What git's messages mean: one row for each, the first that matches speaks. Git runs with LC_ALL=C, so texts hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.errors import Denied, Invalid, Missing, Rejected, StepError, Unavailable


@dataclass(frozen=True)
class Row:
    """A pattern in git's output, the error that it stands for, and an example that the tests hold against the table."""

    pattern: str
    error: type[StepError]
    says: str
    """What happened, with {location} and {ref}."""
    hint: str
    example: str


_LOGIN = "log in with git's credential helper, or use https://USER:TOKEN@HOST/PATH"

ROWS: tuple[Row, ...] = (
    Row(
        r"No space left on device|Disk quota exceeded",
        Denied,
        "there is no space left to clone {location}",
        "free disk space",
        "fatal: write error: No space left on device",
    ),
    Row(
        r"Remote branch .* not found in upstream",
        Invalid,
        "{location} has no branch or tag {ref!r}",
        "name a branch, a tag or a whole commit id",
        "fatal: Remote branch nope not found in upstream origin",
    ),
    Row(
        r"couldn't find remote ref",
        Invalid,
        "{location} has no ref {ref!r}",
        "name a branch, a tag or a whole commit id",
        "fatal: couldn't find remote ref refs/pull/1/head",
    ),
    Row(
        r"not our ref|unadvertised object",
        Invalid,
        "{location} does not give out the commit {ref}",
        "name a branch or a tag that holds it",
        "fatal: remote error: upload-pack: not our ref 1111111111111111111111111111111111111111",
    ),
    Row(
        r"transport '.*' not allowed|protocol '.*' is not supported",
        Invalid,
        "{location} led to a protocol that is not allowed",
        "use the URL that it redirects to",
        "fatal: transport 'ext' not allowed",
    ),
    Row(
        r"could not read (Username|Password)|Authentication failed|HTTP Basic: Access denied|returned error: 401",
        Denied,
        "{location} asks for a login, or does not exist",
        _LOGIN,
        "fatal: could not read Username for 'https://git.invalid': terminal prompts disabled",
    ),
    Row(
        r"returned error: 403|Write access to repository not granted",
        Denied,
        "{location} may not be read with this login",
        _LOGIN,
        "fatal: unable to access 'https://git.invalid/x.git/': The requested URL returned error: 403",
    ),
    Row(
        r"Permission denied \((publickey|password|keyboard)",
        Denied,
        "the ssh server of {location} refuses every key that was offered",
        "load the key with ssh-add, or use https://",
        "git@git.invalid: Permission denied (publickey).",
    ),
    Row(
        r"Host key verification failed",
        Denied,
        "the host key of {location} is unknown or has changed",
        "connect once with ssh and compare its fingerprint",
        "Host key verification failed.",
    ),
    Row(
        r"dubious ownership|unsafe repository",
        Denied,
        "{location} belongs to another user",
        "run as its owner, or name its folder instead of a URL",
        "fatal: detected dubious ownership in repository at '/srv/x.git'",
    ),
    Row(
        r"certificate (verif|problem|is not)|subject name .* does not match|issuer certificate",
        Denied,
        "the certificate of {location} cannot be trusted",
        "have the authority that signed it trusted: git config --global http.sslCAInfo FILE",
        "fatal: unable to access 'https://git.invalid/x.git/': server certificate verification failed. "
        "CAfile: none CRLfile: none",
    ),
    Row(
        r"not valid: is this a git repository|does not appear to be a git repository|[Rr]epository .*not found"
        r"|returned error: (404|410)|[Pp]roject you were looking for could not be found",
        Missing,
        "there is no git repository at {location}",
        "check the URL; where it is private, a login may be needed",
        "fatal: repository 'https://git.invalid/x.git/' not found",
    ),
    Row(
        r"fsck error|object corrupt or missing|bad object|invalid path|index-pack failed.*fsck",
        Rejected,
        "{location} holds objects that git refuses: {line}",
        "run git fsck in the repository",
        "fatal: fsck error in packed object",
    ),
    Row(
        r"dumb http transport does not support",
        Rejected,
        "{location} is served without git's smart protocol",
        "have it served by git http-backend",
        "fatal: dumb http transport does not support shallow capabilities",
    ),
    Row(
        r"Could not resolve host",
        Unavailable,
        "the host of {location} cannot be found",
        "check the name and the network",
        "fatal: unable to access 'https://git.invalid/x.git/': Could not resolve host: git.invalid",
    ),
    Row(
        r"returned error: (429|5\d\d)|HTTP (429|5\d\d)",
        Unavailable,
        "{location} cannot answer now: {line}",
        "try again later",
        "fatal: unable to access 'https://git.invalid/x.git/': The requested URL returned error: 503",
    ),
    Row(
        r"Failed to connect|[Cc]onnection (refused|reset|timed out|closed)|[Oo]peration timed out|No route to host"
        r"|unreachable|early EOF|hung up|RPC failed|Empty reply|Recv failure|Send failure|transfer closed"
        r"|gnutls_handshake|GnuTLS recv error|SSL_ERROR_SYSCALL",
        Unavailable,
        "{location} cannot be reached: {line}",
        "check the network, then try again",
        "fatal: unable to access 'https://127.0.0.1:1/x.git/': Failed to connect to 127.0.0.1 port 1 after 0 ms: "
        "Couldn't connect to server",
    ),
    Row(
        r"Could not read from remote repository",
        Unavailable,
        "{location} cannot be read: {line}",
        "check the URL and that you may read it",
        "fatal: Could not read from remote repository.",
    ),
)


def error_for(output: str, *, url: str, location: str, ref: str | None) -> StepError:
    """The error that git's output stands for; Rejected with git's own words when no row knows it."""
    line = _most_telling(output.replace(url, location))
    words = output.replace(url, "")
    for row in ROWS:
        if re.search(row.pattern, words):
            return row.error(row.says.format(location=location, ref=ref, line=line), hint=row.hint)
    return Rejected(f"git could not fetch {location}: {line}", hint="try the same with git clone")


def _most_telling(output: str) -> str:
    """The first line with which git gave up, without control characters."""
    lines = [re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", line).strip() for line in output.splitlines()]
    lines = [line for line in lines if line]
    fatal = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    return (fatal or lines[-1:] or ["it gave no reason"])[0][:300]
