"""What the engine, its SDK or a registry says, as an error named by its remedy. The rows are in `error_table`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from docker import errors as sdk
from docker.credentials import errors as credentials
from requests import exceptions as http

from adapters.docker.error_table import TABLE, Action, Row
from tasks.errors import StepError


class Subject(NamedTuple):
    """What was being done to which thing."""

    action: Action
    thing: str
    registry: str = "REGISTRY"


VENDOR_ERRORS = (
    sdk.DockerException,
    sdk.StreamParseError,
    credentials.StoreError,
    credentials.InitializationError,
    http.RequestException,
)
"""Everything that the SDK raises."""

_WRAPPING = re.compile(
    r"^(?:failed to solve with frontend dockerfile\.v0: |failed to solve: |failed to create LLB definition: "
    r"|rpc error: code = \w+ desc = |Error response from daemon: )+"
)

_DUMP = re.compile(r" &imagebuilder\.Step\{.*", re.DOTALL)


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
    status = getattr(getattr(error, "response", None), "status_code", None)
    return _made(subject, row_for(subject.action, text, status, type(error)), text)


def reported(subject: Subject, text: str) -> StepError:
    """Our error for a message that came inside a stream."""
    return _made(subject, row_for(subject.action, text, None, None), unwrapped(text))


def row_for(action: Action, text: str, status: int | None, kind: type[Exception] | None) -> Row:
    """The first row that fits."""
    return next(row for row in TABLE if _fits(row, action, text, status, kind))


def said(error: Exception) -> str:
    """What the engine said, on one line, without the SDK's wrapping."""
    explanation = getattr(error, "explanation", None)
    response = getattr(error, "response", None)
    if isinstance(explanation, str) and explanation:
        text = explanation
    elif response is not None:
        text = f"the engine answered {response.status_code} {response.reason}"
    else:
        text = str(error) or type(error).__name__
    return unwrapped(" ".join(text.split()))


def unwrapped(text: str) -> str:
    """The message without the names of the engine's parts that passed it on, and without what they dumped."""
    return _DUMP.sub("", _WRAPPING.sub("", text.strip()))


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
