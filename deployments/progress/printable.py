"""Text of programs and repositories that we do not trust, made fit for a terminal."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_LAYOUT = frozenset("\n\t")


def printable(text: str) -> str:
    """One line without escape sequences, control characters and invisible direction marks."""
    return " ".join(printable_lines(text).split())


def printable_lines(text: str) -> str:
    """The same for text of several lines, whose line ends and tabs stay."""
    plain = _ESCAPE.sub("", text.replace("\r\n", "\n"))
    return "".join(char if char.isprintable() or char in _LAYOUT else " " for char in plain)
