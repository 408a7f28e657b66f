"""BuildKit's progress, read from its protobuf messages without a protobuf library.

The messages are moby.buildkit.v1.StatusResponse (vertexes 1, statuses 2, logs 3, warnings 4). Only the fields named
here are read; every other one is skipped by its wire type, as the format means it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_VERTEXES, _LOGS, _WARNINGS = 1, 3, 4
_STARTED, _COMPLETED = 5, 6
_LONGEST_VARINT = 70


class Vertex(NamedTuple):
    """One node of the build, such as `[build 2/5] RUN npm ci`."""

    digest: str = ""
    name: str = ""
    cached: bool = False
    started: bool = False
    completed: bool = False
    error: str = ""


class Log(NamedTuple):
    """What a vertex printed."""

    vertex: str = ""
    raw: bytes = b""


class Trace(NamedTuple):
    """One message."""

    vertexes: tuple[Vertex, ...]
    logs: tuple[Log, ...]
    warnings: tuple[str, ...]


def read_trace(raw: bytes) -> Trace:
    """The message in these bytes. Raises ValueError when they are none."""
    vertexes: list[Vertex] = []
    logs: list[Log] = []
    warnings: list[str] = []
    for number, value in _fields(raw):
        if not isinstance(value, bytes):
            continue
        if number == _VERTEXES:
            vertexes.append(_vertex(value))
        elif number == _LOGS:
            logs.append(_log(value))
        elif number == _WARNINGS:
            warnings.append(_text(dict(_fields(value)).get(3, b"")))
    return Trace(tuple(vertexes), tuple(logs), tuple(warnings))


def _vertex(raw: bytes) -> Vertex:
    found = dict(_fields(raw))
    return Vertex(
        digest=_text(found.get(1, b"")),
        name=_text(found.get(3, b"")),
        cached=bool(found.get(4, 0)),
        started=_STARTED in found,
        completed=_COMPLETED in found,
        error=_text(found.get(7, b"")),
    )


def _log(raw: bytes) -> Log:
    found = dict(_fields(raw))
    printed = found.get(4, b"")
    return Log(vertex=_text(found.get(1, b"")), raw=printed if isinstance(printed, bytes) else b"")


def _text(value: int | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _fields(raw: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field numbers and values, in the order in which they came."""
    position = 0
    while position < len(raw):
        key, position = _varint(raw, position)
        number, wire_type = key >> 3, key & 7
        if wire_type == _VARINT:
            value, position = _varint(raw, position)
            yield number, value
            continue
        if wire_type == _BYTES:
            size, position = _varint(raw, position)
        elif wire_type in {_FIXED64, _FIXED32}:
            size = 8 if wire_type == _FIXED64 else 4
        else:
            raise ValueError(f"wire type {wire_type} is not known")
        if position + size > len(raw):
            raise ValueError("a field is longer than its message")
        yield number, raw[position : position + size]
        position += size


def _varint(raw: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if position >= len(raw) or shift >= _LONGEST_VARINT:
            raise ValueError("a number never ends")
        byte = raw[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 - the bit that says "more follows"
            return value, position
