"""Ports that say nothing about where an application answers HTTP: the table ports.toml."""

from __future__ import annotations

from functools import cache

from tasks.knowledge import load
from tasks.models import Model


class _Ports(Model):
    other_protocols: frozenset[int]
    example: str


@cache
def _table() -> _Ports:
    return _Ports.model_validate(load("ports"))


def speaks_http(port: str) -> bool:
    """Whether HTTP may be spoken at this port."""
    return not port.isdigit() or int(port) not in _table().other_protocols
