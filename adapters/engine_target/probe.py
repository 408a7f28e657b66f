"""Asks applications over HTTP, on loopback, in bounded time and size: they may answer anything.

Nothing is kept open between questions, so that no connection of ours holds on to a release that is to be stopped, and
no proxy of the environment is used.
"""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass
from typing import Literal

import httpx

from adapters.deadline import Deadline
from tasks.errors import Invalid, StepError, Unavailable
from tasks.models import HttpAnswer

_MOST_CHARACTERS = 2_000
_MOST_BYTES = 4 * _MOST_CHARACTERS
_MOST_REDIRECTS = 5
_OK, _BAD_REQUEST = 200, 400
_HEADERS = {"User-Agent": "containerkit", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}

ERRORS: tuple[tuple[type[Exception], type[StepError], str], ...] = (
    (httpx.ConnectTimeout, Unavailable, "takes no connection in time"),
    (httpx.ConnectError, Unavailable, "refuses the connection"),
    (httpx.TimeoutException, Unavailable, "does not answer in time"),
    (httpx.RemoteProtocolError, Unavailable, "closes the connection without an HTTP answer"),
    (httpx.ReadError, Unavailable, "breaks the connection off"),
    (httpx.TransportError, Unavailable, "cannot be spoken to"),
    (httpx.DecodingError, Unavailable, "sends an answer that cannot be decoded"),
    (httpx.TooManyRedirects, Unavailable, "redirects in a circle"),
    (httpx.HTTPError, Unavailable, "does not answer as it should"),
    (httpx.StreamError, Unavailable, "breaks its answer off"),
    (httpx.CookieConflict, Unavailable, "sets contradicting cookies"),
    (httpx.InvalidURL, Invalid, "cannot be asked for this path"),
)
"""What each exception of httpx means; the first row that fits speaks."""

Health = Literal["well", "unwell", "silent"]


@dataclass(frozen=True)
class Probed:
    """What one question told: well, answering but not well, or no answer."""

    health: Health
    detail: str
    answer: HttpAnswer | None = None


class Probe:
    """Questions to whoever listens on an address of loopback."""

    def __init__(self, transport: httpx.BaseTransport | None) -> None:
        # no answer on loopback is encrypted, so no certificates are read
        self._client = httpx.Client(
            transport=transport or httpx.HTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)),
            trust_env=False,
            headers=_HEADERS,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def ask(self, address: str, path: str, timeout_s: float) -> HttpAnswer:
        """The answer to GET `path`, redirects within the application followed. Raises Unavailable or Invalid."""
        if not path.startswith("/") or not path.isprintable() or " " in path:
            raise Invalid(f"{path!r} is not the path of a URL", hint="write it like /healthz")
        started, deadline = time.monotonic(), Deadline(timeout_s)
        self._client.cookies.clear()
        try:
            url = httpx.URL(f"http://{address}{path}")
            for _ in range(_MOST_REDIRECTS):
                answer, onward = self._once(url, address, deadline, started)
                if onward is None:
                    break
                url = onward
        except tuple(row[0] for row in ERRORS) as error:
            kind, what = next((kind, what) for cause, kind, what in ERRORS if isinstance(error, cause))
            raise kind(f"{address} {what}, asked for {path}", hint="look at what it prints") from error
        return answer

    def probe(self, address: str, health_path: str | None, timeout_s: float) -> Probed:
        """Whether it is well: 2xx or 3xx at its health path, any answer at all where none is known."""
        try:
            answer = self.ask(address, health_path or "/", timeout_s)
        except Unavailable as error:
            if health_path is None and _says_anything(address, timeout_s):
                return Probed("well", "answers, but not in HTTP")
            return Probed("silent", error.message)
        if health_path is None:
            return Probed("well", f"answers {answer.status} at /, health path unknown", answer)
        well = _OK <= answer.status < _BAD_REQUEST
        return Probed("well" if well else "unwell", f"answers {answer.status} at {health_path}", answer)

    def close(self) -> None:
        """Give sockets back."""
        self._client.close()

    def _once(
        self, url: httpx.URL, address: str, deadline: Deadline, started: float
    ) -> tuple[HttpAnswer, httpx.URL | None]:
        with self._client.stream("GET", url, timeout=deadline.left_s()) as response:
            body = _body(response, deadline)
            onward = response.next_request.url if response.next_request else None
        answer = HttpAnswer(
            url=str(url),
            way=f"published port {address}",
            status=response.status_code,
            content_type=_shown(response.headers.get("Content-Type", ""))[:200],
            body=body,
            duration_ms=(time.monotonic() - started) * 1000,
        )
        inside = onward is not None and (onward.scheme, onward.host, onward.port) == (url.scheme, url.host, url.port)
        return answer, onward if inside else None


def _body(response: httpx.Response, deadline: Deadline) -> str:
    """The beginning of the text, as it came: a compressed answer could be of any size."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return ""
    content = b""
    for chunk in response.iter_raw():
        content += chunk
        if len(content) >= _MOST_BYTES or deadline.passed:
            break
    try:
        text = content.decode(response.charset_encoding or "utf-8", errors="replace")
    except LookupError:
        text = content.decode(errors="replace")
    return _shown(text)[:_MOST_CHARACTERS]


def _shown(text: str) -> str:
    return "".join(each if each.isprintable() or each in "\n\t" else "�" for each in text.replace("\r\n", "\n"))


def _says_anything(address: str, timeout_s: float) -> bool:
    """Whether it answers at all to a line of text, be it in another protocol."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=timeout_s) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            return bool(connection.recv(1))
    except OSError:
        return False
