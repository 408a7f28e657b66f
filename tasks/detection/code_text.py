"""Source text made safe for patterns: comments are gone, and no pattern can match inside of a string.

A string stands in `code` as its number between double quotes; `strings` holds what it says. Lines keep their numbers.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

STRING: Final = re.compile(r'"(\d+)"')
_OPENING: Final = "([{"
_CLOSING: Final = ")]}"
_BRACKET: Final = re.compile(r"[()\[\]{}]")
_LONGEST: Final = 4000


@dataclass
class CodeText:
    """One file's code without comments, and the strings that were in it."""

    code: str
    strings: list[str] = field(default_factory=list)

    def string(self, expression: str) -> str | None:
        """What the expression says when it is one string."""
        match = STRING.fullmatch(expression.strip())
        return self.strings[int(match[1])] if match else None

    def line(self, position: int) -> int:
        """The line of a position, counted from 1."""
        return bisect_right(self._starts, position)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.code))]

    def arguments(self, start: int) -> list[str]:
        """The texts between the bracket that was opened before `start` and its end, split at their commas."""
        return [each for each in split(self.code[start : self.closing(start)], ",") if each]

    def closing(self, start: int) -> int:
        """Where the bracket closes that was opened before `start`; not further than a statement may be long."""
        depth = 1
        end = min(len(self.code), start + _LONGEST)
        for match in _BRACKET.finditer(self.code, start, end):
            depth += 1 if match[0] in _OPENING else -1
            if depth == 0:
                return match.start()
        return end

    def expression(self, start: int, stops: str) -> str:
        """From `start` to the first of the stops, or to a bracket that was not opened here."""
        depth = 0
        end = min(len(self.code), start + _LONGEST)
        for position in range(start, end):
            character = self.code[position]
            if depth == 0 and character in stops and not self._goes_on(start, position):
                return self.code[start:position].strip()
            if character in _OPENING:
                depth += 1
            elif character in _CLOSING:
                if depth == 0:
                    return self.code[start:position].strip()
                depth -= 1
        return self.code[start:end].strip()

    def _goes_on(self, start: int, position: int) -> bool:
        """Whether a line's end is none of the statement: an operator stands before it, or a method follows."""
        if self.code[position] != "\n":
            return False
        before = self.code[start:position].rstrip()
        after = self.code[position : position + 200].lstrip()
        return not before or before[-1] in "+|&,.=(" or after[:1] in {".", "?"}


def split(text: str, separator: str) -> list[str]:
    """The text split where the separator stands in no bracket."""
    depth, begin, found = 0, 0, []
    for position, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == separator and depth == 0:
            found.append(text[begin:position].strip())
            begin = position + 1
    return [*found, text[begin:].strip()]


def calls(text: CodeText, name: re.Pattern[str]) -> Iterator[tuple[re.Match[str], list[str]]]:
    """Each match of a pattern that ends behind an opening bracket, with the arguments of the call."""
    for match in name.finditer(text.code):
        yield match, text.arguments(match.end())
