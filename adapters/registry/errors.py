"""What httpx's exceptions, HTTP's statuses and the registries' own error codes mean: three tables, tested offline."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from tasks.errors import Denied, Invalid, Rejected, StepError, Unavailable

_LOGIN = "docker login {registry}"
_LATER = "try again later"
_REACH = "check the registry's name and the network"


@dataclass(frozen=True)
class Row:
    """The error that something stands for; the texts may name {registry}, {repository}, {who}, {detail}."""

    error: type[StepError]
    says: str
    hint: str


_REFUSED = Row(Denied, "{registry} refuses {who} access to {repository}{detail}", _LOGIN)
_LIMITED = Row(Unavailable, "{registry} has had too many requests from {who}{detail}", "wait{retry}, or " + _LOGIN)
_FAULT = Row(Unavailable, "{registry} cannot answer now{detail}", "try again{retry}")
_REQUEST = Row(Rejected, "{registry} does not accept the request for {repository}{detail}", "check the image's name")
_TLS = Row(
    Denied,
    "the certificate of {registry} cannot be trusted{detail}",
    "name its authority: [[registry.ca_files]] with registry and file",
)
_NOT_TLS = Row(
    Denied, "{registry} does not speak TLS{detail}", "where it is meant to be plain: [registry] plain_http = [{quoted}]"
)
_BROKEN = Row(Unavailable, "the connection to {registry} broke{detail}", _LATER)
_SLOW = Row(Unavailable, "{registry} did not answer in time", _REACH)
_ODD = Row(Rejected, "{registry} does not answer as a registry does{detail}", "check the registry's name")

EXCEPTIONS: dict[type[Exception], Row | None] = {
    httpx.ConnectTimeout: _SLOW,
    httpx.ReadTimeout: _SLOW,
    httpx.WriteTimeout: _SLOW,
    httpx.PoolTimeout: _SLOW,
    httpx.TimeoutException: _SLOW,
    httpx.ConnectError: Row(Unavailable, "{registry} cannot be reached{detail}", _REACH),
    httpx.ReadError: _BROKEN,
    httpx.WriteError: _BROKEN,
    httpx.CloseError: _BROKEN,
    httpx.NetworkError: _BROKEN,
    httpx.RemoteProtocolError: _BROKEN,
    httpx.LocalProtocolError: _REQUEST,
    httpx.ProtocolError: _BROKEN,
    httpx.ProxyError: Row(Unavailable, "the proxy to {registry} failed{detail}", "check the proxy's settings"),
    httpx.UnsupportedProtocol: _ODD,
    httpx.TransportError: _BROKEN,
    httpx.DecodingError: _ODD,
    httpx.TooManyRedirects: _ODD,
    httpx.RequestError: _BROKEN,
    httpx.HTTPError: _BROKEN,
    httpx.InvalidURL: Row(Invalid, "{registry} is no address{detail}", "write HOST[:PORT]"),
    # a wrong use of httpx would be a bug of ours, which is raised as it is
    httpx.HTTPStatusError: None,
    httpx.CookieConflict: None,
    httpx.StreamError: None,
    httpx.StreamConsumed: None,
    httpx.StreamClosed: None,
    httpx.ResponseNotRead: None,
    httpx.RequestNotRead: None,
}

CODES: dict[str, Row] = {
    "UNAUTHORIZED": _REFUSED,
    "DENIED": _REFUSED,
    "NAME_INVALID": Row(Invalid, "{registry} does not allow the name {repository}{detail}", "choose another name"),
    "NAME_UNKNOWN": Row(
        Denied,
        "{registry} has no repository {repository}, and makes none by itself{detail}",
        "create {repository} in the registry",
    ),
    "TAG_INVALID": Row(Invalid, "{registry} does not allow the tag{detail}", "choose another tag"),
    "TOOMANYREQUESTS": _LIMITED,
    "UNAVAILABLE": _FAULT,
    "UNSUPPORTED": Row(
        Denied, "{registry} takes no uploads for {repository}{detail}", "push elsewhere: --image REGISTRY/NAME"
    ),
    "MANIFEST_UNKNOWN": _REQUEST,
    "MANIFEST_INVALID": _REQUEST,
    "MANIFEST_UNVERIFIED": _REQUEST,
    "MANIFEST_BLOB_UNKNOWN": _REQUEST,
    "BLOB_UNKNOWN": _REQUEST,
    "BLOB_UPLOAD_INVALID": _REQUEST,
    "BLOB_UPLOAD_UNKNOWN": _REQUEST,
    "DIGEST_INVALID": _REQUEST,
    "SIZE_INVALID": _REQUEST,
    "RANGE_INVALID": _REQUEST,
    "PAGINATION_NUMBER_INVALID": _REQUEST,
}

STATUSES: dict[int, Row] = {
    400: _REQUEST,
    401: _REFUSED,
    402: Row(Denied, "{registry} wants to be paid for {repository}{detail}", "look at the plan of your account"),
    403: _REFUSED,
    404: CODES["NAME_UNKNOWN"],
    405: CODES["UNSUPPORTED"],
    406: _REQUEST,
    407: Row(Denied, "the proxy to {registry} asks for a login", "check the proxy's settings"),
    408: _FAULT,
    413: _REQUEST,
    415: _REQUEST,
    416: _REQUEST,
    425: _FAULT,
    429: _LIMITED,
    500: _FAULT,
    502: _FAULT,
    503: _FAULT,
    504: _FAULT,
    507: Row(Denied, "{registry} has no space left{detail}", "free space in the registry"),
}


def error_for_status(
    status: int, headers: httpx.Headers, body: bytes, *, registry: str, repository: str, who: str
) -> StepError:
    """The error that an answer stands for: by the registry's own code, else by the status."""
    code, message = _first_error(body)
    row = CODES.get(code) if status not in _DECIDED_BY_STATUS and not httpx.codes.is_server_error(status) else None
    row = row or STATUSES.get(status) or _by_class(status)
    detail = f": {message}" if message else f" (HTTP {status})"
    return _filled(
        row,
        registry=registry,
        repository=repository,
        who=who,
        detail=detail,
        retry_after=headers.get("Retry-After", ""),
    )


def error_for_exception(error: Exception, *, registry: str, timeout_s: float) -> StepError | None:
    """The error that an exception of httpx stands for; None when it is a bug of ours."""
    causes = list(_causes(error))
    detail = f": {_clean(str(causes[-1]) or type(causes[-1]).__name__)}"
    row = next((EXCEPTIONS[kind] for kind in type(error).__mro__ if kind in EXCEPTIONS), None)
    if row is None:
        return None
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        row = _TLS
    elif any(isinstance(cause, ssl.SSLError) and cause.reason in _PLAIN_ANSWERS for cause in causes):
        row = _NOT_TLS
    elif any(isinstance(cause, httpx.InvalidURL) for cause in causes[1:]):
        row = _ODD  # a redirect to no address
    elif any(isinstance(cause, socket.gaierror) for cause in causes):
        row = Row(Unavailable, "the host {registry} cannot be found{detail}", _REACH)
    if row is _SLOW:
        row = Row(row.error, f"{{registry}} did not answer within {timeout_s:g} s", row.hint)
    return _filled(row, registry=registry, repository="", who="", detail=detail, retry_after="")


_DECIDED_BY_STATUS = frozenset({401, 403, 429})
_PLAIN_ANSWERS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE"})


def _by_class(status: int) -> Row:
    if httpx.codes.is_server_error(status):
        return _FAULT
    return _REQUEST if httpx.codes.is_client_error(status) else _ODD


def _filled(row: Row, *, registry: str, repository: str, who: str, detail: str, retry_after: str) -> StepError:
    retry = f" {retry_after} s" if re.fullmatch(r"\d{1,6}", retry_after) else " a while"
    values = {"registry": registry, "repository": repository or "the image", "who": who, "detail": detail}
    # a second format would take braces in a server's words for fields of ours
    return row.error(row.says.format(**values), hint=row.hint.format(**values, retry=retry, quoted=f'"{registry}"'))


def _first_error(body: bytes) -> tuple[str, str]:
    """Code and message of the first error in the answer of a registry, or of a token service."""
    try:
        answer = json.loads(body)
        first = answer["errors"][0] if "errors" in answer else answer
        code = first.get("code")
        message = first.get("message") or first.get("details") or first.get("error_description")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return "", ""
    return (code if isinstance(code, str) else "").upper(), _clean(message if isinstance(message, str) else "")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text[:1000]).split())[:300]
