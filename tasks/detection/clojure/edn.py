"""EDN, as project.clj and deps.edn are written in, as nested tuples. Nothing is evaluated."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from tasks.detection.shape import unreadable

Form = str | tuple["Form", ...]
"""A word or a text as it stands, texts with their quotes; or what a pair of brackets holds, its bracket first."""

_TOKEN: Final = re.compile(
    r'(?P<space>[\s,]+)|(?P<comment>;[^\n]*)|(?P<text>#?"(?:\\.|[^"\\])*"?)|(?P<open>#?\(|#?\{|\[)|(?P<close>[)\]}])'
    r"|(?P<skip>#_|[\'`~@^]|#\?@?|#')|(?P<word>[^\s,()\[\]{}\";]+)"
)
_CLOSES: Final = {")": "(", "]": "[", "}": "{"}
_MAX_DEPTH: Final = 80
_MAX_TOKENS: Final = 60_000


@lru_cache(maxsize=64)
def parse_edn(content: str, file: str) -> tuple[Form, ...]:
    """The forms of the file. Raises Invalid with the line when brackets do not fit, or for too much."""
    stack: list[list[Form]] = [[]]
    line = 1
    for count, match in enumerate(_TOKEN.finditer(content)):
        kind, text = match.lastgroup, match[0]
        if count > _MAX_TOKENS or len(stack) > _MAX_DEPTH:
            raise unreadable(file, line, "it holds too much or is nested too deeply")
        if kind == "open":
            stack.append([text[-1]])
        elif kind == "close":
            if len(stack) == 1 or _CLOSES[text] != stack[-1][0]:
                raise unreadable(file, line, f"{text} closes nothing")
            done = tuple(stack.pop())
            stack[-1].append(done)
        elif kind in {"text", "word"}:
            stack[-1].append(text)
        line += text.count("\n")
    if len(stack) > 1:
        raise unreadable(file, line, "a bracket is not closed")
    return tuple(stack[0])


def table_of(form: Form) -> dict[str, Form]:
    """A map's values by their keys; of a list such as (defproject …) what stands behind keywords."""
    if isinstance(form, str):
        return {}
    items = form[1:]
    if form[:1] == ("{",):
        return {key: value for key, value in zip(items[::2], items[1::2], strict=False) if isinstance(key, str)}
    return {
        key: items[position + 1]
        for position, key in enumerate(items[:-1])
        if isinstance(key, str) and key.startswith(":")
    }


def text_of(form: Form | None) -> str | None:
    """The text of a form that is one."""
    return form[1:-1] if isinstance(form, str) and form.startswith('"') and form.endswith('"') else None
