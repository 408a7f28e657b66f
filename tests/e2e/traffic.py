"""A client at 20 requests a second, which counts what it was not answered."""

from __future__ import annotations

import http.client
import threading
from types import TracebackType
from typing import Self


class Traffic:
    """Asks GET / on a port of this machine from the block's beginning to its end."""

    def __init__(self, port: int, *, path: str = "/", interval_s: float = 0.05) -> None:
        self.answered = 0
        self.failures: list[str] = []
        self.bodies: set[str] = set()
        self._port, self._path, self._interval_s = port, path, interval_s
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

    def _ask_until_ended(self) -> None:
        while not self._ended.wait(self._interval_s):
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
            try:
                connection.request("GET", self._path)
                answer = connection.getresponse()
                body = answer.read().decode()
                if answer.status < 500:
                    self.answered += 1
                    self.bodies.add(body)
                else:
                    self.failures.append(f"status {answer.status}")
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
            finally:
                connection.close()
