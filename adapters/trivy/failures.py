"""What Trivy's log says when it fails, and what each of it means: one table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.errors import Denied, Missing, Rejected, StepError, Unavailable
from tasks.models import Failure

_LINES_KEPT = 40
_LONGEST_LINE = 1000


class JavaDatabaseAbsent(Missing):
    """There are Java archives, and nothing to identify them with."""


class DatabaseUnusable(Missing):
    """The vulnerability database is absent or damaged."""


@dataclass(frozen=True)
class FailureRow:
    """A log that contains `pattern` means `error`; `example` is such a log."""

    pattern: str
    error: type[StepError]
    message: str
    hint: str
    example: str


FAILURES = (
    FailureRow(
        r"Unable to initialize the Java DB|javadb.{0,40}first run cannot skip",
        JavaDatabaseAbsent,
        "there is no Java index database",
        "connect to a network once, or copy java-db into the cache folder of the scanner",
        "ERROR\t[javadb] The first run cannot skip downloading Java DB",
    ),
    FailureRow(
        r"cannot be specified on the first run|failed to open db|error in vulnerability DB|DB has an old schema",
        DatabaseUnusable,
        "the vulnerability database is absent or damaged",
        "remove the folder db from the cache folder of the scanner; it is downloaded again",
        "DB error: error in vulnerability DB initialization: failed to open db: file size too small 5000",
    ),
    FailureRow(
        r"failed to download (?:vulnerability|Java) DB|failed to download artifact|OCI artifact error",
        Unavailable,
        "the database could not be downloaded",
        'look at the network, or set database = "present" in [steps.scan]',
        "FATAL\tFatal error\tinit error: DB error: failed to download vulnerability DB: OCI artifact error",
    ),
    FailureRow(
        r"(?i)permission denied while trying to connect|docker\.sock: connect: permission denied",
        Denied,
        "the engine may not be used by this user",
        "add the user to the engine's group",
        "docker error: permission denied while trying to connect to the docker API at unix:///var/run/docker.sock",
    ),
    FailureRow(
        r"(?i)cannot connect to the docker daemon|failed to connect to the docker API|no podman socket found"
        r"|connect: (?:no such file or directory|connection refused)",
        Missing,
        "the engine that holds the image does not answer",
        "start the engine: containerkit doctor",
        "docker error: failed to connect to the docker API at unix:///x.sock; check if the daemon is running",
    ),
    FailureRow(
        r"(?i)no such image|image not known",
        Missing,
        "the engine does not have the image any more",
        "run again: it is built anew",
        'unable to find the specified image "sha256:aa" in ["docker"]: Error: No such image: sha256:aa',
    ),
    FailureRow(
        r"(?i)no space left on device",
        Denied,
        "the disk is full",
        "free space: docker system prune",
        "failed to copy the image: write /tmp/x/fanal-1: no space left on device",
    ),
    FailureRow(
        r"(?i)context deadline exceeded|i/o timeout|connection reset by peer|cache may be in use",
        Unavailable,
        "the engine or the database did not answer in time",
        "run again",
        "image scan failed: failed analysis: context deadline exceeded",
    ),
)
"""In this order: the first that matches speaks."""


def explain(*, command: str, exit_code: int, log: str) -> StepError:
    """The error that this log means; the log must be free of secrets already."""
    lines = [line[:_LONGEST_LINE] for line in log.splitlines()][-_LINES_KEPT:]
    tail = "\n".join(lines)
    fatal = _fatal(lines)
    row = next((row for row in FAILURES if re.search(row.pattern, tail)), None)
    if row is not None:
        kind, message, hint = row.error, row.message, row.hint
    elif exit_code < 0:
        kind, message = Unavailable, f"{command} was ended by signal {-exit_code}"
        hint = "run again with more free memory"
    else:
        kind, message, hint = Rejected, f"{command} failed with exit code {exit_code}: {fatal}", "its log says why"
    failure = Failure(
        step="scan",
        message=message,
        command=command,
        exit_code=exit_code,
        first_error=fatal or None,
        log_tail=tail,
    )
    return kind(message, hint=hint, failure=failure)


def _fatal(lines: list[str]) -> str:
    """The line that says FATAL and the list that follows it, else the last line."""
    start = next((number for number, line in enumerate(lines) if "FATAL" in line), None)
    if start is None:
        return lines[-1] if lines else ""
    more = [line.strip() for line in lines[start + 1 :] if line.startswith("\t*")]
    return " ".join([lines[start].partition("Fatal error\t")[2] or lines[start], *more])
