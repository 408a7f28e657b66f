"""Ports that one file hands to another: `new App(controllers, 5000)`, `start(process.env.PORT || 3000)`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tasks.detection.node.listens import arguments_at
from tasks.detection.node.ports import port_of
from tasks.detection.node.source import JsFile

_CLASS: Final = re.compile(r"\bclass\s+(\w{1,60})\b")
_TAKING: Final = re.compile(
    r"(?:\bfunction\s+|^[ \t]*(?:(?:public|private|static|async)\s+)*|\b(?:const|let)\s+|\b(?=constructor\b))"
    r"(?P<name>\w{1,60})\s*(?:=\s*(?:async\s*)?(?:function\s*)?)?\((?P<taken>[^(){}]{1,200})\)\s*(?::[^{=\n]{1,60})?(?:=>|\{)",
    re.MULTILINE,
)
_KEPT: Final = frozenset({"if", "for", "while", "switch", "catch", "function", "return"})


def passed_port(name: str, line: int, text: str, others: Iterable[tuple[str, JsFile]]) -> int | None:
    """What the calls in other files give for a parameter that listens on that line: of its function, or its class."""
    takers = tuple(_takers(name, "\n".join(text.splitlines()[:line])))
    for code, source in others if takers else ():
        for called, position in takers:
            for match in re.finditer(rf"(?:\bnew\s+|\.|\b){called}\s*\(", code):
                arguments = arguments_at(code, match.end())
                given = arguments[position] if len(arguments) > position else ""
                port = port_of(given, source.values)[0] if given else None
                if port:
                    return port
    return None


def _takers(name: str, before: str) -> Iterator[tuple[str, int]]:
    """The last function of the text with such a parameter, and its class; each with the parameter's place."""
    found: dict[str, int] = {}
    for match in _TAKING.finditer(before):
        taken = [re.sub(r"\s*[?]?\s*[:=].*$", "", part.strip(), flags=re.DOTALL) for part in match["taken"].split(",")]
        words = [part.split()[-1] if part else "" for part in taken]
        if name in words and match["name"] not in _KEPT:
            found[match["name"]] = words.index(name)
    classes = _CLASS.findall(before)
    if "constructor" in found and classes:
        yield classes[-1], found.pop("constructor")
    yield from list(found.items())[-1:]
