"""Variables in a Dockerfile: what ARG and ENV lines set, and what a text becomes with them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping

_VARIABLE = re.compile(
    r"\\(?P<escaped>.)|\$\{(?P<braced>\w+)(?:(?P<operator>:?[-+?])(?P<word>[^}]{0,1000}))?\}|\$(?P<plain>\w+)"
)
_MAX_LENGTH = 10_000
_OLD_ENV = re.compile(r"(\w+)[ \t]+(.*)", re.DOTALL)


def expand(text: str, variables: Mapping[str, str | None]) -> str | None:
    """The text with its variables filled in; None when one has no value and no default, or when it would be endless."""
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        if match["escaped"]:
            return match["escaped"]
        known = variables.get(match["braced"] or match["plain"])
        operator = match["operator"] or ""
        is_set = bool(known) if operator.startswith(":") else known is not None
        if operator.endswith("+"):
            return match["word"] if is_set else ""
        if is_set:
            return known or ""
        if operator.endswith("-"):
            return match["word"]
        missing = True
        return ""

    expanded = _VARIABLE.sub(value, _unquoted(text))
    return None if missing or len(expanded) > _MAX_LENGTH else expanded


def assignments(
    kind: str, lines: Iterable[str], variables: Mapping[str, str | None] | None = None
) -> dict[str, str | None]:
    """What these ARG or ENV lines set, in order, each seeing the ones before; None for an ARG without a value."""
    known = dict(variables or {})
    for line in lines:
        for name, value in _pairs(kind, line):
            if value is not None:
                known[name] = expand(value, known)
            else:
                known.setdefault(name, None)
    return known


def _pairs(kind: str, line: str) -> list[tuple[str, str | None]]:
    old = _OLD_ENV.match(line)
    if kind == "ENV" and old and "=" not in line.split(maxsplit=1)[0]:
        return [(old[1], old[2])]
    try:
        words = shlex.split(line)
    except ValueError:
        return []
    pairs = (word.partition("=") for word in words)
    return [(name, value if equals else None) for name, equals, value in pairs]


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text
