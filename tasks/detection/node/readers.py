"""Functions of the application's own that read the variable they are named, and the places that call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tasks.detection.environment import Read
from tasks.detection.node.reads import literal

_NAMED: Final = re.compile(
    r"\b(?:process|Bun)\.env\[\s*([A-Za-z_$][\w$]*)\s*\]|\bDeno\.env\.get\(\s*([A-Za-z_$][\w$]*)\s*\)"
)
_HEADER: Final = (
    r"\b([A-Za-z_$][\w$]*)\s*(?:(?::[^=;{}\n]{1,80})?[=:]\s*(?:async\s+)?(?:function\b\s*\w*\s*)?)?"
    r"(?:<[^<>]{1,60}>\s*)?\(\s*%s\s*(?::\s*[\w ]{1,40})?\s*[,)]"
)
"""A function's name, whichever way it is written, before its first parameter."""
_KEYWORDS: Final = frozenset({"if", "for", "while", "switch", "catch", "return", "function", "typeof", "Error"})
_CALL: Final = re.compile(
    r"(?<![\w$])([A-Za-z_$][\w$]*)\s*(?:<[^<>]{1,60}>\s*)?\(\s*[\"']([A-Z][A-Z0-9_]{0,60})[\"']\s*"
    r"(?:,\s*([^,(){}\n]{1,80}))?[,)]"
)
_ENDS: Final = re.compile(r"\bthrow\b|process\.exit|\bassert\b|invariant\s*\(")
_BEFORE: Final = 400
_AFTER: Final = 300
_MAX_READERS: Final = 100
_MAX_CALLS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose first argument is written like a variable's name."""

    function: str
    name: str
    line: int
    second: str | None


def readers_in(code: str) -> dict[str, bool]:
    """The functions that read the variable which their first parameter names; true for one that stops without it."""
    found: dict[str, bool] = {}
    for match in islice(_NAMED.finditer(code), _MAX_READERS):
        header = re.compile(_HEADER % re.escape(match[1] or match[2]))
        before = code[max(0, match.start() - _BEFORE) : match.start()]
        headers = [each for each in header.finditer(before) if each[1] not in _KEYWORDS]
        names = [each[1] for each in headers if _is_open(before[each.end() :])]
        if names:
            rest = re.split(r"=>|\bfunction\b", code[match.end() : match.end() + _AFTER], maxsplit=1)[0]
            stops = _ENDS.search(rest) is not None
            found[names[-1]] = stops or found.get(names[-1], False)
    return found


def _is_open(inside: str) -> bool:
    """Whether what follows a function's first parameter has not left the function yet."""
    depth = 0
    for character in inside:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and character in "};":
            return False
    return depth >= 0


def calls_in(code: str) -> tuple[Call, ...]:
    """Every call that could be one of such a function."""
    return tuple(
        Call(match[1], match[2], code.count("\n", 0, match.start()) + 1, match[3])
        for match in islice(_CALL.finditer(code), _MAX_CALLS)
    )


def reads_through(files: Iterable[tuple[str, tuple[Call, ...]]], readers: Mapping[str, bool]) -> Iterator[Read]:
    """What the calls read; a second argument is the default."""
    for path, calls in files:
        for call in calls:
            if call.function in readers:
                required = readers[call.function] and call.second is None
                default = literal(call.second)
                yield Read(call.name, path, call.line, default, required=required, guarded=call.second is not None)
