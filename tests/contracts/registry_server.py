"""An emulated distribution registry on loopback: the protocol with logins, tokens, pages, and answers by script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qs, urlsplit

_ROUTE = re.compile(r"^/v2/(?P<name>[a-z0-9/._-]+)/(?P<kind>manifests|tags|blobs)/(?P<rest>.*)$")
_CODES = {401: "UNAUTHORIZED", 403: "DENIED", 404: "NAME_UNKNOWN", 405: "UNSUPPORTED", 429: "TOOMANYREQUESTS"}
USER, PASSWORD, IDENTITY_TOKEN = "ada", "s3cret-t0ken", "1dentity-t0ken"


@dataclass(frozen=True)
class Request:
    """One request that arrived."""

    method: str
    path: str
    authorization: str
    accept: str
    form: dict[str, list[str]]


@dataclass(frozen=True)
class Scripted:
    """An answer that is given instead of the registry's own."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    drip_s: float = 0
    """Wait this long between two bytes of the body."""


@dataclass
class EmulatedRegistry:
    """What it holds, whom it lets in, and what it was asked."""

    login: Literal["none", "basic", "bearer"] = "none"
    address: str = ""
    """host:port"""
    scheme: str = "http"
    realm: str = ""
    """Of the token service; its own when empty."""
    manifests: dict[str, dict[str, bytes]] = field(default_factory=dict)
    read_only: set[str] = field(default_factory=set)
    omits: set[str] = field(default_factory=set)
    """Things that some registries leave out: `digest header`, `HEAD`, `delete`."""
    absolute_links: str = ""
    """Begin Location and Link with this."""
    page_size: int = 1000
    scripted: dict[str, Scripted] = field(default_factory=dict)
    """By path, without the query."""
    requests: list[Request] = field(default_factory=list)
    uploads: set[str] = field(default_factory=set)
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Token to the scope that it is good for and until when."""
    token_lifetime_s: float = 300
    released: threading.Event = field(default_factory=threading.Event)
    """Answers that drip or wait end when this is set."""

    def put(self, name: str, tag: str, content: bytes) -> str:
        """Hold this manifest; its digest."""
        self.manifests.setdefault(name, {})[tag] = content
        return f"sha256:{hashlib.sha256(content).hexdigest()}"

    def seen(self, prefix: str) -> list[Request]:
        """The requests for paths that begin so."""
        return [request for request in self.requests if request.path.startswith(prefix)]


@contextmanager
def emulated(
    login: Literal["none", "basic", "bearer"] = "none", *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Iterator[EmulatedRegistry]:
    """A running one on a free port of loopback."""
    registry = EmulatedRegistry(login=login, scheme="https" if tls else "http")
    server = _Server(registry)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    registry.address = f"{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        registry.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def __init__(self, registry: EmulatedRegistry) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.registry = registry

    def handle_error(self, *_: object) -> None:
        """A client that hangs up, or does not speak TLS, is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10
    wbufsize = 65536  # head and body in one packet

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    @property
    def _registry(self) -> EmulatedRegistry:
        return self.server.registry

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=self.path,
            authorization=self.headers.get("Authorization", ""),
            accept=self.headers.get("Accept", ""),
            form=parse_qs(body.decode()) if parts.path == "/token" else {},
        )
        self._registry.requests.append(request)
        scripted = self._registry.scripted.get(parts.path)
        if scripted is not None:
            self._say(scripted.status, scripted.headers, scripted.body, drip_s=scripted.drip_s)
        elif parts.path == "/token":
            self._token(request, parse_qs(parts.query))
        elif parts.path == "/v2/":
            if self._let_in(request, ""):
                self._say(200)
        elif route := _ROUTE.match(parts.path):
            self._route(request, route, parse_qs(parts.query))
        else:
            self._refuse(404)

    def _route(self, request: Request, route: re.Match[str], query: dict[str, list[str]]) -> None:
        name, kind = route["name"], route["kind"]
        pushes = kind == "blobs"
        if not self._let_in(request, f"repository:{name}:{'pull,push' if pushes else 'pull'}"):
            return
        if pushes and name in self._registry.read_only:
            self._refuse(403)
        elif kind == "manifests":
            self._manifest(name, route["rest"])
        elif kind == "tags":
            self._tags(name, query)
        else:
            self._upload(name, route["rest"])

    def _manifest(self, name: str, reference: str) -> None:
        known = self._registry.manifests.get(name, {})
        by_digest = {f"sha256:{hashlib.sha256(content).hexdigest()}": content for content in known.values()}
        content = (known | by_digest).get(reference)
        if self.command == "HEAD" and "HEAD" in self._registry.omits:
            self._refuse(405)
        elif content is None or "application/vnd.oci.image.index.v1+json" not in self.headers["Accept"]:
            self._refuse(404)
        else:
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            header = () if "digest header" in self._registry.omits else (("Docker-Content-Digest", digest),)
            self._say(200, header, content)

    def _tags(self, name: str, query: dict[str, list[str]]) -> None:
        known = self._registry.manifests.get(name)
        if known is None:
            self._refuse(404)
            return
        size = min(self._registry.page_size, int(query.get("n", ["1000"])[0]))
        rest = [tag for tag in sorted(known) if tag > query.get("last", [""])[0]]
        page = rest[:size]
        link = f"{self._registry.absolute_links}/v2/{name}/tags/list?n={size}&last={page[-1] if page else ''}"
        headers = (("Link", f'<{link}>; rel="next"'),) if len(rest) > size else ()
        self._say(200, headers, json.dumps({"name": name, "tags": page or None}).encode())

    def _upload(self, name: str, rest: str) -> None:
        place = f"/v2/{name}/blobs/uploads/{len(self._registry.requests)}"
        if self.command == "POST" and rest == "uploads/":
            self._registry.uploads.add(place)
            self._say(202, (("Location", f"{self._registry.absolute_links}{place}?_state=x%2Fy"),))
        elif self.command == "DELETE" and "delete" not in self._registry.omits:
            self._registry.uploads.discard(urlsplit(self.path).path)
            self._say(204)
        else:
            self._refuse(405)

    def _let_in(self, request: Request, scope: str) -> bool:
        registry = self._registry
        own = f"{registry.scheme}://{registry.address}/token"
        if registry.login == "basic":
            wanted, challenge = request.authorization == _basic(), 'Basic realm="registry"'
        elif registry.login == "bearer":
            token = request.authorization.removeprefix("Bearer ")
            granted, until = registry.tokens.get(token, ("", 0.0))
            wanted = _covers(granted, scope) and time.monotonic() < until
            challenge = f'Bearer realm="{registry.realm or own}",service="emulated",scope="{scope}"'
        else:
            return True
        if not wanted:
            self._refuse(401, (("WWW-Authenticate", challenge),))
        return wanted

    def _token(self, request: Request, query: dict[str, list[str]]) -> None:
        if request.method == "POST":
            good = request.form.get("refresh_token") == [IDENTITY_TOKEN]
            scope = request.form.get("scope", [""])[0]
        else:
            good = request.authorization in {"", _basic()}
            scope = query.get("scope", [""])[0]
        if not good:
            self._say(401, body=json.dumps({"details": "incorrect username or password"}).encode())
            return
        anonymous = request.method == "GET" and not request.authorization
        granted = scope.replace("pull,push", "pull") if anonymous else scope
        token = f"token-{len(self._registry.tokens)}"
        self._registry.tokens[token] = (granted, time.monotonic() + self._registry.token_lifetime_s)
        self._say(200, body=json.dumps({"token": token}).encode())

    def _refuse(self, status: int, headers: tuple[tuple[str, str], ...] = ()) -> None:
        answer = {"errors": [{"code": _CODES.get(status, "UNKNOWN"), "message": f"emulated {status}"}]}
        self._say(status, headers, json.dumps(answer).encode())

    def _say(
        self, status: int, headers: tuple[tuple[str, str], ...] = (), body: bytes = b"", *, drip_s: float = 0
    ) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if not drip_s:
            self.wfile.write(body)
            return
        for byte in body:
            if self._registry.released.wait(drip_s):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()


def _basic() -> str:
    return "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def _covers(granted: str, scope: str) -> bool:
    """Whether a token for `granted` is good for everything in `scope`."""
    if not granted:
        return False
    *name, actions = granted.split(":")
    *wanted, needed = scope.split(":")
    return name == wanted and set(needed.split(",")) <= set(actions.split(","))
