"""The few questions that the lab asks of its own API server, over the standard library."""

import http.client
import json
import ssl
from collections.abc import Mapping

from cluster_layout import API, PKI
from lab import LabError

_HINT = "python3 tests/lab status"


def answers() -> bool:
    """Whether the API server says that it is ready."""
    try:
        return _ask("GET", "/readyz", timeout_s=3)[0] == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def exists(path: str) -> bool:
    """Whether there is an object at a path."""
    return _ask("GET", path)[0] == http.client.OK


def items(path: str) -> list[dict[str, object]]:
    """The objects of a list."""
    status, body = _ask("GET", path)
    _require(status, path, body)
    found: list[dict[str, object]] | None = json.loads(body)["items"]
    return found or []


def apply(path: str, document: Mapping[str, object]) -> None:
    """Have an object as it is described, by server-side apply."""
    path = f"{path}?fieldManager=containerkit-lab&force=true"
    headers = {"Content-Type": "application/apply-patch+yaml"}
    status, body = _ask("PATCH", path, json.dumps(document).encode(), headers)
    _require(status, path, body)


def look(thing: object, *keys: str) -> object:
    """The value below these keys; None where one is missing."""
    for key in keys:
        if not isinstance(thing, dict) or key not in thing:
            return None
        thing = thing[key]
    return thing


def _ask(
    method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, timeout_s: float = 30
) -> tuple[int, bytes]:
    if not (PKI / "admin.crt").exists():
        raise ConnectionError("no certificate yet")
    trust = ssl.create_default_context(cafile=str(PKI / "ca.crt"))
    trust.load_cert_chain(PKI / "admin.crt", PKI / "admin.key")
    connection = http.client.HTTPSConnection(*API, timeout=timeout_s, context=trust)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _require(status: int, path: str, body: bytes) -> None:
    if status >= http.client.BAD_REQUEST:
        raise LabError(f"the API server answered {status} to {path}: {body.decode(errors='replace')[:500]}", hint=_HINT)
