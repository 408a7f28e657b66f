"""Clients at 20 requests a second, which count what they were not answered."""

from __future__ import annotations

import http.client
import socket
import threading
from contextlib import ExitStack
from types import TracebackType
from typing import Self

_TIMEOUT_S = 10.0


class Traffic:
    """Asks GET `path` from the block's beginning to its end, with a connection for each request."""

    def __init__(self, port: int, *, path: str = "/", interval_s: float = 0.05, host: str = "127.0.0.1") -> None:
        self.answered = 0
        self.failures: list[str] = []
        self.bodies: set[str] = set()
        self._address, self._path, self._interval_s = (host, port), path, interval_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask_until_ended, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(timeout=10)

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(*self._address, timeout=_TIMEOUT_S)

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        connection.request("GET", self._path)
        answer = connection.getresponse()
        body = answer.read().decode()
        if answer.status < 500:
            self.answered += 1
            self.bodies.add(body)
        else:
            self.failures.append(f"status {answer.status}")

    def _ask_until_ended(self) -> None:
        while not self._ended.wait(self._interval_s):
            connection = self._connection()
            try:
                self._ask(connection)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
            finally:
                connection.close()


class KeptTraffic(Traffic):
    """The same over one connection that is kept for as long as the other side keeps it."""

    def _ask_until_ended(self) -> None:
        connection = self._connection()
        while not self._ended.wait(self._interval_s):
            if connection.sock is not None and _is_closed(connection.sock):
                connection.close()
            try:
                self._ask(connection)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"on a kept connection: {error!r}")
                connection.close()
        connection.close()


class PatientTraffic(KeptTraffic):
    """The same, asked once more where a kept connection ends under a question, as RFC 9110 (9.2.2) lets clients do.

    A server that ends closes the connections that it kept, and a question may be on its way to it just then: with
    nothing between client and server nobody else can answer it.
    """

    def __init__(self, port: int, *, path: str = "/", interval_s: float = 0.05, host: str = "127.0.0.1") -> None:
        super().__init__(port, path=path, interval_s=interval_s, host=host)
        self.repeated = 0

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        was_kept = connection.sock is not None
        try:
            super()._ask(connection)
        except (ConnectionError, http.client.RemoteDisconnected):
            if not was_kept:
                raise
            self.repeated += 1
            connection.close()
            super()._ask(connection)


class Clients:
    """Several at once; by default one with a connection for each request, and one that keeps its connection."""

    def __init__(self, port: int = 80, *, host: str = "127.0.0.1", traffic: tuple[Traffic, ...] = ()) -> None:
        kinds = (Traffic, KeptTraffic)
        self.traffic = traffic or tuple(kind(port, path="/version", host=host) for kind in kinds)
        self._stack = ExitStack()

    @property
    def failures(self) -> list[str]:
        """What each was not answered."""
        return [failure for each in self.traffic for failure in each.failures]

    @property
    def answered(self) -> int:
        """How often the one that was answered less was answered."""
        return min(each.answered for each in self.traffic)

    @property
    def repeated(self) -> int:
        """How many questions were asked once more."""
        return sum(each.repeated for each in self.traffic if isinstance(each, PatientTraffic))

    @property
    def bodies(self) -> set[str]:
        """What they were answered."""
        return {body for each in self.traffic for body in each.bodies}

    def __enter__(self) -> Self:
        for each in self.traffic:
            self._stack.enter_context(each)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def _is_closed(connection: socket.socket) -> bool:
    """As every client with a pool looks before it asks again."""
    connection.settimeout(0)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(_TIMEOUT_S)
