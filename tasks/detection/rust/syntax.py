"""One Rust file: its code with strings and comments taken out, its modules, its functions. Tests are cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tasks.detection.code_text import CodeText

_TOKEN: Final = re.compile(
    r"//[^\n]*|/\*|\b[bc]?r(#*)\"|[bc]?\"(?:\\.|[^\"\\])*\"?|b?'(?:\\(?:u\{[0-9a-fA-F_]{1,8}\}|x[0-9a-fA-F]{2}|.)|[^'\\\n])'",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:(n|t|r|\\|\"|')|\n\s*)")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r"}
_TESTS: Final = re.compile(r"#\[cfg\(test\)\]\s*(?:pub )?mod \w+\s*\{")
_MODULE: Final = re.compile(r"(?:#\[path\s*=\s*\"(\d+)\"\]\s*)?^\s*(?:pub(?:\([^)]*\))? )?mod (\w+)\s*;", re.MULTILINE)
_FUNCTION: Final = re.compile(r"\bfn (\w+)\s*(?:<[^>{(]{0,200}>)?\s*\(")


@dataclass
class RustFile:
    """One file, taken apart when it is made."""

    path: str
    source: str
    text: CodeText = field(init=False)

    def __post_init__(self) -> None:
        self.text = _masked(self.source)
        tests = _TESTS.search(self.text.code)
        if tests:
            self.text = CodeText(self.text.code[: tests.start()], self.text.strings)

    @property
    def code(self) -> str:
        """The code in which strings are numbers."""
        return self.text.code

    @cached_property
    def modules(self) -> tuple[tuple[str, str | None], ...]:
        """Names of the modules in files of their own, and the path where one is said."""
        return tuple(
            (match[2], self.text.strings[int(match[1])] if match[1] else None) for match in _MODULE.finditer(self.code)
        )

    @cached_property
    def crates(self) -> frozenset[str]:
        """First words of paths, among them the crates that it uses."""
        return frozenset(re.findall(r"(?<![\w:])([a-z_]\w*)::", self.code)) | frozenset(
            re.findall(r"\b(?:use|extern crate) ([a-z_]\w*)", self.code)
        )

    def functions(self) -> Iterator[tuple[str, str, str]]:
        """Name, parameters and body of each function."""
        for match in _FUNCTION.finditer(self.code):
            closing = self.text.closing(match.end())
            opening = self.code.find("{", closing, closing + 400)
            if opening >= 0 and ";" not in self.code[closing:opening]:
                yield (
                    match[1],
                    self.code[match.end() : closing],
                    self.code[opening + 1 : self.text.closing(opening + 1)],
                )


def _masked(source: str) -> CodeText:
    strings: list[str] = []
    parts: list[str] = []
    position = 0
    while (match := _TOKEN.search(source, position)) is not None:
        parts.append(source[position : match.start()])
        token = match[0]
        end = match.end()
        if token == "/*":  # noqa: S105 - a comment's beginning
            end = _comment_end(source, end)
            token = source[match.start() : end]
            parts.append(" ")
        elif match[1] is not None:
            closing = source.find(f'"{match[1]}', end)
            content = source[end : closing if closing >= 0 else None]
            end = closing + 1 + len(match[1]) if closing >= 0 else len(source)
            token = source[match.start() : end]
            parts.append(_numbered(strings, content))
        elif '"' in token[:2]:
            content = token[token.index('"') + 1 :].removesuffix('"')
            parts.append(_numbered(strings, _ESCAPE.sub(_escape, content)))
        else:
            parts.append(" ")
        parts.append("\n" * token.count("\n"))
        position = end
    parts.append(source[position:])
    return CodeText("".join(parts), strings)


def _escape(match: re.Match[str]) -> str:
    return "" if match[1] is None else _ESCAPED.get(match[1], match[1])


def _numbered(strings: list[str], content: str) -> str:
    strings.append(content)
    return f'"{len(strings) - 1}"'


def _comment_end(source: str, start: int) -> int:
    """Where the comment ends; comments lie in comments."""
    depth = 1
    for match in re.compile(r"/\*|\*/").finditer(source, start):
        depth += 1 if match[0] == "/*" else -1
        if depth == 0:
            return match.end()
    return len(source)
