"""The gateway's program, as its container starts it but on this machine's loopback, and what stands behind it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from adapters.engine_target import forwarder

SOURCE = Path(forwarder.__file__).read_text()
Behaviour = Callable[[socket.socket], None]


class Backend:
    """A server on a free port whose every connection is handled by one function."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            self._behaviour(connection)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def naming(name: bytes) -> Behaviour:
    """Answers each line with its own name, for as long as the client likes."""

    def answer(connection: socket.socket) -> None:
        while connection.recv(1000):
            connection.sendall(name)

    return answer


def echo_until_the_end(connection: socket.socket) -> None:
    """Reads all first, answers then: only right when a half-closed connection stays open the other way."""
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    connection.sendall(received)


class Gateway:
    """The forwarder in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.target_file, self.state_file = folder / "target", folder / "state"
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", SOURCE, "127.0.0.1", "0", self.target_file, self.state_file],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().split()[-1])

    def switch(self, port: int) -> None:
        """As an engine writes into a container: not atomically, and with the times of an archive."""
        self.target_file.unlink(missing_ok=True)
        self.target_file.write_bytes(b"")
        self.target_file.write_text(f"localhost:{port} 1f\n")
        os.utime(self.target_file, (0, 0))

    def wait_for_state(self, state: str, timeout_s: float = 10) -> None:
        deadline = time.monotonic() + timeout_s
        while (seen := self.state_file.read_text() if self.state_file.exists() else "") != state:
            assert time.monotonic() < deadline, f"the state is {seen!r}, not {state!r}"
            time.sleep(0.01)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def ask(self) -> bytes:
        with self.connect() as connection:
            connection.sendall(b"who\n")
            return connection.recv(100)


Start = Callable[[Behaviour], Backend]
