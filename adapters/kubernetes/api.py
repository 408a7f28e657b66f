"""Asks an API server in its own words: one document there, one document back, within a time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Literal, TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from adapters.kubernetes.connection import Connection
from adapters.kubernetes.errors import Subject, refused, translated
from adapters.kubernetes.preflight.asking import Seen
from tasks.errors import Rejected

S = TypeVar("S", bound=Seen)
Node = Mapping[str, object]
MANAGER = "containerkit"
_JSON = "application/json"
_APPLY = "application/apply-patch+yaml"
_ABSENT = 404
_FIRST_FAILURE = 400
_WARNING = re.compile(r'\d{3} \S+ "((?:[^"\\]|\\.)*)"')


class Reply:
    """A document, and the server's warnings with it."""

    def __init__(self, status: int, content: bytes, warnings: tuple[str, ...]) -> None:
        self.status = status
        self.content = content
        self.warnings = warnings

    def node(self) -> Node:
        """The document as it is."""
        found = json.loads(self.content)
        return found if isinstance(found, Mapping) else {}

    def read(self, seen: type[S], path: str) -> S:
        """The document. Raises Rejected for what is none."""
        try:
            return seen.model_validate_json(self.content)
        except ValidationError as error:
            raise Rejected(
                f"{path} did not answer as a Kubernetes API server does: {error.errors()[0]['msg']}",
                hint="look at the server's address in the kubeconfig",
            ) from error


class Api:
    """One connection. Safe to be used by several threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ahead_s = 0.0

    @property
    def connection(self) -> Connection:
        """Where it leads."""
        return self._connection

    def now(self) -> float:
        """The server's time, as its last answer told it: seconds since the epoch."""
        return time.time() + self._ahead_s

    def find(self, path: str, seen: type[S], subject: Subject, *, timeout_s: float, **query: str) -> S | None:
        """What is there, or None."""
        reply = self.call("GET", path, subject, timeout_s=timeout_s, absent_is="answered", query=query)
        return None if reply.status == _ABSENT else reply.read(seen, path)

    def listed(self, path: str, seen: type[S], subject: Subject, *, timeout_s: float, **query: str) -> S:
        """The list."""
        return self.call("GET", path, subject, timeout_s=timeout_s, query=query).read(seen, path)

    def create(self, path: str, document: Node, subject: Subject, *, timeout_s: float) -> Reply:
        """POST."""
        return self.call("POST", path, subject, document=document, timeout_s=timeout_s)

    def replace(self, path: str, document: Node, subject: Subject, *, timeout_s: float) -> Reply:
        """PUT; refused when its resourceVersion is not the newest."""
        return self.call("PUT", path, subject, document=document, timeout_s=timeout_s)

    def apply(self, path: str, document: Node, subject: Subject, *, timeout_s: float, **query: str) -> Reply:
        """Server-side apply as our field manager, never forced; `dryRun="All"` changes nothing."""
        query = {"fieldManager": MANAGER, **query}
        return self.call("PATCH", path, subject, document=document, timeout_s=timeout_s, query=query)

    def delete(self, path: str, document: Node, subject: Subject, *, timeout_s: float) -> bool:
        """Whether there was something to delete."""
        reply = self.call("DELETE", path, subject, document=document, timeout_s=timeout_s, absent_is="answered")
        return reply.status != _ABSENT

    def call(
        self,
        method: str,
        path: str,
        subject: Subject,
        *,
        timeout_s: float,
        document: Node | None = None,
        absent_is: Literal["refused", "answered"] = "refused",
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """One question. Raises our errors for failures; 404 is one unless it is told to be an answer."""
        client = self._connection.client
        headers = {"Accept": _JSON, "Content-Type": _APPLY if method == "PATCH" else _JSON}
        with translated(subject):
            request = client.param_serialize(
                method, path, query_params=[*(query or {}).items()], header_params=headers, body=document,
                auth_settings=["BearerToken"],
            )  # fmt: skip
            answer = client.call_api(*request, _request_timeout=(timeout_s, timeout_s))
            content = bytes(answer.read() or b"")  # type: ignore[no-untyped-call]  # the library's own
        self._tell_time(answer.headers.get("Date", ""))
        if answer.status >= _FIRST_FAILURE and not (answer.status == _ABSENT and absent_is == "answered"):
            raise refused(subject, answer.status, content)
        return Reply(answer.status, content, _warnings(answer.headers))

    def _tell_time(self, date: str) -> None:
        try:
            self._ahead_s = parsedate_to_datetime(date).timestamp() - time.time()
        except ValueError:
            return


def namespaced(prefix: str, namespace: str, plural: str, *names: str) -> str:
    """The path of a collection or of an object in it: `/api/v1/namespaces/shop/services/web`."""
    return "/".join(
        (prefix, "namespaces", quote(namespace, safe=""), plural, *(quote(name, safe=":") for name in names))
    )


def _warnings(headers: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(re.sub(r"\\(.)", r"\1", text) for text in _WARNING.findall(headers.get("Warning", "")))
