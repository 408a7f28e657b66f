"""What a container's process does in the in-memory world, and how it answers HTTP on a real loopback port."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import Template


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int = 200
    body: bytes = b"ok\n"
    content_type: str = "text/plain"


Answer = Callable[[str], Reply | None]
"""From a path to an answer; None closes the connection without one."""


@dataclass(frozen=True)
class Behaviour:
    """A process from its start on."""

    lines: tuple[str, ...] = ()
    """What it prints."""
    exit_code: int | None = None
    """None: it goes on until it is stopped."""
    answer: Answer | None = None
    """None: it listens on no port."""
    cannot_start: str = ""
    """The engine's words when there is no such program."""
    oom_killed: bool = False
    stop_code: int = 143
    """What it ends with on SIGTERM; 137 when it must be killed."""


SERVING = Behaviour(lines=("Serving HTTP",), answer=lambda _path: Reply())
SLEEPING = Behaviour(stop_code=137)


def crash(exit_code: int, *lines: str) -> Behaviour:
    """Prints these lines and ends."""
    return Behaviour(lines=lines, exit_code=exit_code)


def behaviour_of(command: tuple[str, ...], variables: Mapping[str, str] | None = None) -> Behaviour:
    """What a few well-known programs do; every other one is not in the image."""
    match command:
        case ("sh" | "/bin/sh" | "bash", "-c", text):
            found = _shell(Template(text).safe_substitute(variables or {}))
        case ("python" | "python3", "-m", "http.server", *_):
            found = SERVING
        case ("sleep", *_):
            found = SLEEPING
        case ("true",) | ("false",):
            found = crash(0 if command == ("true",) else 1)
        case ():
            found = Behaviour(cannot_start="no command specified")
        case _:
            words = f'exec: "{command[0]}": executable file not found in $PATH: unknown'
            found = Behaviour(cannot_start=f"OCI runtime create failed: {words}")
    return found


def _shell(text: str) -> Behaviour:
    lines: list[str] = []
    for statement in re.split(r"\s*(?:;|&&|\n)\s*", text.strip().removeprefix("exec ")):
        word, _, rest = statement.removeprefix("exec ").partition(" ")
        if word == "echo":
            lines.append(rest.removesuffix(" >&2").strip("'\""))
        elif word == "exit":
            return crash(int(rest), *lines)
        elif word == "false":
            return crash(1, *lines)
        elif word in {"sleep", "python", "python3"}:
            found = behaviour_of((word, *rest.split()))
            return Behaviour(lines=(*lines, *found.lines), answer=found.answer, stop_code=found.stop_code)
        elif word not in {"true", "cd", "ls", "mkdir", "test", "touch", "trap", "wait", "cat", ""}:
            return crash(127, *lines, f"sh: 1: {word}: not found")
    return crash(0, *lines)


class PublishedPort:
    """A real port on loopback, answering as a process does for as long as one is there."""

    def __init__(self, port: int, answer: Answer) -> None:
        handler = type("Handler", (_Handler,), {"answer": staticmethod(answer)})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    answer: Answer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        reply = self.answer(self.path)
        self.close_connection = True
        if reply is None:
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the class above
        """Say nothing."""
