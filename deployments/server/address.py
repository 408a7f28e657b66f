"""Where a Prefect server answers, and the question whether it does."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from tasks.models import Model

Health = Literal["healthy", "guarded", "foreign", "silent"]
"""guarded: it wants a login, which Prefect's client has; foreign: something else answers; silent: nothing does."""

_LONGEST_ANSWER = 4096
_FORBIDDEN = (401, 403)


class ServerAddress(Model):
    """A server that answers. `pid` is set for the local one, which is ours to stop."""

    api_url: str
    ui_url: str
    pid: int | None = None
    version: str = ""
    database: str = ""
    home: Path | None = None
    log_file: Path | None = None
    just_started: bool = False


def health(api_url: str, *, timeout_s: float = 2) -> Health:
    """Who answers below this address."""
    try:
        status, body = _get(f"{api_url}/health", timeout_s=timeout_s)
    except (OSError, http.client.HTTPException):
        return "silent"
    if status in _FORBIDDEN:
        return "guarded"
    return "healthy" if status == http.HTTPStatus.OK and body.strip() == b"true" else "foreign"


def version(api_url: str, *, timeout_s: float = 2) -> str:
    """The version of Prefect that answers there; empty when it does not say."""
    try:
        status, body = _get(f"{api_url}/admin/version", timeout_s=timeout_s)
    except (OSError, http.client.HTTPException):
        return ""
    return body.decode(errors="replace").strip().strip('"') if status == http.HTTPStatus.OK else ""


def without_login(url: str) -> str:
    """The same address without a user and password, fit to be shown."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _get(url: str, *, timeout_s: float) -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - http(s), see ensure
    loopback = urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
    # a company's proxy knows nothing of our loopback
    proxies = urllib.request.ProxyHandler({} if loopback else None)
    try:
        with urllib.request.build_opener(proxies).open(request, timeout=timeout_s) as answer:
            return answer.status, answer.read(_LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""
