"""One request whose answer comes in lines, as builds, pushes and pulls do, with one deadline over all of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from docker import APIClient
from docker.errors import StreamParseError, create_api_error_from_http_exception
from pydantic import ValidationError
from requests import Response
from requests.exceptions import HTTPError, RequestException

from adapters.docker.error_table import Action
from adapters.docker.errors import Subject, translated
from adapters.docker.wire import Event
from tasks.errors import Unavailable

_STEPS: Mapping[Action, str] = {"build": "build", "pull": "build", "push": "push"}
"""The step whose time it is."""
_LONGEST_EVENT = 16 * 1024 * 1024


class Deadline:
    """The moment by which something must have ended."""

    def __init__(self, subject: Subject, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self._subject = subject
        self._end = time.monotonic() + timeout_s

    @property
    def left_s(self) -> float:
        """Seconds until then, never 0 or below: a socket takes those for "for ever"."""
        return max(self._end - time.monotonic(), 0.001)

    def check(self) -> None:
        """Raise Unavailable when it has passed."""
        if time.monotonic() >= self._end:
            raise self.passed()

    def passed(self) -> Unavailable:
        """The error that says so."""
        return Unavailable(
            f"cannot {self._subject.action} {self._subject.thing}: it did not end within {self.timeout_s:g} s",
            hint=f"give it more time: timeout_s in [steps.{_STEPS[self._subject.action]}] of containerkit.toml",
        )


@contextmanager
def events(
    client: APIClient,
    path: str,
    *,
    subject: Subject,
    deadline: Deadline,
    params: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
    body: Iterator[bytes] | None = None,
) -> Iterator[Iterator[Event]]:
    """The answer's lines. The connection is closed at the end, which stops the engine's work if it still goes on."""
    url = f"{client.base_url}/v{client.api_version}{path}"
    with _translated(subject, deadline):
        response = client.post(
            url, params=dict(params), headers=dict(headers or {}), data=body, stream=True, timeout=deadline.left_s
        )
    try:
        with _translated(subject, deadline):
            _raise_for_status(response)
        yield _events(response, subject, deadline)
    finally:
        response.close()


@contextmanager
def _translated(subject: Subject, deadline: Deadline) -> Iterator[None]:
    with translated(subject):
        try:
            yield
        except RequestException as error:
            if deadline.left_s <= 0.001:  # noqa: PLR2004 - the floor of left_s
                raise deadline.passed() from error
            raise


def _raise_for_status(response: Response) -> None:
    try:
        response.raise_for_status()
    except HTTPError as error:
        create_api_error_from_http_exception(error)


def _events(response: Response, subject: Subject, deadline: Deadline) -> Iterator[Event]:
    """Each JSON object of the answer; the socket waits no longer than the deadline allows."""
    chunks = response.iter_content(chunk_size=None)
    rest = b""
    while True:
        with _translated(subject, deadline):
            _limit(response, deadline)
            chunk = next(chunks, None)
            *lines, rest = (rest + chunk).split(b"\n") if chunk is not None else (rest, b"")
            found = [_event(line) for line in lines if line.strip()]
            if len(rest) > _LONGEST_EVENT:
                raise StreamParseError("a line of the answer never ends")
        yield from found
        if chunk is None:
            return
        deadline.check()


def _limit(response: Response, deadline: Deadline) -> None:
    connection = response.raw.connection
    sock = getattr(connection, "sock", None)
    if sock is not None:
        sock.settimeout(deadline.left_s)


def _event(line: bytes) -> Event:
    try:
        return Event.model_validate(json.loads(line))
    except (ValueError, ValidationError) as error:
        raise StreamParseError(f"the answer holds {line[:200]!r}") from error
