"""The one table that turns what the engine, its SDK or a registry says into an error named by its remedy.

Text decides before the status does: Podman answers 500 to a malformed tag, and Docker answers 500 to a taken port.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple

from docker import errors as sdk
from docker.credentials import errors as credentials
from requests import exceptions as http

from tasks.errors import Denied, Invalid, Missing, Rejected, StepError, Unavailable

Action = Literal["reach", "build", "push", "pull", "tag", "inspect", "run", "start", "stop", "change", "read", "remove"]


class Subject(NamedTuple):
    """What was being done to which thing."""

    action: Action
    thing: str
    registry: str = "REGISTRY"


class Row(NamedTuple):
    """One cause: the first row whose text, status, class and action all fit speaks."""

    error: type[StepError]
    hint: str
    text: str = ""
    statuses: tuple[int, ...] = ()
    classes: tuple[type[Exception], ...] = ()
    actions: tuple[Action, ...] = ()


_LOGIN = "docker login {registry}"
_DISK = "make room on the engine's disk: `docker system df` shows what fills it, `docker builder prune` frees the cache"
_WAIT = "wait a moment and run again"
_ENGINE = "see whether the engine runs: `docker version`"

TABLE: tuple[Row, ...] = (
    # the way to the engine
    Row(
        Denied,
        "let this user speak to the engine: `sudo usermod -aG docker $USER`, then log in again (or use sudo)",
        text=r"PermissionError\(13|permission denied while trying to connect",
    ),
    Row(
        Missing,
        "start the engine: `sudo systemctl start docker` or `systemctl --user start podman.socket`",
        text=r"FileNotFoundError\(2|ConnectionRefusedError\(111|\[Errno 111\]|\[Errno 2\]|Name or service not known",
        actions=("reach",),
    ),
    Row(Missing, "use a newer engine or a newer containerkit", text=r"client version .* is too (old|new)"),
    # ours or the user's input
    Row(
        Invalid,
        "choose another port with --published-port, or stop what listens there",
        text=r"port is already allocated|address already in use|ports are not available|bind for .* failed",
    ),
    Row(
        Invalid,
        "remove or rename the other container first",
        text=r"name .* (is )?already in use|already in use by container|name is in use",
    ),
    Row(
        Rejected,
        "push under a name that the registry accepts: lower case, digits, and . _ - between them",
        text=r"name invalid|NAME_INVALID|TAG_INVALID|tag invalid",
    ),
    Row(
        Invalid,
        "write REGISTRY/NAME[:TAG], in lower case",
        text=r"invalid reference format|invalid tag|must be lowercase|invalid repository name|not a valid repository",
    ),
    # what a person must settle with the registry
    Row(Denied, "ask for more storage, or delete old tags", text=r"quota|insufficient storage", statuses=()),
    Row(
        Unavailable,
        "wait for the rate limit to pass, or log in: " + _LOGIN,
        text=r"toomanyrequests|too many requests|rate limit",
    ),
    Row(
        Denied,
        "add the registry's CA to the engine (/etc/docker/certs.d/{registry}/ca.crt)",
        text=r"x509:|certificate|server gave HTTP response to HTTPS client",
        actions=("push", "pull", "build"),
    ),
    Row(
        Missing,
        "install the credential helper that ~/.docker/config.json names, or remove its entry there",
        classes=(credentials.InitializationError,),
    ),
    Row(Denied, _LOGIN, text=r"[Cc]redentials store", classes=(sdk.DockerException,)),
    Row(Denied, _LOGIN, classes=(credentials.StoreError,)),
    Row(
        Denied,
        _LOGIN,
        text=r"unauthorized|denied: |access denied|access to the resource is denied|authentication required"
        r"|no basic auth credentials|forbidden|insufficient_scope|invalid username/password",
    ),
    # the network between the engine and the registry
    Row(
        Unavailable,
        _WAIT,
        text=r"i/o timeout|TLS handshake timeout|connection refused|connection reset|unexpected EOF|: EOF\b|broken pipe"
        r"|context deadline exceeded|Client\.Timeout|network is unreachable|no route to host|no such host"
        r"|server misbehaving|temporary failure|blob upload unknown|received unexpected HTTP status: 5\d\d"
        r"|status: 5\d\d|service unavailable|bad gateway|gateway time-?out",
    ),
    # what is not there
    Row(
        Rejected,
        "build for a platform that the base image has",
        text=r"no matching manifest for|does not match the (specified|expected) platform|no image found in (manifest list|image index)",
    ),
    Row(
        Missing,
        "make the repository first, or push under another name",
        text=r"name unknown|repository .* (not found|does not exist)",
        actions=("push",),
    ),
    Row(
        Missing,
        "look at the image's name and tag",
        text=r"manifest unknown|manifest for .* not found|name unknown|no such image|image not known|image does not exist"
        r"|unable to find image|does not exist locally|tag does not exist|reference does not exist|failed to find image",
    ),
    Row(Missing, "`containerkit list` shows what runs", text=r"no such container|no container with (name|id)"),
    # the container's own fault
    Row(
        Rejected,
        "give a start command that the image holds",
        text=r"executable file .*not found|exec format error|OCI runtime|oci runtime|no such file or directory: unknown"
        r"|permission denied: unknown|no command specified|unable to find user|no matching entries in passwd",
        actions=("run", "start"),
    ),
    Row(Denied, _DISK, text=r"no space left on device|disk quota exceeded"),
    # what the registry found wrong with the upload
    Row(
        Rejected,
        "build the image again and push once more",
        text=r"manifest invalid|MANIFEST_INVALID|digest invalid|size invalid|blob unknown|MANIFEST_BLOB_UNKNOWN|unsupported",
        actions=("push",),
    ),
    Row(Unavailable, _WAIT, text=r"removal of container .* is already in progress"),
    # the engine's status, when its words said nothing
    Row(Rejected, "", statuses=(400, 413, 415, 422)),
    Row(Denied, _LOGIN, statuses=(401, 403), actions=("push", "pull")),
    Row(Denied, "this engine asks for other rights or certificates (DOCKER_CERT_PATH)", statuses=(401, 403)),
    Row(Missing, "", statuses=(404,), classes=(sdk.APIError,)),
    Row(Missing, "this engine cannot do that: use a newer one", statuses=(405, 406, 501)),
    Row(Unavailable, _WAIT, statuses=(408, 423, 425, 429)),
    Row(Invalid, "", statuses=(409,)),
    Row(Denied, _DISK, statuses=(507,)),
    Row(Unavailable, _WAIT, statuses=(500, 502, 503, 504)),
    # the SDK's own classes, the most exact first
    Row(Missing, "", classes=(sdk.ImageNotFound, sdk.NotFound, sdk.ContextNotFound)),
    Row(Missing, "use a newer engine", classes=(sdk.InvalidVersion, sdk.DeprecatedMethod)),
    Row(Invalid, "mend ~/.docker/config.json", classes=(sdk.InvalidConfigFile,)),
    Row(Invalid, "look at DOCKER_CERT_PATH and DOCKER_TLS_VERIFY", classes=(sdk.TLSParameterError,)),
    Row(
        Invalid,
        "",
        classes=(
            sdk.InvalidRepository,
            sdk.InvalidArgument,
            sdk.NullResource,
            sdk.MissingContextParameter,
            sdk.ContextAlreadyExists,
            sdk.ContextException,
        ),
    ),
    Row(Rejected, "", classes=(sdk.BuildError, sdk.ContainerError, sdk.ImageLoadError)),
    Row(Unavailable, _WAIT, classes=(sdk.StreamParseError,)),
    Row(Denied, "look at DOCKER_CERT_PATH and DOCKER_TLS_VERIFY", classes=(http.SSLError,)),
    Row(
        Invalid,
        "write the engine's address as unix:///run/docker.sock or tcp://HOST:2376",
        classes=(
            http.InvalidURL,
            http.MissingSchema,
            http.InvalidSchema,
            http.InvalidProxyURL,
            http.URLRequired,
            http.InvalidHeader,
        ),
    ),
    Row(Unavailable, _ENGINE, classes=(http.RequestException,)),
    Row(Rejected, "", classes=(sdk.DockerException,)),
    Row(Rejected, ""),
)
"""In order. The last row fits everything: a message that nobody knows asks for another request."""

VENDOR_ERRORS = (
    sdk.DockerException,
    sdk.StreamParseError,
    credentials.StoreError,
    credentials.InitializationError,
    http.RequestException,
)
"""Everything that the SDK raises."""


@contextmanager
def translated(subject: Subject) -> Iterator[None]:
    """Raise our errors for the SDK's."""
    try:
        yield
    except VENDOR_ERRORS as error:
        raise step_error(subject, error) from error


def step_error(subject: Subject, error: Exception) -> StepError:
    """Our error for an exception of the SDK."""
    text = said(error)
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    return _made(subject, row_for(subject.action, text, status, type(error)), text)


def reported(subject: Subject, text: str) -> StepError:
    """Our error for a message that came inside a stream."""
    return _made(subject, row_for(subject.action, text, None, None), text)


def row_for(action: Action, text: str, status: int | None, kind: type[Exception] | None) -> Row:
    """The first row that fits."""
    return next(row for row in TABLE if _fits(row, action, text, status, kind))


def said(error: Exception) -> str:
    """What the engine said, without the SDK's wrapping."""
    explanation = getattr(error, "explanation", None)
    text = explanation if isinstance(explanation, str) and explanation else str(error) or type(error).__name__
    return " ".join(text.split())


def _fits(row: Row, action: Action, text: str, status: int | None, kind: type[Exception] | None) -> bool:
    return (
        (not row.text or re.search(row.text, text, re.IGNORECASE) is not None)
        and (not row.statuses or status in row.statuses)
        and (not row.classes or (kind is not None and issubclass(kind, row.classes)))
        and (not row.actions or action in row.actions)
    )


def _made(subject: Subject, row: Row, text: str) -> StepError:
    return row.error(
        f"cannot {subject.action} {subject.thing}: {text}", hint=row.hint.replace("{registry}", subject.registry)
    )
