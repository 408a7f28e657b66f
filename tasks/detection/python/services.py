"""Services that a program names by an address or a driver: postgresql://…, django.db.backends.mysql."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tasks.detection.packages import backing_services

_ADDRESS: Final = re.compile(r"([a-z][a-z0-9]{1,20})(?:\+[a-z0-9]{1,30})?://")


def service_of(text: str) -> str | None:
    """The service whose address starts with this scheme, or whose driver has this name."""
    if len(text) > 300 or ("://" not in text and "." not in text):  # noqa: PLR2004 - no address is longer
        return None
    match = _ADDRESS.match(text)
    return _schemes().get(match[1]) if match else _drivers().get(text)


@cache
def _schemes() -> dict[str, str]:
    return {scheme: name for name, service in backing_services().items() for scheme in service.schemes}


@cache
def _drivers() -> dict[str, str]:
    return {driver: name for name, service in backing_services().items() for driver in service.drivers}
