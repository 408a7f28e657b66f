"""What an expression in a program is worth as a port, without running it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

ENV: Final = (
    r"(?:process\.env|Bun\.env|import\.meta\.env|\benv)(?:\.(?P<a>[A-Za-z_]\w*)|\[\s*[\"'](?P<b>\w+)[\"']\s*\])"
)
"""A variable of the environment, named by one of two groups."""
_VARIABLE: Final = re.compile(ENV)
_ASKED: Final = re.compile(
    r"\.(?:get|getOrThrow|getNumber|required|env)\s*(?:<[^>]{0,40}>)?\(\s*[\"'`]([\w.-]{1,60})[\"'`]"
    r"\s*(?:,\s*([^),]{1,80}))?,?[^)]{0,40}\)(?:[^;]{0,60}?\.default\(\s*([^)]{1,40})\))?"
)
_TERNARY: Final = re.compile(r"(?<!\?)\?(?![?.])(?P<then>[^?]*?):(?P<other>[^:?]*)$", re.DOTALL)
_WRAPPED: Final = re.compile(
    r"^\+?\s*(?:[A-Za-z_$][\w$.]{0,40})?\(\s*(.*?)\s*(?:,\s*(?:10|0|true|false)\s*)?\)?$", re.DOTALL
)
_NUMBER: Final = re.compile(r"[\"'`]?(\d{2,5})[\"'`]?")
_NAME: Final = re.compile(r"[A-Za-z_$][\w$]*")
_MAX_DEPTH: Final = 6
_MAX_PORT: Final = 65535
_MAX_EXPRESSION: Final = 300


def port_of(expression: str, values: Mapping[str, str], depth: int = 0) -> tuple[int | None, str | None]:
    """The port that an expression is worth without an environment, and the variable that can replace it."""
    if depth > _MAX_DEPTH:
        return None, None
    written = expression.strip()[:_MAX_EXPRESSION]
    variable = _VARIABLE.search(written)
    name = (variable["a"] or variable["b"]) if variable else None
    asked = _ASKED.search(written)
    if asked:
        name = name or (asked[1] if asked[1].isupper() else None)
    for part in _alternatives(written, asked):
        port, inner = _worth(part, written, values, depth)
        if port or inner:
            return port, name or inner
    return None, name


def name_in(expression: str) -> str | None:
    """The identifier, or the key of a configuration, that holds the port; None when it is none."""
    asked = _ASKED.search(expression)
    if asked:
        return asked[1].rpartition(".")[2]
    last = _bare(expression).rpartition(".")[2]
    return last if _NAME.fullmatch(last) else None


def _alternatives(written: str, asked: re.Match[str] | None) -> list[str]:
    """What the expression may be worth, the last resort first."""
    found = list(reversed(re.split(r"\|\|?|\?\?", written)))
    ternary = _TERNARY.search(written)
    if ternary:
        found = [ternary["other"], ternary["then"], *found]
    if asked:
        found += [asked[3] or "", asked[2] or "", asked[1].rpartition(".")[2]]
    return [part for part in found if part.strip()]


def _worth(part: str, written: str, values: Mapping[str, str], depth: int) -> tuple[int | None, str | None]:
    bare = _bare(part)
    number = _NUMBER.fullmatch(bare)
    if number:
        return (int(number[1]) if 0 < int(number[1]) <= _MAX_PORT else None), None
    key = bare.rpartition(".")[2]
    if _NAME.fullmatch(key) and key in values and values[key] != written and not _VARIABLE.fullmatch(bare):
        return port_of(values[key], values, depth + 1)
    return None, None


def _bare(part: str) -> str:
    """The expression without calls that make a number or a text of it, types and brackets."""
    bare = re.sub(r"\s+as\s+[\w<>\[\]| ]{1,40}$", "", part.strip().strip(";,"))
    bare = re.sub(r",\s*(?:10|0)\s*\)?$", "", bare)
    for _ in range(3):
        inner = _WRAPPED.match(bare)
        if inner is None or not inner[1]:
            break
        bare = re.sub(r"\s+as\s+[\w<>\[\]| ]{1,40}$", "", inner[1].strip())
    bare = re.sub(r"^`\$\{(.{1,80})\}`$", r"\1", bare.strip(")(;, !"))
    return bare.strip(")(;, !+")
