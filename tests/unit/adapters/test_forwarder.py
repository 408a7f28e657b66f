"""The gateway's program, as the gateway container starts it but on this machine's loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    started = Gateway(tmp_path)
    with started.process:
        yield started
        started.process.send_signal(signal.SIGTERM)
    assert started.process.returncode == 0


@pytest.fixture
def backend() -> Iterator[Callable[[Behaviour], Backend]]:
    with contextlib.ExitStack() as stack:

        def start(behaviour: Behaviour) -> Backend:
            server = Backend(behaviour)
            stack.callback(server.close)
            return server

        yield start


Start = Callable[[Behaviour], Backend]


def test_a_new_connection_goes_to_the_target_that_the_file_names_now(gateway: Gateway, backend: Start) -> None:
    one, two = backend(naming(b"one")), backend(naming(b"two"))
    gateway.switch(one.port)
    assert gateway.ask() == b"one"

    gateway.switch(two.port)

    assert gateway.ask() == b"two"


def test_a_half_written_file_changes_nothing(gateway: Gateway, backend: Start) -> None:
    gateway.switch(backend(naming(b"one")).port)
    assert gateway.ask() == b"one"

    for part in (b"", b"localhost", b"localhost:1 2", b"localhost:1 2\nlocalhost:2 3\n", b"\xff:1 2\n"):
        gateway.target_file.write_bytes(part)
        assert gateway.ask() == b"one"
    gateway.target_file.unlink()
    assert gateway.ask() == b"one"


def test_a_connection_waits_for_the_first_target(gateway: Gateway, backend: Start) -> None:
    with gateway.connect() as connection:
        connection.sendall(b"who\n")
        gateway.switch(backend(naming(b"one")).port)

        assert connection.recv(100) == b"one"


def test_a_backend_that_comes_a_moment_later_is_waited_for(gateway: Gateway) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port: int = reserved.getsockname()[1]
    gateway.switch(port)
    with gateway.connect() as connection:
        connection.sendall(b"who\n")
        gateway.wait_for_state(f"localhost:{port} 1f 0\n")
        with socket.create_server(("127.0.0.1", port)) as late:
            accepted, _ = late.accept()
            with accepted:
                assert accepted.recv(100) == b"who\n"
                accepted.sendall(b"late")
                assert connection.recv(100) == b"late"


def test_a_connection_that_nobody_takes_is_reset_after_a_moment(gateway: Gateway) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port: int = reserved.getsockname()[1]
    gateway.switch(port)
    started = time.monotonic()

    with gateway.connect() as connection:
        connection.sendall(b"who\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(100)

    assert time.monotonic() - started < forwarder.CONNECT_S + 3


def test_a_half_closed_connection_still_carries_the_answer(gateway: Gateway, backend: Start) -> None:
    gateway.switch(backend(echo_until_the_end).port)
    content = os.urandom(8 * 1024 * 1024)
    received = b""
    with gateway.connect() as connection:

        def send() -> None:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)

        threading.Thread(target=send).start()
        while chunk := connection.recv(1 << 20):
            received += chunk

    assert received == content


def test_a_reset_by_the_backend_reaches_the_client(gateway: Gateway, backend: Start) -> None:
    def reset(connection: socket.socket) -> None:
        connection.recv(100)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    gateway.switch(backend(reset).port)

    with gateway.connect() as connection:
        connection.sendall(b"who\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_a_thousand_connections_are_held_at_once(gateway: Gateway, backend: Start) -> None:
    gateway.switch(backend(naming(b"one")).port)
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(gateway.connect()) for _ in range(1200)]
        for connection in connections:
            connection.sendall(b"who\n")

        assert {connection.recv(100) for connection in connections} == {b"one"}


def test_after_a_switch_a_quiet_connection_is_closed_and_an_answer_under_way_is_not(
    gateway: Gateway, backend: Start
) -> None:
    go_on = threading.Event()

    def slow(connection: socket.socket) -> None:
        while line := connection.recv(100):
            if line == b"slow\n":
                go_on.wait(20)
            connection.sendall(b"former")

    former, new = backend(slow), backend(naming(b"new"))
    gateway.switch(former.port)
    with gateway.connect() as quiet, gateway.connect() as busy:
        quiet.sendall(b"fast\n")
        assert quiet.recv(100) == b"former"
        busy.sendall(b"slow\n")

        gateway.switch(new.port)

        gateway.wait_for_state(f"localhost:{new.port} 1f 1\n")
        assert quiet.recv(100) == b""
        go_on.set()
        assert busy.recv(100) == b"former"
        gateway.wait_for_state(f"localhost:{new.port} 1f 0\n")
        assert gateway.ask() == b"new"


def test_after_a_switch_a_slow_reader_gets_all_of_its_answer(gateway: Gateway, backend: Start) -> None:
    content = os.urandom(16 * 1024 * 1024)

    def download(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(content)

    former, new = backend(download), backend(naming(b"new"))
    gateway.switch(former.port)
    with gateway.connect() as client:
        client.sendall(b"get\n")
        received = client.recv(1)
        gateway.switch(new.port)
        gateway.wait_for_state(f"localhost:{new.port} 1f 1\n")
        # long enough for a quiet connection to be closed
        with pytest.raises(AssertionError):
            gateway.wait_for_state(f"localhost:{new.port} 1f 0\n", timeout_s=2 * forwarder.IDLE_S)
        while chunk := client.recv(1 << 20):
            received += chunk

    assert received == content


def test_a_kept_connection_is_brought_to_the_new_release_with_its_next_http_request(
    gateway: Gateway, backend: Start
) -> None:
    former, new = backend(naming(b"former")), backend(naming(b"new"))
    gateway.switch(former.port)
    answers = []
    with gateway.connect() as client:
        for number in range(100):
            if number == 50:
                gateway.switch(new.port)
            client.sendall(b"GET /who HTTP/1.1\r\nHost: a\r\n\r\n")
            answers.append(client.recv(100))
        gateway.wait_for_state(f"localhost:{new.port} 1f 0\n")

    assert answers == [b"former"] * 50 + [b"new"] * 50


def test_a_connection_that_has_not_asked_yet_is_brought_to_the_new_release(gateway: Gateway, backend: Start) -> None:
    former, new = backend(naming(b"former")), backend(naming(b"new"))
    gateway.switch(former.port)
    with gateway.connect() as client:
        gateway.wait_for_state(f"localhost:{former.port} 1f 0\n")
        gateway.switch(new.port)
        client.sendall(b"who\n")

        assert client.recv(100) == b"new"


def test_a_request_that_is_not_yet_answered_is_not_moved(gateway: Gateway, backend: Start) -> None:
    def whole(connection: socket.socket) -> None:
        received = b""
        while not received.endswith(b"end"):
            received += connection.recv(100)
        connection.sendall(b"former " + received)

    former, new = backend(whole), backend(naming(b"new"))
    gateway.switch(former.port)
    with gateway.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\n")
        gateway.wait_for_state(f"localhost:{former.port} 1f 0\n")
        gateway.switch(new.port)
        gateway.wait_for_state(f"localhost:{new.port} 1f 1\n")
        client.sendall(b"GET / HTTP/1.1\r\nend")

        assert client.recv(100) == b"former POST / HTTP/1.1\r\nGET / HTTP/1.1\r\nend"


def test_another_protocol_stays_with_the_former_release_while_it_is_spoken(gateway: Gateway, backend: Start) -> None:
    former, new = backend(naming(b"former")), backend(naming(b"new"))
    gateway.switch(former.port)
    with gateway.connect() as client:
        client.sendall(b"who\n")
        assert client.recv(100) == b"former"
        gateway.switch(new.port)
        for _ in range(20):
            client.sendall(b"who\n")
            assert client.recv(100) == b"former"
        gateway.wait_for_state(f"localhost:{new.port} 1f 1\n")

        assert client.recv(100) == b""
