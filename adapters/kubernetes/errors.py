"""What an API server, or the way to it, says, as an error named by its remedy. The rows are in `error_table`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import urllib3.exceptions as http
from kubernetes.client import exceptions as api
from kubernetes.config import ConfigException

from adapters.kubernetes.error_table import TABLE, Action, Row
from tasks.errors import StepError


class Subject(NamedTuple):
    """What was being done to which thing."""

    action: Action
    thing: str
    namespace: str = "default"


VENDOR_ERRORS = (api.OpenApiException, ConfigException, http.HTTPError, http.ProxySchemeUnsupported)
"""Everything that the client raises."""

_LONGEST = 2000
_POOL = re.compile(r"^\w*Pool\(host=[^)]*\): |<[\w.]+ object at 0x[0-9a-f]+>: |^\w+Error\(|^SSLError\s+")


@contextmanager
def translated(subject: Subject) -> Iterator[None]:
    """Raise our errors for the client's."""
    try:
        yield
    except VENDOR_ERRORS as error:
        status = error.status or None if isinstance(error, api.ApiException) else None
        raise step_error(subject, said(error), status, type(error)) from error


def refused(subject: Subject, status: int, body: bytes) -> StepError:
    """Our error for an answer with this status."""
    return step_error(subject, message_of(body) or f"the server answered {status}", status, None)


def step_error(subject: Subject, text: str, status: int | None, kind: type[Exception] | None) -> StepError:
    """Our error; the server's own words are kept."""
    row = row_for(text, status, kind)
    message = f"cannot {subject.action} {subject.thing}: {text}"
    return row.error(message, hint=row.hint.replace("{namespace}", subject.namespace))


def row_for(text: str, status: int | None, kind: type[Exception] | None) -> Row:
    """The first row that fits."""
    return next(row for row in TABLE if _fits(row, text, status, kind))


def message_of(body: bytes) -> str:
    """The readable message of a Status; of anything else its beginning."""
    try:
        found = json.loads(body)
    except ValueError:
        return _one_line(body.decode(errors="replace"))[:300]
    message = found.get("message") if isinstance(found, dict) else None
    return _one_line(message) if isinstance(message, str) else ""


def said(error: Exception) -> str:
    """What happened, on one line, without the client's wrapping."""
    if isinstance(error, api.ApiException):
        body = error.body if isinstance(error.body, str) else ""
        return message_of(body.encode()) or _unwrapped(str(error.reason or type(error).__name__))
    if isinstance(error, http.MaxRetryError) and error.reason:
        return _unwrapped(str(error.reason))
    return _unwrapped(str(error) or type(error).__name__)


def _fits(row: Row, text: str, status: int | None, kind: type[Exception] | None) -> bool:
    return (
        (not row.text or re.search(row.text, text, re.IGNORECASE) is not None)
        and (not row.statuses or status in row.statuses)
        and (not row.classes or (kind is not None and issubclass(kind, row.classes)))
    )


def _unwrapped(text: str) -> str:
    return _POOL.sub("", _one_line(text))


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text[:_LONGEST]).split())
