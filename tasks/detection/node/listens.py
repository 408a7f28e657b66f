"""Calls that listen, and what each of them says of port and address: `.listen(`, and rows of node_listeners.toml."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from tasks.detection.node.ports import ENV, name_in, port_of
from tasks.knowledge import load
from tasks.models import Model

_LISTEN: Final = re.compile(r"\.\s*listen\s*\(")
_CALLBACK: Final = re.compile(r"(?:async\s*)?(?:\(|function\b)|[\w$]+\s*=>")
_PORT: Final = re.compile(r"\bport\b\s*(?::\s*([^,}\n]{1,120}))?")
_HOST: Final = re.compile(r"\bhost(?:name)?\b\s*(?::\s*([^,}\n]{1,120}))?")
_ADDRESS: Final = re.compile(r"[\"'`](?P<host>[\w.\[\]:-]{0,60}):(?P<port>\d{2,5}|\$\{[^}]{1,60}\})[\"'`]")
_URL: Final = re.compile(rf"\burl\s*:\s*({_ADDRESS.pattern})")
_MAX_CALL: Final = 2000


class Listener(Model):
    """A row of node_listeners.toml."""

    pattern: str
    packages: tuple[str, ...] = ()
    default: int | None = None
    positional: bool = False
    addressed: bool = False
    example: str


@dataclass(frozen=True, slots=True)
class JsListen:
    """One call that listens."""

    line: int
    port: int | None
    variable: str | None
    host: str | None
    host_variable: str | None = None
    name: str | None = None
    """The identifier that holds the port, when this file does not say what it is worth."""


@cache
def listeners() -> tuple[Listener, ...]:
    """All rows."""
    return TypeAdapter(tuple[Listener, ...]).validate_python(load("node_listeners")["listener"])


def listens_in(code: str, imports: Collection[str], values: Mapping[str, str]) -> Iterator[JsListen]:
    """The calls in code without comments, in the order of `.listen(` first, then of the table."""
    for match in _LISTEN.finditer(code):
        arguments = arguments_at(code, match.end())
        if arguments and not _CALLBACK.match(arguments[0]):
            yield _listen(arguments, values, code.count("\n", 0, match.start()) + 1)
    for row, pattern in _compiled():
        if row.packages and not any(name in imports for name in row.packages):
            continue
        for match in pattern.finditer(code):
            found = _by_row(row, _inside(code, match), values, code.count("\n", 0, match.start()) + 1)
            if found:
                yield found


def _inside(code: str, match: re.Match[str]) -> list[str]:
    """The arguments of a row's call, or the object that its pattern stops before."""
    if match[0].endswith(")"):
        return []
    if match[0].rstrip().endswith("("):
        return arguments_at(code, match.end())
    return ["{" + ", ".join(arguments_at(code, match.end() + 1)) + "}"]


def _by_row(row: Listener, arguments: list[str], values: Mapping[str, str], line: int) -> JsListen | None:
    said = next((each for each in arguments if each.startswith("{") and _PORT.search(each)), None)
    named = next((each for each in arguments if re.fullmatch(r"[\w$]{1,40}", each) and each in values), None)
    if said is None and named and _PORT.search(values[named]):
        said = "{" + values[named].strip("{}") + "}"
    told = next((match for each in arguments if (match := _URL.search(each))), None)
    if row.addressed and told and told["port"].isdigit():
        return JsListen(line, int(told["port"]), None, told["host"] or None)
    if said:
        found = _listen([said], values, line)
        if found.port or found.variable or found.name:
            return found
    first = arguments[0] if arguments else ""
    address = _ADDRESS.fullmatch(first)
    if row.positional and address:
        return _listen([address["port"].strip("${}")], values, line)
    if row.positional and first and not first.startswith("{") and not _CALLBACK.match(first):
        found = _listen([first], values, line)
        return found if found.port or found.variable else None
    return JsListen(line, row.default, None, None) if row.default else None


def _listen(arguments: list[str], values: Mapping[str, str], line: int) -> JsListen:
    first = arguments[0]
    host = next((each for each in arguments[1:2] if re.fullmatch(r"[\"'`][^\"'`]{1,80}[\"'`]|[\w$.]+", each)), None)
    held = values.get(first, "") if re.fullmatch(r"[\w$]{1,40}", first) else ""
    if first.startswith("{") or held.startswith("{"):
        port, named = _PORT.search(held or first), _HOST.search(held or first)
        first = (port[1] or "port") if port else "port" if held else ""
        host = (named[1] or "host") if named else None
    number, variable = port_of(first, values)
    resolved, host_variable = _host(host, values) if host else (None, None)
    return JsListen(line, number, variable, resolved, host_variable, name_in(first) if number is None else None)


def _host(written: str, values: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The address that an expression is worth without an environment, and the variable that can replace it."""
    expression = written.strip()
    if re.fullmatch(r"[\w$.]+", expression) and not expression.startswith("process.env"):
        expression = values.get(expression.rpartition(".")[2], "")
    variable = re.search(ENV, expression)
    literal = re.findall(r"[\"'`]([\w.:-]{1,80})[\"'`]", re.sub(ENV, "", expression))
    return (literal[-1] if literal else None), (variable["a"] or variable["b"]) if variable else None


def arguments_at(code: str, start: int) -> list[str]:
    """The texts between the brackets that were opened before `start`, split at their commas."""
    depth, begin, found = 1, start, []
    for position in range(start, min(len(code), start + _MAX_CALL)):
        character = code[position]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                found.append(code[begin:position].strip())
                break
        elif character == "," and depth == 1:
            found.append(code[begin:position].strip())
            begin = position + 1
    return [each for each in found if each]


@cache
def _compiled() -> tuple[tuple[Listener, re.Pattern[str]], ...]:
    return tuple((row, re.compile(row.pattern)) for row in listeners())
