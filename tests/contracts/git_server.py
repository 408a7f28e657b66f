"""Git's own HTTP server on loopback: `git http-backend` behind a few lines of CGI, with a login where one is wanted."""

from __future__ import annotations

import base64
import gzip
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

# nothing of the machine's own configuration takes part
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.invalid",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.invalid",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    "GIT_ALLOW_PROTOCOL": "file",
}


def git(*arguments: str | Path, cwd: Path) -> str:
    """What git prints; used to make repositories, never to test them."""
    done = subprocess.run(
        ["git", *arguments], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def make_work_tree(folder: Path, files: dict[str, str]) -> str:
    """Commit these files in a new repository; the commit."""
    folder.mkdir(parents=True)
    git("init", "--quiet", "--initial-branch=main", cwd=folder)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git("add", "--all", cwd=folder)
    git("commit", "--quiet", "--message=first", "--allow-empty", cwd=folder)
    return git("rev-parse", "HEAD", cwd=folder)


def publish(work_tree: Path, bare: Path) -> None:
    """A bare copy for servers."""
    git("clone", "--quiet", "--bare", work_tree, bare, cwd=work_tree)


@dataclass
class GitServer:
    """Serves the bare repositories below `root`; those below root/private for `login` only."""

    root: Path
    login: str
    url: str = ""
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Path and Authorization header of every request."""
    redirects: dict[str, str] = field(default_factory=dict)
    """Path prefix to the URL that requests for it are sent on to."""
    stalled: threading.Event = field(default_factory=threading.Event)
    """Requests below /slow/ wait for this."""


@contextmanager
def serving(root: Path, *, login: str, tls: ssl.SSLContext | None = None) -> Iterator[GitServer]:
    """A running server; the test is skipped on a machine without git's HTTP backend."""
    backend = Path(git("--exec-path", cwd=root)) / "git-http-backend"
    if not backend.exists() or shutil.which("git") is None:
        pytest.skip("git http-backend is not on this machine")
    state = GitServer(root=root, login=login)
    server = _Server(state, backend)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    state.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stalled.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def __init__(self, state: GitServer, backend: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.state = state
        self.backend = backend

    def handle_error(self, *_: object) -> None:
        """A client that is ended in the middle is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        body = self._body()
        path, _, query = self.path.partition("?")
        sent = self.headers.get("Authorization", "")
        self.server.state.requests.append((self.path, sent))
        for prefix, target in self.server.state.redirects.items():
            if path.startswith(prefix):
                self._plain(302, ("Location", target + self.path.removeprefix(prefix)))
                return
        if path.startswith("/slow/"):
            self.server.state.stalled.wait(30)
        if path.startswith("/status/"):
            self._plain(int(path.split("/")[2]), ("X-Emulated", "yes"))
            return
        wanted = "Basic " + base64.b64encode(self.server.state.login.encode()).decode()
        if path.startswith("/private/") and sent != wanted:
            self._plain(401, ("WWW-Authenticate", 'Basic realm="git"'))
            return
        self._backend(path, query, body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        return gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body

    def _plain(self, status: int, header: tuple[str, str]) -> None:
        self.send_response(status)
        self.send_header(*header)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _backend(self, path: str, query: str, body: bytes) -> None:
        done = subprocess.run(
            [self.server.backend],
            input=body,
            env={
                **ENVIRONMENT,
                "GIT_PROJECT_ROOT": str(self.server.state.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
            },
            capture_output=True,
            check=False,
            timeout=30,
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.send_response(int(headers.pop("Status", "200 OK").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
