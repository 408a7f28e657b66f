"""The gateway's program: connections that it takes, holds, resets and half closes."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
import time

import pytest

from adapters.engine_target import forwarder
from tests.unit.adapters.gateway_kit import Gateway, Start, echo_until_the_end, naming


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
