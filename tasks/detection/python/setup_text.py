"""Text that setup.py puts together of its own constants: console scripts that are written with the package's name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.python.usage import parsed

_SCRIPT: Final = re.compile(r"\s*([\w.-]{1,80})\s*=\s*([\w.]{1,120}:[\w.]{1,80})\s*")


def made_scripts(text: str) -> Iterator[tuple[str, str]]:
    """Name and "module:function" of each that an f-string, `.format`, `%` or `+` makes."""
    tree = parsed(text)
    if tree is None:
        return
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = _text(node.value, known)
            if value is not None:
                known.setdefault(node.targets[0].id, value)
    for node in ast.walk(tree):
        made = isinstance(node, ast.JoinedStr | ast.BinOp | ast.Call)
        written = _text(node, known) if made and isinstance(node, ast.expr) else None
        if match := _SCRIPT.fullmatch(written or ""):
            yield match[1], match[2]


def _text(node: ast.expr, known: dict[str, str]) -> str | None:
    """What the expression is worth, as far as constants tell."""
    made: str | None = None
    match node:
        case ast.Constant(value=str(text)):
            made = text
        case ast.Name(id=name):
            made = known.get(name)
        case ast.JoinedStr(values=parts):
            made = _joined([each.value if isinstance(each, ast.FormattedValue) else each for each in parts], known)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            made = _joined([left, right], known)
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            given = right.elts if isinstance(right, ast.Tuple) else [right]
            made = _filled(_text(left, known), r"%s", [_text(each, known) for each in given])
        case ast.Call(func=ast.Attribute(value=template, attr="format"), args=given, keywords=[]):
            made = _filled(_text(template, known), r"\{\d?\}", [_text(each, known) for each in given])
    return made


def _joined(parts: list[ast.expr], known: dict[str, str]) -> str | None:
    pieces = [_text(each, known) for each in parts]
    return None if None in pieces else "".join(each or "" for each in pieces)


def _filled(template: str | None, place: str, given: list[str | None]) -> str | None:
    """The template with its places filled, by their number, else in turn."""
    if template is None or None in given:
        return None
    places = re.findall(place, template)
    wanted = [int(each[1]) if each[1:2].isdigit() else number for number, each in enumerate(places)]
    if any(number >= len(given) for number in wanted):
        return None
    values = iter([given[number] or "" for number in wanted])
    return re.sub(place, lambda _: next(values), template)
