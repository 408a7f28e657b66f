"""An emulated Engine API on loopback: answers by script, as engines were seen to give them."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest

from adapters.docker import EngineLocation, connect
from tasks.models import BuildRequest, Dockerfile, ImageRef, Progress
from tasks.ports import ContainerRuntime


@dataclass(frozen=True)
class Scripted:
    """An answer. `ending` says how the connection ends: whole, in the middle, or never."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    ending: Literal["whole", "cut", "hangs"] = "whole"


def said(status: int, message: str) -> Scripted:
    """An error as both engines send it."""
    return Scripted(status, json.dumps({"message": message}).encode())


def lines(*events: object, ending: Literal["whole", "cut", "hangs"] = "whole") -> Scripted:
    """A stream of events."""
    return Scripted(200, b"".join(json.dumps(event).encode() + b"\r\n" for event in events), ending=ending)


@dataclass
class EmulatedEngine:
    """What it says it is, and its answers by `METHOD /path` without the version; a prefix is enough."""

    address: str = ""
    version: str = "20.10.24"
    api_version: str = "1.41"
    components: tuple[str, ...] = ("Engine",)
    builder: str = "2"
    hello: bytes = b""
    """What it says at /version instead of the above."""
    answers: dict[str, Scripted] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def answer(self, method: str, path: str) -> Scripted:
        if path == "/version":
            return Scripted(body=self.hello or json.dumps(self._hello()).encode())
        if path == "/_ping":
            return Scripted(body=b"OK", headers=(("Builder-Version", self.builder),))
        asked = f"{method} {path}"
        fitting = [key for key in self.answers if asked.startswith(key)]
        return self.answers[max(fitting, key=len)] if fitting else said(404, "page not found")

    def _hello(self) -> dict[str, object]:
        return {
            "Version": self.version,
            "ApiVersion": self.api_version,
            "Arch": "amd64",
            "Os": "linux",
            "Components": [{"Name": name} for name in self.components],
        }


@contextmanager
def emulated(tls: ssl.SSLContext | None = None) -> Iterator[EmulatedEngine]:
    """One that answers until the end of the block."""
    engine = EmulatedEngine()
    handler = type("Handler", (_Handler,), {"engine": engine})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    engine.address = f"tcp://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield engine
    finally:
        engine.released.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    engine: EmulatedEngine
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        path = self.path
        if path.startswith("/v1."):
            path = f"/{path.split('/', 2)[2]}"
        self.engine.bodies.append(self._body())
        self.engine.asked.append(f"{self.command} {path}")
        self.engine.headers.append(dict(self.headers))
        found = self.engine.answer(self.command, path)
        self.close_connection = True
        self.send_response(found.status)
        for name, value in found.headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(f"{len(found.body):x}\r\n".encode() + found.body + b"\r\n")
        if found.ending == "hangs":
            self.engine.released.wait(30)
        elif found.ending == "whole":
            self.wfile.write(b"0\r\n\r\n")

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815 - named so by the class above

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        held = b""
        while size := int(self.rfile.readline(), 16):
            held += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return held

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the class above
        """Say nothing."""


class Silent:
    def report(self, *, progress: Progress) -> None:
        """Nobody listens."""


@pytest.fixture
def engine() -> Iterator[EmulatedEngine]:
    with emulated() as running:
        yield running


@pytest.fixture
def runtime(engine: EmulatedEngine) -> ContainerRuntime:
    return connect("auto", engine.address, EngineLocation(), redact=lambda text: text.replace("hunter2", "[redacted]"))


@pytest.fixture
def request_(tmp_path: Path) -> BuildRequest:
    (tmp_path / "context").mkdir()
    return BuildRequest(
        dockerfile=Dockerfile(text="FROM scratch\n", dockerignore="", origin="generated"),
        context=tmp_path / "context",
        key="a" * 64,
        name=ImageRef.parse("localhost/shop:1"),
        log_file=tmp_path / "build.log",
    )


def decoded(header: str) -> str:
    """The JSON in a header with logins."""
    return base64.urlsafe_b64decode(header).decode()
