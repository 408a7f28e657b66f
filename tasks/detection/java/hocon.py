"""HOCON, as Ktor, Play and Akka are configured with: keys and plain values; includes and substitutions stay as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<comment>(?:\#|//)[^\n]*)|(?P<string>\"(?:\\.|[^"\\\n])*\"?)|(?P<sub>\$\{\??[^}\n]{0,200}\})"""
    r"""|(?P<mark>[{}\[\],=:\n])|(?P<text>[^\s{}\[\],=:#"$]+)|(?P<other>\S)""",
    re.VERBOSE,
)
_MAX_TOKENS: Final = 40_000


def hocon_entries(content: str) -> Iterator[tuple[str, str, int]]:
    """Key, value and line of each value; a list's items stand in one text."""
    blocks: list[str] = []
    key, values, line, assigned, nested = "", [], 1, False, 0
    for count, match in enumerate(_TOKEN.finditer(content)):
        kind, text = match.lastgroup, match[0]
        if count > _MAX_TOKENS:
            return
        if kind == "comment":
            continue
        if text in {"\n", ",", "}"} and not nested:
            if key and assigned and values:
                yield ".".join([*blocks, key]), " ".join(values), line
            if text == "}" and blocks:
                blocks.pop()
            key, values, assigned = "", [], False
        elif text == "{" and not nested:
            blocks.append(key or "")
            key, values, assigned = "", [], False
        elif text in {"[", "]"}:
            nested = max(0, nested + (1 if text == "[" else -1))
        elif text in {"=", ":"} and key and not assigned:
            assigned = True
        elif text not in {"\n", ","}:
            bare = text.strip('"')
            if assigned:
                values.append(text if kind == "sub" else bare if kind == "string" else text)
            else:
                key = f"{key}{bare}" if not key or key.endswith(".") else bare
        line += text.count("\n")
