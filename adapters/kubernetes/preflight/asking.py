"""Questions to an API server within one deadline, and its answers as they came: a refusal is an answer too."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, NamedTuple, TypeVar

from kubernetes.client import ApiClient
from kubernetes.client.exceptions import ApiException
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from tasks.errors import Rejected, Unavailable

_LONGEST_CALL_S = 5.0
_FORBIDDEN = 403
_ABSENT = 404
_FIRST_FAILURE = 400


class Seen(BaseModel):
    """The part of an answer that we read, in the API's words; the rest is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


def _none_is_empty(value: object) -> object:
    return () if value is None else value


_Item = TypeVar("_Item")
Many = Annotated[tuple[_Item, ...], BeforeValidator(_none_is_empty)]
"""A list; Go writes an empty one as null, too."""
S = TypeVar("S", bound=Seen)


class _Status(Seen):
    message: str = ""


class Refused(NamedTuple):
    """These credentials may not see it, so nothing is known about it."""

    reason: str


class Absent(NamedTuple):
    """There is no such thing."""


class Questions:
    """One connection and what is left of the time."""

    def __init__(self, api: ApiClient, *, timeout_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._timeout_s = timeout_s
        self._now = now
        self._end = now() + timeout_s
        self.server_date = ""
        """The Date header of the first answer."""
        self.first_seen = datetime.now(UTC)
        """When that answer came."""
        self.asked_s = 0.0
        """How long that answer took."""

    @property
    def server(self) -> str:
        """The address that is asked."""
        return str(self._api.configuration.host)

    def left_s(self) -> float:
        """What the next call may take. Raises Unavailable when nothing is left."""
        left = self._end - self._now()
        if left <= 0:
            raise Unavailable(f"{self.server} did not answer all questions within {self._timeout_s:g} s")
        return min(left, _LONGEST_CALL_S)

    def get(self, path: str, seen: type[S]) -> S | Refused | Absent:
        """What is there. Raises what the client raises, ApiException for any other failure."""
        return self._ask("GET", path, seen, None)

    def post(self, path: str, seen: type[S], document: Seen) -> S | Refused | Absent:
        """The answer to a question that is itself a document."""
        return self._ask("POST", path, seen, document)

    def _ask(self, method: str, path: str, seen: type[S], document: Seen | None) -> S | Refused | Absent:
        left_s = self.left_s()
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        body = document.model_dump(by_alias=True) if document else None
        call = self._api.param_serialize(method, path, header_params=headers, body=body, auth_settings=["BearerToken"])
        started = self._now()
        answer = self._api.call_api(*call, _request_timeout=(left_s, left_s))
        text: bytes = answer.read()  # type: ignore[no-untyped-call]  # the client's own
        if not self.server_date:
            self.server_date, self.asked_s = answer.headers.get("Date", ""), self._now() - started
            self.first_seen = datetime.now(UTC)
        if answer.status == _ABSENT:
            return Absent()
        if answer.status == _FORBIDDEN:
            return Refused(_reason(text))
        if answer.status >= _FIRST_FAILURE:
            raise ApiException.from_response(http_resp=answer, body=text.decode(errors="replace"), data=None)
        try:
            return seen.model_validate_json(text)
        except ValidationError as error:
            raise Rejected(
                f"{self.server}{path} did not answer as a Kubernetes API server does: {error.errors()[0]['msg']}",
                hint="look at the server's address in the kubeconfig",
            ) from error


def _reason(text: bytes) -> str:
    try:
        return _Status.model_validate_json(text).message
    except ValidationError:
        return text.decode(errors="replace")[:200]
