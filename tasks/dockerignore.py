"""What a .dockerignore leaves out, as the Docker command line reads it (github.com/moby/patternmatcher).

Patterns are Go's filepath.Match with `**` for any number of folders; `!` takes back; the last match wins; a pattern that
fits a folder fits everything below it. The file is hostile: no pattern of it can make matching slow.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from tasks.errors import Invalid

MOST_PATTERNS = 2_000

_FEW_WILDCARDS = 3
"""A regular expression with n of them may need len(path)**n steps; above this number states are followed instead."""
_MANY_FOLDERS = r"(?:.*/)?"
_NOT_SLASH = r"[^/]"
_REPEATED = {"*": r"[^/]*", "**": r".*", "**/": _MANY_FOLDERS}


class Ignore:
    """The patterns of one .dockerignore. Raises Invalid, with the line, for one that is no pattern."""

    def __init__(self, text: str) -> None:
        self._patterns = tuple(_read(text))
        self._exceptions = tuple(pattern for pattern in self._patterns if pattern.taken_back)

    def leaves_out(self, path: str) -> bool:
        """Whether this path, relative to the context and with forward slashes, does not belong to it."""
        parts = path.split("/")
        paths = ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
        out = False
        for pattern in self._patterns:
            if pattern.taken_back == out and any(map(pattern.fits, paths)):
                out = not pattern.taken_back
        return out

    def may_take_back_below(self, folder: str) -> bool:
        """Whether something below this folder, itself left out, could belong to the context all the same."""
        return any(pattern.reaches_below(folder) for pattern in self._exceptions)


class _Pattern:
    def __init__(self, text: str, *, taken_back: bool) -> None:
        self.taken_back = taken_back
        self._whole = _Glob(text)
        self._parts = tuple(None if "**" in part else _Glob(part) for part in _split(text))

    def fits(self, path: str) -> bool:
        return self._whole.fits(path)

    def reaches_below(self, folder: str) -> bool:
        """Whether the pattern's first parts fit the folder's: below it, the rest may."""
        for glob, part in zip(self._parts, folder.split("/"), strict=False):
            if glob is None:
                return True
            if not glob.fits(part):
                return False
        return True


class _Glob:
    def __init__(self, text: str) -> None:
        self._tokens = tuple(_tokens(text))
        expression = "".join(_REPEATED.get(token, token) for token in self._tokens)
        repeated = sum(token in _REPEATED for token in self._tokens)
        self._regex = re.compile(expression, re.DOTALL) if repeated <= _FEW_WILDCARDS else None
        self._single = {token: re.compile(token, re.DOTALL) for token in self._tokens if token not in _REPEATED}

    def fits(self, path: str) -> bool:
        if self._regex:
            return self._regex.fullmatch(path) is not None
        states = self._closed({(0, True)})
        for character in path:
            states = self._closed({follower for state in states for follower in self._after(state, character)})
        return (len(self._tokens), True) in states

    def _after(self, state: tuple[int, bool], character: str) -> Iterator[tuple[int, bool]]:
        """Where a token number leads with one more character; False: within `**/`, before its slash."""
        number, _ = state
        token = self._tokens[number] if number < len(self._tokens) else None
        if token == "**/":
            yield number, False
            if character == "/":
                yield number + 1, True
        elif token == "**" or (token == "*" and character != "/"):
            yield state
        elif token in self._single and self._single[token].fullmatch(character):
            yield number + 1, True

    def _closed(self, states: set[tuple[int, bool]]) -> set[tuple[int, bool]]:
        """These states and those that need no further character."""
        out = set(states)
        pending = list(states)
        while pending:
            number, skippable = pending.pop()
            follower = (number + 1, True)
            if skippable and number < len(self._tokens) and self._tokens[number] in _REPEATED and follower not in out:
                out.add(follower)
                pending.append(follower)
        return out


def _read(text: str) -> Iterator[_Pattern]:
    lines = text.removeprefix("\ufeff").split("\n")
    if len(lines) > MOST_PATTERNS:
        raise Invalid(f".dockerignore has more than {MOST_PATTERNS:,} lines", hint="name folders instead of files")
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line or raw.startswith("#"):
            continue
        path = line.removeprefix("!").strip()
        try:
            if not path:
                raise re.error("it names nothing")
            cleaned = posixpath.normpath(path)
            yield _Pattern(cleaned.lstrip("/") or cleaned, taken_back=line.startswith("!"))
        except (re.error, OverflowError) as error:
            raise Invalid(
                f".dockerignore line {number}: {line!r} is no pattern: {error}", hint="mend that line"
            ) from error


def _tokens(text: str) -> Iterator[str]:
    """`*`, `**`, `**/`, or a regular expression for one character."""
    if text.startswith("**") and text[2:3] not in {"", "/"} and not set("*?[\\") & set(text[2:]):
        yield "**"  # `**x` is "ends with x"
        yield from map(re.escape, text[2:])
        return
    position = 0
    while position < len(text):
        character = text[position]
        if character == "*":
            token = "*" if text[position + 1 : position + 2] != "*" else "**"
            position += len(token)
            if token == "**" and position < len(text):
                position += text[position] == "/"
                token = "**/" if position < len(text) else "**"
            yield token
            continue
        position += 1
        if character == "?":
            yield _NOT_SLASH
        elif character == "\\" and position < len(text):
            yield re.escape(text[position])
            position += 1
        elif character == "[":
            end = _class_end(text, position)
            yield f"[{text[position:end].replace('[', chr(92) + '[')}]"
            position = end + 1
        else:
            yield re.escape(character)


def _class_end(text: str, position: int) -> int:
    end = position + (text[position : position + 1] == "^")
    first = end
    while end < len(text) and (text[end] != "]" or end == first):
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise re.error("a [ is never closed")
    return end


def _split(text: str) -> Iterator[str]:
    """The parts between slashes, those inside a class or behind a backslash left alone."""
    return iter(re.findall(r"(?:\\.|\[[^\]]*\]|[^/])+", text, re.DOTALL))
