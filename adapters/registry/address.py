"""Where a registry listens, and whether with TLS.

Docker's rule: loopback may be plain, everything else has TLS unless the user names it. TLS never falls back to plain.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Literal

from tasks.models import DOCKER_HUB

Protocol = Literal["https", "http", "either"]
_DOCKER_HUB_API = "registry-1.docker.io"
_PORT = re.compile(r":\d+$")


def api_host(registry: str) -> str:
    """host[:port] of the registry's API."""
    return _DOCKER_HUB_API if registry == DOCKER_HUB else registry


def protocol(registry: str, *, plain_http: tuple[str, ...], with_ca_file: tuple[str, ...]) -> Protocol:
    """How the registry is spoken to; `either` for loopback, where it is found out by asking."""
    if registry in with_ca_file:
        return "https"
    if registry in plain_http:
        return "http"
    return "either" if is_loopback(registry) else "https"


def is_loopback(host: str) -> bool:
    """Whether host[:port] can only be this machine, by its spelling alone."""
    name = _PORT.sub("", host).strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
