"""What a .dockerignore leaves out, as the Docker command line reads it (github.com/moby/patternmatcher).

Patterns are Go's filepath.Match with `**` for any number of folders; `!` takes back; the last match wins; a pattern
that fits a folder fits everything below it. The file is hostile: no pattern of it can make matching slow.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from tasks.errors import Invalid

MOST_PATTERNS = 1_000

_REPEATED = {"*": r"[^/]*", "**": r".*", "**/": r"(?:.*/)?"}
_FEW_WILDCARDS, _SOME_WILDCARDS, _SHORT_PATH = 2, 3, 100
"""A regular expression with n wildcards may need len(path)**n steps: beyond these, states are followed instead."""


class Ignore:
    """The patterns of one .dockerignore. Raises Invalid, with the line, for one that is no pattern."""

    def __init__(self, text: str) -> None:
        self._patterns = tuple(_read(text))
        self._exceptions = tuple(pattern for pattern in self._patterns if pattern.taken_back)

    def leaves_out(self, path: str) -> bool:
        """Whether this path, relative to the context and with forward slashes, does not belong to it."""
        out = False
        for pattern in self._patterns:
            if pattern.taken_back == out and pattern.glob.fits_beginning(path):
                out = not pattern.taken_back
        return out

    def may_take_back_below(self, folder: str) -> bool:
        """Whether something below this folder, itself left out, could belong to the context all the same."""
        return any(pattern.reaches_below(folder) for pattern in self._exceptions)


class _Pattern:
    def __init__(self, text: str, *, taken_back: bool) -> None:
        self.taken_back = taken_back
        self.glob = _Glob(text)
        parts = re.findall(r"(?:\\.|\[(?:\\.|[^\]])*\]|[^/])+", text, re.DOTALL) if taken_back else []
        self._parts = tuple(None if "**" in part else _Glob(part) for part in parts)

    def reaches_below(self, folder: str) -> bool:
        """Whether the pattern's first parts fit the folder's: below it, the rest may."""
        for glob, part in zip(self._parts, folder.split("/"), strict=False):
            if glob is None:
                return True
            if not glob.fits_beginning(part):
                return False
        return True


class _Glob:
    """One pattern: a regular expression, and the same as an automaton whose states are the bits of an integer."""

    def __init__(self, text: str) -> None:
        tokens = tuple(_tokens(text))
        self._wildcards = sum(token in _REPEATED for token in tokens)
        expression = "".join(_REPEATED.get(token, token) for token in tokens)
        self._regex = re.compile(rf"(?:{expression})(?=/|\Z)", re.DOTALL)
        self._singles: list[tuple[int, re.Pattern[str]]] = []
        self._any = self._not_slash = self._optional = self._end = 0
        for token in tokens:
            self._add(token)
        self._masks: dict[str, tuple[int, int]] = {}

    def fits_beginning(self, path: str) -> bool:
        """Whether the path, or a folder that it lies in, fits."""
        cheap = self._wildcards <= _FEW_WILDCARDS
        if cheap or (self._wildcards <= _SOME_WILDCARDS and len(path) <= _SHORT_PATH):
            return self._regex.match(path) is not None
        states = self._skipped(1)
        for character in path:
            if character == "/" and states >> self._end & 1:
                return True
            steps, stays = self._mask(character)
            states = self._skipped((states & steps) << 1 | states & stays)
        return bool(states >> self._end & 1)

    def _add(self, token: str) -> None:
        here = 1 << self._end
        self._end += 1
        if token == "*":  # noqa: S105 - a part of a pattern
            self._not_slash |= here
        elif token == "**":  # noqa: S105 - the same
            self._any |= here
        elif token == "**/":  # noqa: S105 - the same
            self._optional |= here
            self._add("**")
            self._add("/")
        else:
            self._singles.append((here, re.compile(token, re.DOTALL)))

    def _mask(self, character: str) -> tuple[int, int]:
        """The states that this character leads on from, and those that it stays in."""
        if character not in self._masks:
            steps = sum(here for here, regex in self._singles if regex.fullmatch(character))
            self._masks[character] = steps, self._any | (self._not_slash if character != "/" else 0)
        return self._masks[character]

    def _skipped(self, states: int) -> int:
        """These states and those that need no further character: a `**/` is left out, or entered."""
        while True:
            more = states | (states & (self._any | self._not_slash | self._optional)) << 1
            more |= (states & self._optional) << 3
            if more == states:
                return states
            states = more


def _read(text: str) -> Iterator[_Pattern]:
    lines = text.removeprefix("\ufeff").split("\n")
    if len(lines) > MOST_PATTERNS:
        raise Invalid(f".dockerignore has more than {MOST_PATTERNS:,} lines", hint="name folders instead of files")
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line or raw.startswith("#"):
            continue
        cleaned = posixpath.normpath(line.removeprefix("!").strip())
        try:
            pattern = _Pattern(cleaned.lstrip("/") or cleaned, taken_back=line.startswith("!"))
        except (re.error, OverflowError) as error:
            problem = f".dockerignore line {number}: {line[:100]!r} is no pattern: {error}"
            raise Invalid(problem, hint="mend that line") from error
        if line == "!":
            raise Invalid(f'.dockerignore line {number}: "!" names nothing', hint="write a pattern after it")
        yield pattern


def _tokens(text: str) -> Iterator[str]:
    """`*`, `**`, `**/`, or a regular expression for one character."""
    if text.startswith("**") and text[2:3] not in {"", "/"} and not set("*?[]\\") & set(text[2:]):
        yield "**"  # `**x` is "ends with x"
        yield from map(re.escape, text[2:])
        return
    position = 0
    while position < len(text):
        character = text[position]
        if character == "*":
            found, position = _stars(text, position)
        elif character == "[":
            found, position = _class(text, position + 1)
        elif character == "?":
            found, position = r"[^/]", position + 1
        else:
            found, position = _character(text, position)
        yield found


def _stars(text: str, position: int) -> tuple[str, int]:
    if text[position + 1 : position + 2] != "*":
        return "*", position + 1
    end = position + 2
    if end == len(text):
        return "**", end
    end += text[end] == "/"
    return ("**/" if end < len(text) else "**"), end


def _class(text: str, position: int) -> tuple[str, int]:
    """What stands between brackets, as a regular expression, and the position after it."""
    members = ""
    negated = text[position : position + 1] == "^"
    position += negated
    while not members or text[position : position + 1] != "]":
        member, position = _character(text, position, refused="-]")
        if text[position : position + 1] == "-":
            last, position = _character(text, position + 1, refused="-]")
            member = f"{member}-{last}"
        members += member
    return f"[{'^' if negated else ''}{members}]", position + 1


def _character(text: str, position: int, *, refused: str = "") -> tuple[str, int]:
    """One character, behind a backslash or not, and the position after it."""
    if text[position : position + 1] == "\\":
        position += 1
    elif text[position : position + 1] in tuple(refused):
        raise re.error("a - or ] stands where a character should")
    if position >= len(text):
        raise re.error("it ends too early")
    return re.escape(text[position]), position + 1
