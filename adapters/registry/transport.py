"""HTTP to one registry: bounded in time and size, and careful with whom it tells a secret.

httpx limits each single read, so a server that drips bytes could hold a call for ever. Here a call ends by its
deadline: whatever sockets it uses are shut down then.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from adapters.registry.address import api_host
from adapters.registry.errors import error_for_exception
from tasks.errors import Invalid, Rejected, Unavailable

LARGEST_ANSWER_BYTES = 4 * 1024 * 1024
_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Deadline:
    """Until when one call of the port may last."""

    timeout_s: float
    at: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", time.monotonic() + self.timeout_s)

    @property
    def left_s(self) -> float:
        """Never negative."""
        return max(0.0, self.at - time.monotonic())


@dataclass(frozen=True)
class Answer:
    """What a server answered; the body is read."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    body: bytes


class Transport:
    """Sends requests on behalf of one registry. Sockets open at the first request."""

    def __init__(self, registry: str, *, ca_file: Path | None) -> None:
        self._registry = registry
        self._client = httpx.Client(verify=_trust(registry, ca_file), follow_redirects=False)
        self._sockets: list[socket.socket] = []

    def send(
        self,
        method: str,
        url: httpx.URL | str,
        *,
        headers: Mapping[str, str],
        deadline: Deadline,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer, after redirects of GET and HEAD; another origin gets no Authorization header."""
        sent = {"Accept-Encoding": "identity", "User-Agent": "containerkit", **headers}
        target = httpx.URL(url)
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._exchange(method, target, sent, form, deadline)
            if answer.status not in _REDIRECTS or method not in {"GET", "HEAD"}:
                return answer
            following = self._following(answer)
            if following.scheme not in {target.scheme, "https"}:
                raise Rejected(f"{self._registry} redirects from TLS to {following.scheme}", hint="ask its operator")
            if _origin(following) != _origin(target):
                sent = {name: value for name, value in sent.items() if name.lower() != "authorization"}
            target = following
        raise Rejected(f"{self._registry} redirects without end", hint="check the registry's name")

    def close(self) -> None:
        """Close the sockets."""
        self._client.close()

    def _exchange(
        self,
        method: str,
        url: httpx.URL,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
        deadline: Deadline,
    ) -> Answer:
        left_s = deadline.left_s
        try:
            if left_s == 0:
                raise httpx.PoolTimeout("no time left")
            with (
                self._ended_by(left_s),
                self._client.stream(
                    method, url, headers=headers, data=form, timeout=left_s, extensions={"trace": self._remember}
                ) as response,
            ):
                body = b""
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > LARGEST_ANSWER_BYTES:
                        raise Rejected(
                            f"{self._registry} answers with more than {LARGEST_ANSWER_BYTES} bytes",
                            hint="check the registry's name",
                        )
                return Answer(url=url, status=response.status_code, headers=response.headers, body=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._said(error, url, deadline) from error

    def _following(self, answer: Answer) -> httpx.URL:
        try:
            return answer.url.join(answer.headers.get("Location", ""))
        except httpx.InvalidURL as error:
            raise Rejected(f"{self._registry} redirects to no address", hint="check the registry's name") from error

    def _said(self, error: Exception, url: httpx.URL, deadline: Deadline) -> Exception:
        host = url.netloc.decode("ascii")
        place = self._registry if host == api_host(self._registry) else f"{host} (named by {self._registry})"
        if deadline.left_s == 0:  # whatever httpx says of a socket that was shut down under it
            hint = "check the registry's name and the network"
            return Unavailable(f"{place} did not answer within {deadline.timeout_s:g} s", hint=hint)
        return error_for_exception(error, registry=place, timeout_s=deadline.timeout_s) or error

    def _remember(self, _event: str, details: Mapping[str, object]) -> None:
        """Keep the sockets that httpx opens: its trace names each."""
        described = getattr(details.get("return_value"), "get_extra_info", None)
        opened = described("socket") if described is not None else None
        if isinstance(opened, socket.socket):
            self._sockets = [known for known in self._sockets if known.fileno() >= 0] + [opened]

    @contextmanager
    def _ended_by(self, left_s: float) -> Iterator[None]:
        timer = threading.Timer(left_s, self._shut_down)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _shut_down(self) -> None:
        for opened in self._sockets:
            with contextlib.suppress(OSError):  # closed already
                socket.socket.shutdown(opened, socket.SHUT_RDWR)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _trust(registry: str, ca_file: Path | None) -> ssl.SSLContext:
    """What the machine trusts, and the authority that the user named for this registry."""
    paths = ssl.get_default_verify_paths()
    context = ssl.create_default_context() if paths.cafile or paths.capath else httpx.create_ssl_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            hint = "write a PEM file to [[registry.ca_files]]"
            raise Invalid(f"{ca_file}, the authority of {registry}, cannot be read: {error}", hint=hint) from error
    return context
