"""The command of HEALTHCHECK: asks the application itself, with what the image has anyway.

With a known health path it must answer below 400 there; without one its port must accept a connection.
"""

from __future__ import annotations

from typing import Literal

from tasks.models import Component

_TIMEOUT_S = 4
_PYTHON_HTTP = (
    "import http.client, os, sys; "
    "c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout={timeout}); "
    "c.request('GET', sys.argv[1]); sys.exit(c.getresponse().status >= 400)"
)
_PYTHON_TCP = (
    "import os, socket; socket.create_connection(('127.0.0.1', int(os.environ['PORT'])), timeout={timeout}).close()"
)
_NODE_HTTP = (
    "require('http').get({{host: '127.0.0.1', port: process.env.PORT, path: process.argv[1], timeout: {timeout}000}}, "
    "r => process.exit(r.statusCode < 400 ? 0 : 1)).on('timeout', () => process.exit(1))"
    ".on('error', () => process.exit(1))"
)
_NODE_TCP = (
    "require('net').connect({{host: '127.0.0.1', port: process.env.PORT, timeout: {timeout}000}}, "
    "() => process.exit(0)).on('timeout', () => process.exit(1)).on('error', () => process.exit(1))"
)
_BASH_TCP = 'exec 3<>"/dev/tcp/127.0.0.1/$PORT"'
_BASH_HTTP = (
    f"{_BASH_TCP} && printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' \"$0\" >&3 "
    f'&& read -r -t {_TIMEOUT_S} _ status _ <&3 && [ "$status" -lt 400 ]'
)


def probe(component: Component, interpreter: Literal["python", "node", "bash"]) -> tuple[str, ...]:
    """The words of the command; none for an application that does not listen."""
    if component.port is None or component.kind not in {"web", "static"}:
        return ()
    if interpreter == "bash":
        path = component.health_path
        return ("bash", "-c", _BASH_TCP) if path is None else ("bash", "-c", _BASH_HTTP, path)
    option = "-c" if interpreter == "python" else "-e"
    http, tcp = (_PYTHON_HTTP, _PYTHON_TCP) if interpreter == "python" else (_NODE_HTTP, _NODE_TCP)
    if component.health_path is None:
        return (interpreter, option, tcp.format(timeout=_TIMEOUT_S))
    return (interpreter, option, http.format(timeout=_TIMEOUT_S), component.health_path)
