"""HOCON, which Ktor, Play and Akka are configured with: keys and plain values.

Includes are passed over, substitutions stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<comment>(?:\#|//)[^\n]*)|(?P<string>\"(?:\\.|[^"\\\n])*\"?)|(?P<sub>\$\{\??[^}\n]{0,200}\})"""
    r"""|(?P<mark>[{}\[\],=:\n])|(?P<text>[^\s{}\[\],=:#"$]+)|(?P<other>\S)""",
    re.VERBOSE,
)
_MAX_TOKENS: Final = 40_000


@dataclass(slots=True)
class _Reader:
    """Where reading has come to."""

    blocks: list[str] = field(default_factory=list)
    key: str = ""
    values: list[str] = field(default_factory=list)
    assigned: bool = False
    brackets: int = 0

    def mark(self, text: str) -> tuple[str, str] | None:
        """Takes a mark in; the entry that ends with it."""
        if text in {"[", "]"}:
            self.brackets = max(0, self.brackets + (1 if text == "[" else -1))
        elif self.brackets:
            return None
        elif text in {"=", ":"}:
            self.assigned = bool(self.key)
        else:
            done = (".".join([*self.blocks, self.key]), " ".join(self.values)) if self.values else None
            if text == "{":
                self.blocks.append(self.key)
            elif text == "}" and self.blocks:
                self.blocks.pop()
            self.key, self.values, self.assigned = "", [], False
            return done
        return None

    def word(self, text: str) -> None:
        """Takes a part of a key or of a value in."""
        if self.assigned:
            self.values.append(text)
        else:
            self.key = f"{self.key}{text}" if self.key.endswith(".") else text


def hocon_entries(content: str) -> Iterator[tuple[str, str, int]]:
    """Key, value and line of each value; a list's items stand in one text."""
    reader = _Reader()
    line = 1
    for count, match in enumerate(_TOKEN.finditer(f"{content}\n")):
        if count > _MAX_TOKENS:
            return
        if match.lastgroup == "mark":
            done = reader.mark(match[0])
            if done:
                yield *done, line
        elif match.lastgroup != "comment":
            reader.word(match[0].strip('"') if match.lastgroup == "string" else match[0])
        line += match[0].count("\n")
