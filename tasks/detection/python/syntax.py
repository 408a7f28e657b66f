"""The syntax tree of Python, also of what only Python 2 reads: its statements are written as today's first."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Final, NamedTuple

_MAX_OLD: Final = 400_000
_OLD: Final = (
    (re.compile(r"(^[ \t]*|[:;][ \t]+)(?:print|exec)[ \t]+(?:>>[ \t]*)?(?=[\w\"'`(\[{%-])", re.MULTILINE), r"\1_ = "),
    (re.compile(r"(^[ \t]*|[:;][ \t]+)print(?=[\"'])", re.MULTILINE), r"\1_ = "),
    (re.compile(r"^([ \t]*except[ \t][^:\n]{1,200}?),[ \t]*(\w+)[ \t]*:", re.MULTILINE), r"\1 as \2:"),
    (re.compile(r"^([ \t]*raise[ \t]+[\w.]{1,100})[ \t]*,[^\n]*$", re.MULTILINE), r"\1"),
    (re.compile(r"<>"), "!="),
    (re.compile(r"(?<![\w.])0([0-7]+)\b(?![.\w])"), r"0o\1"),
    (re.compile(r"(?<![\w.])(\d+)[lL]\b"), r"\1"),
    (re.compile(r"\b[uU][rR](?=[\"'])"), "r"),
    (re.compile(r"`([^`\n]{1,80})`"), r"(\1)"),
)
"""What Python 2 has and Python 3 has not, and how it is said now: as far as it matters to what a program does."""


class Syntax(NamedTuple):
    """The tree, and whether only Python 2 could read the text as it stands."""

    tree: ast.Module
    is_old: bool = False


def syntax_of(text: str) -> Syntax | None:
    """The tree, silently; None for what neither release can read."""
    tree = _parsed(text)
    if tree is not None:
        return Syntax(tree)
    if len(text) > _MAX_OLD:
        return None
    spaced = text.replace("\r\n", "\n").expandtabs(8)
    tree = _parsed(spaced)
    if tree is not None:
        return Syntax(tree)
    for pattern, written in _OLD:
        spaced = pattern.sub(written, spaced)
    tree = _parsed(spaced)
    return Syntax(tree, is_old=True) if tree is not None else None


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
