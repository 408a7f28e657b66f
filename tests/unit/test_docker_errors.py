"""Every row of the engine's mapping table, every status, and every exception of the SDK."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import NamedTuple

import pytest
from docker import errors as sdk
from docker.credentials import errors as credentials
from requests import exceptions as http

from adapters.docker.error_table import TABLE, Action
from adapters.docker.errors import VENDOR_ERRORS, row_for
from tasks.errors import Denied, Invalid, Missing, Rejected, StepError, Unavailable


class Seen(NamedTuple):
    """A message as an engine, a registry or the SDK was seen to give it, and what it means."""

    error: type[StepError]
    action: Action
    text: str
    status: int | None = None
    kind: type[Exception] | None = None


MESSAGES = (
    Seen(
        Denied, "reach", "('Connection aborted.', PermissionError(13, 'Permission denied'))", None, http.ConnectionError
    ),
    Seen(Missing, "reach", "('Connection aborted.', FileNotFoundError(2, 'No such file'))", None, http.ConnectionError),
    Seen(Missing, "reach", "Failed to establish a new connection: [Errno 111] Connection refused"),
    Seen(
        Missing, "inspect", "client version 1.20 is too old. Minimum supported API version is 1.44", 400, sdk.APIError
    ),
    Seen(Rejected, "build", "dockerfile parse error line 2: unknown instruction: FETCH"),
    Seen(Rejected, "build", 'building at STEP "FETCH ": Build error: Unknown instruction: "FETCH"'),
    Seen(Invalid, "run", "Bind for 127.0.0.1:8080 failed: port is already allocated", 500, sdk.APIError),
    Seen(Invalid, "run", "cannot listen on the TCP port: listen tcp4 127.0.0.1:80: bind: address already in use", 500),
    Seen(Invalid, "run", 'Conflict. The container name "/shop" is already in use by container "ab"', 409, sdk.APIError),
    Seen(Invalid, "run", "container create: that name is already in use", 500, sdk.APIError),
    Seen(Invalid, "change", "Invalid container name (/a b), only [a-zA-Z0-9] are allowed", 400, sdk.APIError),
    Seen(Invalid, "change", "names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument", 500, sdk.APIError),
    Seen(Rejected, "push", "name invalid: invalid repository name"),
    Seen(Invalid, "tag", "normalizing image: invalid reference format: must be lowercase", 500, sdk.APIError),
    Seen(Rejected, "run", 'exec: "gunicorn": executable file not found in $PATH: unknown', 400, sdk.NotFound),
    Seen(Rejected, "start", 'exec: "/srv/run": permission denied: OCI permission denied', 500, sdk.APIError),
    Seen(Rejected, "run", "exec /app: exec format error", 500, sdk.APIError),
    Seen(Rejected, "run", "unable to find user app: no matching entries in passwd file", 500, sdk.APIError),
    Seen(Rejected, "run", "Minimum memory limit allowed is 6MB", 400, sdk.APIError),
    Seen(Rejected, "run", "runc create failed: error mounting tmpfs: OCI runtime error", 500, sdk.APIError),
    Seen(Rejected, "change", "container rootfs is marked read-only", 500, sdk.APIError),
    Seen(Missing, "stop", "No such container: 00", 404, sdk.NotFound),
    Seen(Missing, "stop", 'no container with name or ID "00" found: no such container', 404, sdk.NotFound),
    Seen(Unavailable, "remove", "removal of container ab is already in progress", 409, sdk.APIError),
    Seen(Denied, "pull", "write /var/lib/docker/tmp/x: no space left on device"),
    Seen(Denied, "push", "denied: storage quota exceeded"),
    Seen(Unavailable, "pull", "toomanyrequests: You have reached your pull rate limit"),
    Seen(Denied, "push", 'Get "https://registry.invalid/v2/": x509: certificate signed by unknown authority'),
    Seen(Denied, "push", "http: server gave HTTP response to HTTPS client"),
    Seen(
        Missing,
        "push",
        "docker-credential-x not installed or not available in PATH",
        None,
        credentials.InitializationError,
    ),
    Seen(Denied, "push", "odd", None, credentials.InitializationError),
    Seen(Denied, "push", "Credentials store error: StoreError('locked')", None, sdk.DockerException),
    Seen(Denied, "push", "Credentials store docker-credential-x exited with 1", None, credentials.StoreError),
    Seen(Denied, "push", "unauthorized: authentication required"),
    Seen(Denied, "push", "denied: requested access to the resource is denied"),
    Seen(Denied, "pull", "pull access denied for x, repository does not exist or may require 'docker login'", 404),
    Seen(Denied, "build", "no active sessions"),
    Seen(Denied, "build", "pull access denied: insufficient_scope: authorization failed"),
    Seen(Unavailable, "push", 'Get "https://registry.invalid/v2/": dial tcp: lookup registry.invalid: no such host'),
    Seen(Unavailable, "push", "received unexpected HTTP status: 503 Service Unavailable"),
    Seen(Unavailable, "pull", "net/http: TLS handshake timeout"),
    Seen(Unavailable, "push", "blob upload unknown"),
    Seen(Rejected, "pull", "no matching manifest for linux/arm64/v8 in the manifest list entries", 404, sdk.NotFound),
    Seen(Missing, "push", "name unknown: The repository with name 'shop' does not exist in the registry"),
    Seen(Missing, "pull", "manifest for x:9 not found: manifest unknown: manifest unknown", 404, sdk.NotFound),
    Seen(Missing, "push", "An image does not exist locally with the tag: x"),
    Seen(Missing, "tag", "failed to find image x: x: image not known", 404, sdk.NotFound),
    Seen(Rejected, "push", "manifest invalid: manifest invalid"),
    Seen(Rejected, "run", "something is wrong with it", 400, sdk.APIError),
    Seen(Denied, "pull", "no", 401, sdk.APIError),
    Seen(Denied, "inspect", "authorization denied by plugin", 403, sdk.APIError),
    Seen(Missing, "inspect", "page not found", 404, sdk.APIError),
    Seen(Missing, "build", "not implemented", 501, sdk.APIError),
    Seen(Unavailable, "push", "slow down", 429, sdk.APIError),
    Seen(Invalid, "remove", "conflict", 409, sdk.APIError),
    Seen(Denied, "build", "full", 507, sdk.APIError),
    Seen(Unavailable, "inspect", "no idea", 500, sdk.APIError),
    Seen(Missing, "inspect", "odd", None, sdk.NotFound),
    Seen(Missing, "inspect", "odd", None, sdk.InvalidVersion),
    Seen(Invalid, "push", "odd", None, sdk.InvalidConfigFile),
    Seen(Invalid, "reach", "odd", None, sdk.TLSParameterError),
    Seen(Invalid, "push", "odd", None, sdk.InvalidRepository),
    Seen(Invalid, "reach", "odd", None, sdk.ContextException),
    Seen(Rejected, "build", "odd", None, sdk.BuildError),
    Seen(Unavailable, "build", "odd", None, sdk.StreamParseError),
    Seen(Denied, "reach", "odd", None, http.SSLError),
    Seen(Invalid, "reach", "odd", None, http.InvalidURL),
    Seen(Unavailable, "build", "odd", None, http.ChunkedEncodingError),
    Seen(Rejected, "push", "nobody has ever seen this"),
)


@pytest.mark.parametrize("seen", MESSAGES, ids=lambda seen: f"{seen.action}-{seen.text[:40]}")
def test_a_message_has_its_remedy(seen: Seen) -> None:
    assert row_for(seen.action, seen.text, seen.status, seen.kind).error is seen.error


def test_every_row_of_the_table_speaks_for_some_message() -> None:
    spoken = [row_for(seen.action, seen.text, seen.status, seen.kind) for seen in MESSAGES]
    assert [row for row in TABLE if not any(row is each for each in spoken)] == []


def _public(module: ModuleType) -> list[type[Exception]]:
    found = inspect.getmembers(module, lambda each: inspect.isclass(each) and issubclass(each, Exception))
    return [each for _, each in found if each.__module__ == module.__name__ and not issubclass(each, Warning)]


@pytest.mark.parametrize("kind", [*_public(sdk), *_public(credentials), *_public(http)], ids=lambda kind: kind.__name__)
def test_every_public_exception_of_the_sdk_is_translated(kind: type[Exception]) -> None:
    assert issubclass(kind, VENDOR_ERRORS)
    assert issubclass(row_for("inspect", "odd", None, kind).error, StepError)


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 422, 423, 425, 429, 500, 501, 502, 503, 504, 507]
)
def test_every_listed_status_has_a_remedy(status: int) -> None:
    row = row_for("inspect", "odd", status, sdk.APIError)
    assert status in row.statuses
