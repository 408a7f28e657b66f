"""One Go file: its package, imports, functions and code, with strings and comments taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tasks.detection.code_text import CodeText

_TOKEN: Final = re.compile(
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:\\.|[^\"\\\n])*\"?|`[^`]*`?|'(?:\\[^\n]{1,10}?|[^'\\\n])'", re.DOTALL
)
"""A comment, a string or a character. What has no end goes to the end: nothing is looked at twice."""
_ESCAPE: Final = re.compile(r"\\(n|t|r|\\|\"|')")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r"}
_PACKAGE: Final = re.compile(r"^\s*package\s+(\w+)", re.MULTILINE)
_IMPORT_BLOCK: Final = re.compile(r"^import\s*\(([^)]*)\)|^import\s+([\w.]*\s*\"\d+\")", re.MULTILINE)
_MAIN: Final = re.compile(r"^func\s+main\s*\(\s*\)", re.MULTILINE)
_IGNORED: Final = re.compile(r"^//\s*(?:go:build|\+build)\b[^\n]*\bignore\b", re.MULTILINE)
_EMBED: Final = re.compile(r"^[ \t]*//go:embed[ \t]+([^\n]+)", re.MULTILINE)
_BODY: Final = re.compile(r"(?<!interface)(?<!struct)\{")
_FUNCTION: Final = re.compile(r"^func\s*(?:\([^)\n]{0,100}\)\s*)?(\w+)\s*(?:\[[^\]\n]{0,100}\]\s*)?\(", re.MULTILINE)


@dataclass
class GoFile:
    """One file. Its code is taken apart when it is asked for."""

    path: str
    source: str
    text: CodeText = field(init=False)

    def __post_init__(self) -> None:
        self.text = _masked(self.source)

    @property
    def code(self) -> str:
        """The code in which strings are numbers."""
        return self.text.code

    @cached_property
    def package(self) -> str | None:
        """The name after `package`; None for a file that the build leaves out."""
        match = _PACKAGE.search(self.code)
        head = self.source[: self.source.find("\npackage ") + 1] or self.source[:200]
        return match[1] if match and not _IGNORED.search(head) else None

    @cached_property
    def is_main(self) -> bool:
        """Whether it holds the function that a program starts with."""
        return self.package == "main" and _MAIN.search(self.code) is not None

    @cached_property
    def imports(self) -> dict[str, str]:
        """Import paths and the names that they are used by."""
        found = {}
        for block in _IMPORT_BLOCK.finditer(self.code):
            for match in re.finditer(r"([\w.]*)[ \t]*\"(\d+)\"", block[1] or block[2] or ""):
                path = self.text.strings[int(match[2])]
                found[path] = match[1] or name_of(path)
        return found

    @cached_property
    def embedded(self) -> tuple[str, ...]:
        """Patterns of go:embed, relative to the file's folder."""
        words = [word for match in _EMBED.finditer(self.source) for word in match[1].split()]
        return tuple(word.strip('"`').removeprefix("all:") for word in words)

    def functions(self) -> Iterator[tuple[str, str, str]]:
        """Name, parameters and body of each function."""
        for match in _FUNCTION.finditer(self.code):
            closing = self.text.closing(match.end())
            opening = _BODY.search(self.code, closing, closing + 300)
            if opening:
                end = self.text.closing(opening.end())
                yield match[1], self.code[match.end() : closing], self.code[opening.end() : end]


def _masked(source: str) -> CodeText:
    strings: list[str] = []

    def replacement(match: re.Match[str]) -> str:
        token = match[0]
        if token[0] in "/'":
            return "\n" * token.count("\n") or " "
        content = token[1:-1] if len(token) > 1 and token[-1] == token[0] else token[1:]
        strings.append(
            content if token[0] == "`" else _ESCAPE.sub(lambda each: _ESCAPED.get(each[1], each[1]), content)
        )
        return f'"{len(strings) - 1}"' + "\n" * token.count("\n")

    code = _TOKEN.sub(replacement, source)
    return CodeText(code, strings)


def name_of(path: str) -> str:
    """The name that a package has by its path: the last element, a version left out."""
    parts = path.split("/")
    if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts = parts[:-1]
    name = re.sub(r"\.v\d+$", "", parts[-1])
    return name.removeprefix("go-").removesuffix("-go").removesuffix(".go").replace("-", "")
