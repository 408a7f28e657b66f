"""A log as rules read it: without colours, timestamps and the prefixes of builders, each line once, bounded."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

HEAD_CHARACTERS = 8_000
TAIL_CHARACTERS = 40_000
LONGEST_LINE = 1_000
_LINES_FOUND = 200

_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]{0,40}[ -/]?[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)|[@-Z\\-_])")
_REWRITTEN = re.compile(r"[^\n\r]{0,10000}\r(?!\n|\r|$)")
"""A progress bar rewrites its line: what stands at the end is what a person saw."""
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PREFIX = re.compile(
    r"^(?:"
    r"#\d{1,4} (?=\S)"  # BuildKit, plain: the vertex
    r"|\d{1,5}\.\d{1,3} (?=\S)"  # … and its clock
    r"|(?:\[|time=\")?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
    r"(?: ?(?:Z|[+-]\d\d:?\d\d|UTC))?\"?\]?[ \t]{0,8}"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\]?[ \t]{1,8}"
    r"|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d (?:\S{1,60} )?"  # syslog
    r"|[a-z][\w.-]{0,40}(?:-\d{1,3})? {1,20}\| "  # docker compose
    r")",
    re.MULTILINE,
)
_PREFIXES = 3
_NOISE = re.compile(r"^(?:WARNING: Retrying \(Retry\(total=[1-9]|npm (?:warn|WARN) |npm notice )")
"""What a tool says on its way and gets over: pip's retries but the last one, npm's warnings."""


_WORD = re.compile(r"[a-z0-9]+")


class Anchor:
    """A literal in lower case that begins where a word begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        match = _WORD.search(text)
        self._word = match.group() if match else ""
        self._is_whole = match is not None and match.end() < len(text)

    def may_be_in(self, text: LogText) -> bool:
        """False when its first word does not occur: a thousand anchors are asked, and few are there."""
        if self._is_whole:
            return self._word in text.words
        number = bisect.bisect_left(text.sorted_words, self._word)
        return number < len(text.sorted_words) and text.sorted_words[number].startswith(self._word)


@dataclass(frozen=True)
class LogText:
    """The lines, and all of them lowered as one text in which literals are looked for quickly."""

    lines: tuple[str, ...]
    lowered: str
    starts: tuple[int, ...]
    """Where each line begins in `lowered`."""

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the text."""
        return frozenset(_WORD.findall(self.lowered))

    @cached_property
    def sorted_words(self) -> list[str]:
        """The same in order, for words of which only the beginning is known."""
        return sorted(self.words)

    def lines_with(self, anchors: Iterable[Anchor]) -> list[int]:
        """The numbers of lines that hold one of them, in order, at most so many of them."""
        numbers: set[int] = set()
        for anchor in anchors:
            if not anchor.may_be_in(self):
                continue
            position = self.lowered.find(anchor.text)
            while position >= 0 and len(numbers) < _LINES_FOUND:
                number = bisect.bisect_right(self.starts, position) - 1
                numbers.add(number)
                if number + 1 == len(self.starts):
                    break
                position = self.lowered.find(anchor.text, self.starts[number + 1])
        return sorted(numbers)


def normalise(parts: Iterable[str]) -> LogText:
    """The lines of these texts in order: the message of a failure first, its log after it."""
    clean = "\n".join(_clean(_bounded(part)) for part in parts if part)
    seen = dict.fromkeys(_cut(line.strip()) for line in clean.split("\n"))
    lines = tuple(line for line in seen if line and not _NOISE.match(line))
    lowered = [line.lower() if line.isascii() else _lower(line) for line in lines]
    ends = itertools.accumulate((len(line) + 1 for line in lowered), initial=0)
    return LogText(lines, "\n".join(lowered), tuple(ends)[:-1])


def _bounded(text: str) -> str:
    if len(text) <= HEAD_CHARACTERS + TAIL_CHARACTERS:
        return text
    return f"{text[:HEAD_CHARACTERS]}\n{text[-TAIL_CHARACTERS:]}"


def _clean(text: str) -> str:
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if "\r" in text:
        text = _REWRITTEN.sub("", text)
    text = _INVISIBLE.sub("", text)
    for _ in range(_PREFIXES):
        shorter = _PREFIX.sub("", text)
        if shorter == text:
            break
        text = shorter
    return text


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE * 3 // 4]} … {line[-LONGEST_LINE // 4 :]}"


def _lower(line: str) -> str:
    """Lower case of the same length: `İ` would grow."""
    return "".join(lower if len(lower := character.lower()) == 1 else character for character in line)
