"""Takes secrets out of text before anything is shown, stored, diagnosed or sent on.

Two sources: the values that a run was given (in every form in which a program is likely to print them), and shapes
that are secrets wherever they stand (`knowledge/secrets.toml`).
"""

from __future__ import annotations

import base64
import functools
import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

from tasks.models import Model

MARK = "[redacted]"
_SHORTEST = 4
_DISTINCT = 8
"""From this length on a known value is hidden wherever it stands; a shorter one only as a word of its own."""
_SHORTEST_FRAGMENT = 8
_SHORTEST_LINE = 16
_PASSES = 4
_ALIGNMENTS = range(3)


class SecretShape(Model):
    """One row of knowledge/secrets.toml."""

    id: str
    summary: str
    anchors: tuple[str, ...]
    pattern: str
    example: str
    harmless: tuple[str, ...] = ()


class SecretShapes(Model):
    """The file knowledge/secrets.toml."""

    ordinary_values: frozenset[str]
    secret: tuple[SecretShape, ...]


@functools.cache
def secret_shapes() -> SecretShapes:
    """What is known about the look of secrets, read once."""
    text = resources.files("tasks.knowledge").joinpath("secrets.toml").read_text(encoding="utf-8")
    return SecretShapes.model_validate(tomllib.loads(text))


class Redactor:
    """Replaces secrets by `[redacted]`: those it is told of, and what looks like one."""

    def __init__(self, known: Iterable[SecretStr] = ()) -> None:
        values = {secret.get_secret_value() for secret in known}
        ordinary = secret_shapes().ordinary_values
        chosen = [value for value in values if _worth_hiding(value, ordinary)]
        forms = {form for value in chosen if len(value) >= _DISTINCT for form in _forms(value)}
        self._forms = sorted(forms, key=len, reverse=True)
        words = sorted((value for value in chosen if len(value) < _DISTINCT), key=len, reverse=True)
        self._words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)") if words else None

    def redact(self, text: str) -> str:
        """The text without secrets. Doing it twice changes nothing more."""
        for _ in range(_PASSES):
            before, text = text, self._once(text)
            if text == before:
                break
        return text

    def _once(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, MARK)
        if self._words is not None:
            text = self._words.sub(MARK, text)
        lowered = text.lower()
        for shape in _compiled():
            if any(anchor in lowered for anchor in shape.anchors):
                text = shape.pattern.sub(_hide_groups, text)
        return text


@dataclass(frozen=True, slots=True)
class _CompiledShape:
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]


@functools.cache
def _compiled() -> tuple[_CompiledShape, ...]:
    return tuple(_CompiledShape(row.anchors, re.compile(row.pattern)) for row in secret_shapes().secret)


def _hide_groups(match: re.Match[str]) -> str:
    whole, start = match.group(), match.start()
    for name in sorted(match.re.groupindex, key=match.start, reverse=True):
        low, high = match.span(name)
        if low >= 0:
            whole = f"{whole[: low - start]}{MARK}{whole[high - start :]}"
    return whole


def _worth_hiding(value: str, ordinary: frozenset[str]) -> bool:
    """False for what would only make a log unreadable: `8000`, `true`, a part of the mark."""
    if len(value.strip()) < _SHORTEST or value in MARK or value.casefold() in ordinary:
        return False
    return len(value) >= _DISTINCT or not value.replace(".", "").isdigit()


def _forms(value: str) -> Iterable[str]:
    """The value as programs print it: plain, URL-encoded, as JSON, in base64, and each long line of it."""
    yield value
    encoded = (quote(value, safe=""), quote(value), quote_plus(value))
    yield from encoded
    yield from (re.sub(r"%[0-9A-F]{2}", lambda match: match.group().lower(), form) for form in encoded)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield from _base64_forms(value.encode())
    lines = (line.strip() for line in value.splitlines())
    yield from (line for line in lines if len(line) >= _SHORTEST_LINE)


def _base64_forms(value: bytes) -> Iterable[str]:
    """What stays the same of the value's base64 whatever stands before and after it, such as `user:`."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(value).decode()
        yield encode(value).decode().rstrip("=")
        for offset in _ALIGNMENTS:
            text = encode(bytes(offset) + value).decode().rstrip("=")
            first = -(-offset * 8 // 6)
            last = (offset + len(value)) * 8 // 6
            if last - first >= _SHORTEST_FRAGMENT:
                yield text[first:last]
