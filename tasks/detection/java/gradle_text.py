"""Build scripts of Gradle, Groovy and Kotlin alike, as statements in blocks. Nothing is run; what is clever is lost.

`java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }` is one statement in the blocks java and toolchain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)
    |(?P<word>`[^`\n]{1,80}`|[A-Za-z_$][\w$]*(?:\s*\??\.\s*[A-Za-z_$][\w$]*)*)
    |(?P<number>\d[\d._]*)
    |(?P<newline>\n)
    |(?P<mark>[{}()\[\];,=:+<>])""",
    re.VERBOSE | re.DOTALL,
)
_MAX_TOKENS: Final = 60_000
_MAX_DEPTH: Final = 60


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a string without its quotes, a number or a mark."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement and the heads of the blocks around it, the outermost first."""

    blocks: tuple[str, ...]
    tokens: tuple[Token, ...]
    line: int

    @property
    def key(self) -> str:
        """The blocks and the first word with dots between, setters left out: "java.toolchain.languageVersion"."""
        first = self.tokens[0].text if self.tokens and self.tokens[0].kind == "word" else ""
        name = re.sub(r"\.(?:set|value|convention|assign)$", "", first)
        return ".".join(each for each in (*self.blocks, name) if each)

    @property
    def strings(self) -> tuple[str, ...]:
        """The strings in it."""
        return tuple(each.text for each in self.tokens if each.kind == "string")

    @property
    def words(self) -> tuple[str, ...]:
        """The words in it."""
        return tuple(each.text for each in self.tokens if each.kind == "word")

    @property
    def value(self) -> str | None:
        """The first string or number behind the key, else the last word."""
        rest = self.tokens[1:]
        literal = next((each.text for each in rest if each.kind in {"string", "number"}), None)
        return literal or next((each.text for each in reversed(rest) if each.kind == "word"), None)


@lru_cache(maxsize=256)
def statements(content: str) -> tuple[Statement, ...]:
    """The statements of a script in order; the head of a block is a statement too."""
    found: list[Statement] = []
    blocks: list[str] = []
    current: list[Token] = []
    line = started = 1
    nested = 0
    for count, match in enumerate(_TOKEN.finditer(content)):
        kind, text = match.lastgroup or "", match[0]
        if count > _MAX_TOKENS or len(blocks) > _MAX_DEPTH:
            break
        if text in {"{", "}"} or (kind == "newline" and nested == 0) or text == ";":
            if current:
                found.append(Statement(tuple(blocks), tuple(current), started))
            if text == "{":
                blocks.append(_head(current))
                nested = 0
            elif text == "}" and blocks:
                blocks.pop()
            current = []
        elif kind in {"word", "string", "number", "mark"}:
            started = started if current else line
            nested = max(0, nested + (text in {"(", "["}) - (text in {")", "]"}))
            current.append(Token(kind, _bare(kind, text)))
        line += text.count("\n")
    if current:
        found.append(Statement(tuple(blocks), tuple(current), started))
    return tuple(found)


def _head(tokens: list[Token]) -> str:
    return " ".join(each.text for each in tokens if each.kind in {"word", "string"})


def _bare(kind: str, text: str) -> str:
    if kind == "string":
        quotes = text[:3] if text[:3] in {'"""', "'''"} else text[:1]
        return text[len(quotes) :].removesuffix(quotes)
    return re.sub(r"[\s`?]", "", text) if kind == "word" else text
