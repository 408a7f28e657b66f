"""An engine whose containers change in the middle of a question."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from docker import APIClient
from docker.errors import APIError

from adapters.docker import patience

MOVED = "cannot remove container 61a2: sending SIGKILL to container 61a2: container state improper: stopped"
INSPECTED = {
    "Id": "61a2",
    "Name": "/shop",
    "Image": "sha256:0a",
    "Created": "2026-01-01T00:00:00Z",
    "RestartCount": 7,
    "State": {"Status": "running"},
    "Config": {"Image": "shop"},
}
UNREAD = "read /proc/17900/cgroup: no such process"


class Refusals:
    """An engine that answers these refusals first, then what was asked."""

    def __init__(self, *messages: str) -> None:
        self.left = list(messages)
        self.asked = 0

    def next(self) -> str | None:
        self.asked += 1
        return self.left.pop(0) if self.left else None


@pytest.fixture
def refusals() -> Refusals:
    return Refusals()


@pytest.fixture
def client(refusals: Refusals) -> Iterator[APIClient]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_DELETE(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name for it
            pass

        def _answer(self) -> None:
            refusal = refusals.next()
            body = json.dumps({"message": refusal} if refusal else INSPECTED).encode()
            self.send_response(500 if refusal else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        client = APIClient(base_url=f"http://127.0.0.1:{server.server_port}", version="1.41", timeout=5)
        yield client
        client.close()
        server.shutdown()


def test_a_container_that_restarts_meanwhile_is_removed_all_the_same(client: APIClient, refusals: Refusals) -> None:
    refusals.left = [MOVED, MOVED]
    patience.remove(client, "61a2")
    assert refusals.asked == 3


def test_a_container_that_restarts_meanwhile_is_stopped(client: APIClient, refusals: Refusals) -> None:
    refusals.left = [MOVED]
    patience.stop(client, "61a2", grace_s=1)
    assert refusals.asked == 2


def test_a_container_whose_process_ends_meanwhile_is_inspected(client: APIClient, refusals: Refusals) -> None:
    refusals.left = [UNREAD]
    assert patience.inspect(client, "61a2").restarts == 7


def test_any_other_refusal_is_raised_at_once(client: APIClient, refusals: Refusals) -> None:
    refusals.left = ["no space left on device"]
    with pytest.raises(APIError, match="no space left"):
        patience.remove(client, "61a2")
    assert refusals.asked == 1


def test_a_change_that_never_ends_is_raised_at_last(client: APIClient, refusals: Refusals) -> None:
    refusals.left = [MOVED] * 99
    with pytest.raises(APIError, match="state improper"):
        patience.remove(client, "61a2")
    assert refusals.asked == 6
