"""Expressions of ports in the JVM's languages: a number, what a name or a method stands for, a variable, a key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

ENVIRONMENT: Final = re.compile(
    r"""(?:System\s*\.\s*getenv\(\s*|System\s*\.\s*getenv\(\)\s*\.\s*get(?:OrDefault)?\(\s*|sys\.env(?:\.get(?:OrElse)?)?\(\s*"""
    r"""|System\.getenv\(\)\s*\[\s*|\(System/getenv\s+|\b[dD]otenv\w*(?:\.load\(\))?(?:\.get\(\s*|\s*\[\s*)|environment\.config\.propertyOrNull\(\s*|\benvironment\(\)\s*\.\s*get\(\s*)"(?P<name>[A-Za-z_]\w{0,80})\"(?P<rest>[^;\n]{0,160})"""
)
ENVIRON: Final = re.compile(r"\(env\s+:(?P<name>[a-z][a-z0-9-]*)(?P<rest>[^\n]{0,60})")
_NUMBER: Final = re.compile(r"(?<![\w.\"])(\d{2,5})(?![\w.])|\"(\d{2,5})\"")
_KEY: Final = re.compile(r'"((?:[A-Za-z][\w-]*\.)*\w*[pP]ort)"')
_PORT_NAME: Final = re.compile(r"\b(\w*(?:PORT|Port)|port)\b(?!\s*\()")
_HIGHEST_PORT: Final = 65535
_MAX_VALUES: Final = 4
_MAX_BODY: Final = 900


def argument(text: str) -> str:
    """The expression as far as its parentheses go."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth < 0 or (depth == 0 and character == "," and position):
            return text[:position]
    return text


def port_of(expression: str, text: str, depth: int = 0) -> tuple[int | None, str | None]:
    """The port of an expression, and the variable of the environment that it reads; names are looked up in the file."""
    variable = next(
        (match["name"] for pattern in (ENVIRONMENT, ENVIRON) if (match := pattern.search(expression))), None
    )
    numbers = [int(each[0] or each[1]) for each in _NUMBER.findall(expression)]
    ports = [each for each in numbers if 0 < each <= _HIGHEST_PORT]
    if ports or depth > _MAX_VALUES:
        return (ports[-1] if ports else None), variable
    for name in re.findall(r"[A-Za-z_][\w-]*", expression):
        value = _given(name, text)
        if value is None and ("-" in name or name.startswith("port")):
            bound = re.search(rf"[(\[]\s*(?:def\s+)?{re.escape(name)}\s+(\([^\n]{{1,200}}|\d+)", text)
            value = bound[1] if bound else None
        if value and value.strip() != expression.strip():
            port, read = port_of(value, text, depth + 1)
            if port or read:
                return port, read or variable
    return None, variable


def _given(name: str, text: str) -> str | None:
    """What the file gives the name, or what its method of this name does."""
    value = re.search(
        rf"(?<![\w.]){re.escape(name)}\b(?:\s*:\s*\w+)?\s*=\s*(?!=)([^;\n]{{1,300}}(?:\n\s*[.?:][^;\n]{{1,200}})*)",
        text,
    )
    if value:
        return value[1]
    method = re.search(rf"\b(?:fun|def|int|Integer)\s+{re.escape(name)}\s*\([^()]{{0,200}}\)", text)
    if method is None:
        return None
    rest = text[method.end() : method.end() + _MAX_BODY]
    body = re.match(r"[^={;]{0,80}(?:=\s*(?P<expression>[^{\n]{1,300})|=?\s*(?P<block>\{))", rest)
    if body is None:
        return None
    return body["expression"] or _block(rest[body.start("block") + 1 :])


def _block(text: str) -> str:
    """The text as far as the bracket that closes it."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return text[:position]
    return text


def keys_of(expression: str, text: str, depth: int = 0) -> Iterator[str]:
    """The keys that an expression names in quotes, itself or through the names in it."""
    yield from _KEY.findall(expression)
    for name in re.findall(r"[A-Za-z_]\w*", re.sub(r'"[^"]*"', "", expression)) if depth < _MAX_VALUES else ():
        value = _given(name, text)
        if value and value.strip() != expression.strip():
            yield from keys_of(value, text, depth + 1)


def names_of(expression: str) -> tuple[str, ...]:
    """The names in the expression that are those of a port."""
    return tuple(dict.fromkeys(_PORT_NAME.findall(re.sub(r'"[^"]*"', "", expression))))


def constant(name: str, text: str) -> tuple[int, int] | None:
    """The port that a file gives the name as a plain number, and the line of it."""
    match = re.search(rf"\b{re.escape(name)}\b(?:\s*:\s*\w+)?\s*=\s*([1-9]\d{{1,4}})\b(?!\.)", text)
    return (int(match[1]), text.count("\n", 0, match.start()) + 1) if match and int(match[1]) <= _HIGHEST_PORT else None


def address_of(host: str | None, text: str) -> str | None:
    """The address that a literal, or a name of the file, stands for."""
    if host is None or host.startswith('"'):
        return host.strip('"') if host else None
    value = re.search(rf"\b{re.escape(host)}\b(?:\s*:\s*\w+)?\s*=\s*\"([\w.:]+)\"", text)
    return value[1] if value else None
