"""Asks an application over a forwarded port, where these credentials may not ask through its Service."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from kubernetes.client import ApiClient, CoreV1Api
from kubernetes.stream import portforward

from adapters.kubernetes.api import Api
from adapters.kubernetes.deadline import Deadline
from adapters.kubernetes.errors import Subject, translated
from tasks.errors import Unavailable
from tasks.models import Application

_MOST_BYTES = 8_000


class Forwarded(NamedTuple):
    """What came back, as it came."""

    status: int
    content_type: str
    encoding: str
    content: bytes
    duration_ms: float


def ask_pod(api: Api, application: Application, pod: str, *, port: int, path: str, deadline: Deadline) -> Forwarded:
    """The answer of one pod. Raises Unavailable when it does not speak HTTP there, Denied when we may not forward."""
    started = time.monotonic()
    with _connected(api, application, pod, port, deadline) as connection:
        try:
            connection.request("GET", path, headers={"Accept-Encoding": "identity", "Connection": "close"})
            answer = connection.getresponse()
            content = b""
            while len(content) < _MOST_BYTES and not deadline.passed and (chunk := answer.read1(_MOST_BYTES)):
                content += chunk
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(
                f"{pod} does not answer on port {port}, asked for {path}: {error or type(error).__name__}",
                hint=f"containerkit logs {application.name}",
            ) from error
    return Forwarded(
        answer.status,
        answer.getheader("Content-Type", ""),
        answer.getheader("Content-Encoding", ""),
        content,
        (time.monotonic() - started) * 1000,
    )


@contextmanager
def _connected(
    api: Api, application: Application, pod: str, port: int, deadline: Deadline
) -> Iterator[http.client.HTTPConnection]:
    # the library changes the client that it forwards with: it gets one of its own
    client = ApiClient(api.connection.client.configuration)
    with translated(Subject("ask", f"{application.name} through {pod}", application.namespace)):
        forwarded = portforward(
            CoreV1Api(client).connect_get_namespaced_pod_portforward, pod, application.namespace, ports=str(port)
        )
    try:
        connection = http.client.HTTPConnection(f"{pod}.{application.namespace}", port)
        socket = forwarded.socket(port)
        socket.settimeout(deadline.left_s())
        connection.sock = socket
        yield connection
    finally:
        forwarded.close()
        client.close()  # type: ignore[no-untyped-call]  # the library's own
