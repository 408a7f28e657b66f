"""Routes of a Go program that say that it is well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.code_text import calls
from tasks.detection.evidence import SOURCE, say
from tasks.detection.go.scope import GoScope
from tasks.detection.go.syntax import GoFile
from tasks.detection.health import health_rank
from tasks.models import Evidence

_ROUTE: Final = re.compile(
    r"(?:(\w+)|\))\s*\.(?:GET|Get|HandleFunc|Handle|HandleContext|Any|All|Method|MethodFunc|HEAD|Head|Add|Path|Match|Register)\("
)
_GROUP: Final = re.compile(r"(\w+)\s*:?=\s*(\w+)\.(?:Group|Party|PathPrefix)\(\s*\"(\d+)\"")
_NESTED: Final = re.compile(r"\.(?:Route|PartyFunc|Mount|Group)\(\s*\"(\d+)\"\s*,\s*func\b")
_METHOD: Final = re.compile(r"(?:GET|HEAD|ANY) +(?=/)")


def health_evidence(scope: GoScope) -> Iterator[Evidence]:
    """The routes that answer for health, likeliest first by confidence."""
    for file in scope.files:
        for path, line in _routes(file, scope):
            rank = health_rank(path)
            if rank is not None:
                yield say("health_path", path, file.path, "go.route", SOURCE - rank / 1000, line)


def _routes(file: GoFile, scope: GoScope) -> Iterator[tuple[str, int]]:
    groups = {match[1]: (match[2], file.text.strings[int(match[3])]) for match in _grouping(file)}
    nested = [
        (match.start(), file.text.closing(match.start() + match[0].index("(") + 1), file.text.strings[int(match[1])])
        for match in _NESTED.finditer(file.code)
    ]
    for match, arguments in calls(file.text, _ROUTE):
        route = _written(arguments[:2], file, scope)
        if route is None:
            continue
        around = "".join(prefix.rstrip("/") for start, end, prefix in nested if start < match.start() < end)
        yield f"{around}{_prefix(match[1], groups)}{route}", file.text.line(match.start())


def _grouping(file: GoFile) -> Iterator[re.Match[str]]:
    """The pattern is slow where it finds nothing."""
    if any(word in file.code for word in (".Group(", ".Party(", ".PathPrefix(")):
        yield from _GROUP.finditer(file.code)


def _written(arguments: list[str], file: GoFile, scope: GoScope) -> str | None:
    """The path among the first arguments, a method before it left out."""
    for each in arguments:
        said = file.text.string(each)
        if said is None and re.search(r"(?i)health|ready|ping|live", each) and re.fullmatch(r"[\w.]+", each):
            said = scope.worth(each, file).text
        route = _METHOD.sub("", said) if said else ""
        if route.startswith("/"):
            return route.removesuffix("{$}")
    return None


def _prefix(receiver: str | None, groups: dict[str, tuple[str, str]]) -> str:
    prefix = ""
    for _ in range(5):
        if receiver not in groups:
            return prefix
        receiver, path = groups[receiver]
        prefix = f"{path.rstrip('/')}{prefix}"
    return prefix
