"""An application may answer anything; what is shown of it is bounded, and means something."""

from __future__ import annotations

import inspect
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from adapters.engine_target.probe import ERRORS, Probe
from tasks.errors import Invalid, StepError, Unavailable

Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that gives these raw answers in turn, the last one for ever; its address."""
    with ExitStack() as stack:

        def start(*answers: bytes) -> str:
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def run() -> None:
                for number in range(1000):
                    try:
                        connection, _ = server.accept()
                    except OSError:
                        return
                    with connection:
                        connection.recv(65536)
                        connection.sendall(answers[min(number, len(answers) - 1)])

            threading.Thread(target=run, daemon=True).start()
            stack.callback(server.shutdown, socket.SHUT_RDWR)
            return f"127.0.0.1:{server.getsockname()[1]}"

        yield start


@pytest.fixture
def probe() -> Iterator[Probe]:
    probe = Probe(None)
    yield probe
    probe.close()


def ok(body: bytes = b"ok", headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n%s" % (len(body), headers, body)


def to(location: bytes) -> bytes:
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"


def test_a_redirect_within_the_application_is_followed(probe: Probe, serve: Serve) -> None:
    answer = probe.ask(serve(to(b"/login"), ok(b"please log in")), "/", 5)

    assert (answer.status, answer.body) == (200, "please log in")
    assert answer.url.endswith("/login")


@pytest.mark.parametrize("location", [b"http://elsewhere.invalid/", b"https://127.0.0.1/", b"//elsewhere.invalid/"])
def test_a_redirect_to_somebody_else_is_shown_and_not_followed(probe: Probe, serve: Serve, location: bytes) -> None:
    assert probe.ask(serve(to(location)), "/", 5).status == 302


def test_a_circle_of_redirects_ends(probe: Probe, serve: Serve) -> None:
    assert probe.ask(serve(to(b"/again")), "/", 5).status == 302


def test_a_path_with_two_slashes_asks_the_application_and_nobody_else(probe: Probe, serve: Serve) -> None:
    address = serve(ok())

    assert probe.ask(address, "//elsewhere.invalid/x", 5).url == f"http://{address}//elsewhere.invalid/x"


def test_cookies_of_one_answer_are_not_shown_to_the_next(probe: Probe) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard: list[bytes] = []

        def run() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    heard.append(connection.recv(65536))
                    connection.sendall(ok(headers=b"Set-Cookie: session=1\r\n"))

        thread = threading.Thread(target=run)
        thread.start()
        for _ in range(2):
            probe.ask(f"127.0.0.1:{server.getsockname()[1]}", "/", 5)
        thread.join(5)

    assert [b"session" in each for each in heard] == [False, False]


@pytest.mark.parametrize(
    ("body", "headers", "shown"),
    [
        (b"\x1b[2Jboo\x00\r\nline\ttwo", b"", "�[2Jboo�\nline\ttwo"),
        (b"\xe4", b"Content-Type: text/plain; charset=latin-1\r\n", "ä"),
        (b"\xff", b"Content-Type: text/plain; charset=no-such\r\n", "�"),
        (b"x" * 100_000, b"", "x" * 2_000),
        (b"\x1f\x8b\x08", b"Content-Encoding: gzip\r\n", ""),
    ],
)
def test_the_body_is_short_and_harmless(probe: Probe, serve: Serve, body: bytes, headers: bytes, shown: str) -> None:
    assert probe.ask(serve(ok(body, headers)), "/", 5).body == shown


@pytest.mark.parametrize(
    ("answer", "health_path", "health", "words"),
    [
        (ok(), "/healthz", "well", "answers 200 at /healthz"),
        (to(b"http://elsewhere.invalid/"), "/healthz", "well", "answers 302 at /healthz"),
        (b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "/healthz", "unwell", "answers 404 at /healthz"),
        (b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", None, "well", "answers 503 at /, health path unknown"),
        (b"SSH-2.0-OpenSSH\r\n", None, "well", "not in HTTP"),
        (b"SSH-2.0-OpenSSH\r\n", "/healthz", "silent", "without an HTTP answer"),
        (b"", None, "silent", "without an HTTP answer"),
    ],
)
def test_well_means_2xx_or_3xx_at_a_known_path_and_any_answer_otherwise(
    probe: Probe, serve: Serve, answer: bytes, health_path: str | None, health: str, words: str
) -> None:
    probed = probe.probe(serve(answer), health_path, 5)

    assert probed.health == health
    assert words in probed.detail


def test_a_server_that_never_answers_is_left_after_the_deadline(probe: Probe) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(Unavailable, match="does not answer in time"),
    ):
        probe.ask(f"127.0.0.1:{server.getsockname()[1]}", "/", 0.5)


def test_nobody_on_the_port_is_said(probe: Probe) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"

    with pytest.raises(Unavailable, match="refuses the connection"):
        probe.ask(address, "/", 1)


def test_every_exception_of_the_http_client_has_a_row() -> None:
    classes = [each for each in vars(httpx).values() if inspect.isclass(each) and issubclass(each, Exception)]

    assert len(classes) > 15
    assert [each for each in classes if not any(issubclass(each, row[0]) for row in ERRORS)] == []


def test_no_row_is_hidden_behind_an_earlier_one() -> None:
    for number, (kind, error, what) in enumerate(ERRORS):
        assert issubclass(error, StepError)
        assert what
        assert not any(issubclass(kind, earlier) for earlier, _, _ in ERRORS[:number])


@pytest.mark.parametrize("path", ["", "x", "/a b", "/a\nb", "http://elsewhere.invalid/", "/\x7f"])
def test_what_is_no_path_is_refused(probe: Probe, path: str) -> None:
    with pytest.raises(Invalid):
        probe.ask("127.0.0.1:1", path, 1)
