"""The tables of httpx's exceptions, of statuses and of registries' codes, offline."""

from __future__ import annotations

import inspect
import json
import socket
import ssl
from http import HTTPStatus

import httpx
import pytest

from adapters.registry.errors import CODES, EXCEPTIONS, STATUSES, Row, error_for_exception, error_for_status
from tasks.errors import Denied, Invalid, Rejected, StepError, Unavailable

REGISTRY = "registry.invalid"


def of_status(status: int, code: str = "", message: str = "", **headers: str) -> StepError:
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode() if code else b""
    return error_for_status(
        status, httpx.Headers(headers), body, registry=REGISTRY, repository="team/app", who="anonymous"
    )


def of_exception(error: Exception, *, caused_by: Exception | None = None) -> StepError | None:
    error.__cause__ = caused_by
    return error_for_exception(error, registry=REGISTRY, timeout_s=3)


def test_every_public_exception_of_httpx_has_a_row() -> None:
    public = {kind for _, kind in inspect.getmembers(httpx, inspect.isclass) if issubclass(kind, Exception)}

    assert public == set(EXCEPTIONS)


@pytest.mark.parametrize(
    "kind", [kind for kind, row in EXCEPTIONS.items() if row is None], ids=lambda kind: kind.__name__
)
def test_a_wrong_use_of_httpx_stays_a_bug_of_ours(kind: type[Exception]) -> None:
    assert of_exception(kind.__new__(kind)) is None


@pytest.mark.parametrize(
    ("kind", "row"), [each for each in EXCEPTIONS.items() if each[1] is not None], ids=lambda part: str(part)[:40]
)
def test_an_exception_becomes_the_error_of_its_row(kind: type[Exception], row: Row) -> None:
    error = of_exception(kind("told so"))

    assert type(error) is row.error
    assert error is not None
    assert REGISTRY in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("cause", "error", "says"),
    [
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), Denied, "certificate"),
        (socket.gaierror(-2, "Name or service not known"), Unavailable, "cannot be found"),
        (ConnectionRefusedError(111, "Connection refused"), Unavailable, "Connection refused"),
        (httpx.InvalidURL("bad port"), Rejected, "does not answer as a registry does"),
    ],
)
def test_what_lies_behind_an_exception_decides(cause: Exception, error: type[StepError], says: str) -> None:
    found = of_exception(httpx.ConnectError("no"), caused_by=cause)

    assert type(found) is error
    assert says in str(found)


def test_a_time_out_names_the_time() -> None:
    assert str(of_exception(httpx.ReadTimeout(""))) == "registry.invalid did not answer within 3 s"


@pytest.mark.parametrize("status", [status.value for status in HTTPStatus if status >= 300])
def test_every_status_becomes_an_error_that_says_what_to_do(status: int) -> None:
    error = of_status(status)

    assert REGISTRY in error.message
    assert error.hint
    assert "{" not in error.message + error.hint
    if status >= 500 and status != 507:
        assert isinstance(error, Unavailable)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, Rejected),
        (400, Rejected),
        (401, Denied),
        (403, Denied),
        (404, Denied),
        (405, Denied),
        (408, Unavailable),
        (413, Rejected),
        (415, Rejected),
        (416, Rejected),
        (418, Rejected),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
        (507, Denied),
        (599, Unavailable),
    ],
)
def test_a_status_without_a_code_decides_by_itself(status: int, error: type[StepError]) -> None:
    assert type(of_status(status)) is error


@pytest.mark.parametrize("code", CODES)
def test_a_code_of_the_registry_decides_where_the_status_says_little(code: str) -> None:
    error = of_status(400, code, "told so")

    assert type(error) is CODES[code].error
    assert "told so" in error.message


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_a_status_that_says_it_all_is_not_overruled(status: int) -> None:
    assert type(of_status(status, "NAME_INVALID")) is STATUSES[status].error


def test_the_codes_of_the_distribution_specification_are_all_there() -> None:
    specified = (
        "BLOB_UNKNOWN BLOB_UPLOAD_INVALID BLOB_UPLOAD_UNKNOWN DIGEST_INVALID MANIFEST_BLOB_UNKNOWN MANIFEST_INVALID "
        "MANIFEST_UNKNOWN NAME_INVALID NAME_UNKNOWN SIZE_INVALID UNAUTHORIZED DENIED UNSUPPORTED TOOMANYREQUESTS"
    )
    assert set(specified.split()) <= set(CODES)


def test_name_invalid_is_the_callers() -> None:
    assert type(of_status(400, "NAME_INVALID")) is Invalid


@pytest.mark.parametrize(("header", "hint"), [("17", "wait 17 s"), ("soon", "wait a while"), ("", "wait a while")])
def test_how_long_to_wait_is_said_as_far_as_the_registry_says_it(header: str, hint: str) -> None:
    error = of_status(429, **{"Retry-After": header})

    assert error.hint == f"{hint}, or docker login {REGISTRY}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"errors":[]}',
        b'{"errors":{}}',
        b'{"errors":[1]}',
        b"[" * 100_000,
        b'"x"',
        b"null",
    ],
)
def test_a_body_that_says_nothing_is_no_failure(body: bytes) -> None:
    error = error_for_status(403, httpx.Headers(), body, registry=REGISTRY, repository="team/app", who="user ada")

    assert error.message == "registry.invalid refuses user ada access to team/app (HTTP 403)"


def test_a_token_services_own_words_are_kept() -> None:
    body = b'{"details":"incorrect username or password"}'
    error = error_for_status(401, httpx.Headers(), body, registry=REGISTRY, repository="team/app", who="user ada")

    assert error.message.endswith(": incorrect username or password")
