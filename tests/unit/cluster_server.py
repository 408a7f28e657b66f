"""An emulated API server on loopback: a small cluster that is well, until a test says what is wrong with it."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time

Document = Mapping[str, object]

NODE = {
    "metadata": {"name": "node-1"},
    "spec": {},
    "status": {
        "addresses": [{"type": "InternalIP", "address": "192.0.2.77"}, {"type": "Hostname", "address": "node-1"}],
        "allocatable": {"cpu": "2", "memory": "4024796Ki", "ephemeral-storage": "29Gi", "pods": "110"},
        "conditions": [{"type": "Ready", "status": "True", "message": "kubelet is posting ready status"}],
        "nodeInfo": {"architecture": "amd64"},
    },
}
"""As a kubelet of 1.33 reports it; the address is no machine's."""


def node(**changes: object) -> Document:
    """One node, with this `spec`, or with a Ready condition that says `unready`."""
    found = json.loads(json.dumps(NODE))
    if "unready" in changes:
        ready = {"type": "Ready", "status": "Unknown", "message": changes.pop("unready")}
        found["status"]["conditions"] = [ready]
    found["spec"].update(changes)
    return {"items": [found]}


@dataclass
class EmulatedCluster:
    """Its answers by `METHOD /path`, or by `*` for whatever else is asked; status 0 is none at all."""

    address: str = ""
    ahead_s: float = 0.0
    """By so much its clock is ahead of ours."""
    refused: frozenset[tuple[str, str]] = frozenset()
    """Verbs and resources that a review does not allow."""
    answers: dict[str, tuple[int, object]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        level = {"pod-security.kubernetes.io/enforce": "restricted"}
        self.answers |= {
            "GET /version": (200, {"major": "1", "minor": "33", "gitVersion": "v1.33.13"}),
            "GET /api/v1/nodes": (200, node()),
            "GET /api/v1/namespaces/team": (
                200, {"metadata": {"name": "team", "labels": level}, "status": {"phase": "Active"}},
            ),
            "GET /api/v1/namespaces/team/resourcequotas": (200, {"items": []}),
            "GET /api/v1/namespaces/team/limitranges": (200, {"items": None}),
        }  # fmt: skip

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, object]:
        """Status and document; a text in place of a document is sent as it is."""
        if path.endswith("/selfsubjectaccessreviews"):
            asked = json.loads(body)["spec"]["resourceAttributes"]
            allowed = (asked["verb"], asked["resource"]) not in self.refused
            return 201, {"status": {"allowed": allowed}}
        found = self.answers.get(f"{method} {path.partition('?')[0]}") or self.answers.get("*")
        return found or (404, {"kind": "Status", "code": 404, "message": f"{path} not found"})


@contextmanager
def emulated(tls: ssl.SSLContext | None = None) -> Iterator[EmulatedCluster]:
    """One that answers until the end of the block."""
    cluster = EmulatedCluster()
    handler = type("Handler", (_Handler,), {"cluster": cluster})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    cluster.address = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield cluster
    finally:
        cluster.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    cluster: EmulatedCluster
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.cluster.asked.append(f"{self.command} {self.path}")
        status, found = self.cluster.answer(self.command, self.path, body)
        if status == 0:
            self.cluster.ended.wait(30)
            return
        said = found.encode() if isinstance(found, str) else json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - named so by the class above

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate((timestamp or time()) + self.cluster.ahead_s, usegmt=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the class above
        """Say nothing."""
