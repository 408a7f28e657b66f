"""What the gateway's program does with open connections when the target changes."""

from __future__ import annotations

import os
import socket
import threading

import pytest

from adapters.engine_target import forwarder
from tests.unit.adapters.gateway_kit import Gateway, Start, naming


def test_after_a_switch_a_quiet_connection_is_closed_and_an_answer_under_way_is_not(
    gateway: Gateway, backend: Start
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(connection: socket.socket) -> None:
        while line := connection.recv(100):
            if line == b"slow\n":
                asked.set()
                go_on.wait(20)
            connection.sendall(b"former")

    former, new = backend(slow), backend(naming(b"new"))
    gateway.switch(former.port)
    with gateway.connect() as quiet, gateway.connect() as busy:
        quiet.sendall(b"fast\n")
        assert quiet.recv(100) == b"former"
        busy.sendall(b"slow\n")
        assert asked.wait(20)

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
