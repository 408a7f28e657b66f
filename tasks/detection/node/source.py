"""One JavaScript or TypeScript file, read by patterns: what it imports, listens on, routes and reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tasks.detection.environment import Read
from tasks.detection.node.routing import Routing, line_at, read_routing

_COMMENT: Final = re.compile(
    r"(\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?)|(?<![:\\])//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL
)
"""A text, which is kept, or a comment. What has no end goes to the end: nothing is looked at twice."""
_IMPORT: Final = re.compile(
    r"(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)[\"']((?:@|\.{0,2}/|node:)?[\w@./~-]{1,200})[\"']"
)
_ENV: Final = r"process\.env(?:\.(?P<a>[A-Za-z_]\w*)|\[\s*[\"'](?P<b>\w+)[\"']\s*\])"
_READ: Final = re.compile(_ENV + r"(?P<after>[!)\s]{0,4}(?:\|\||\?\?)\s*(?P<value>[^\s;,)}]{1,120}))?")
_DESTRUCTURED: Final = re.compile(r"\{([^{}]{1,2000})\}\s*=\s*process\.env\b")
_CONSTANT: Final = re.compile(r"\b(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::\s*[\w| ]{1,40})?=\s*([^;\n]{1,300})")
_PROPERTY: Final = re.compile(
    r"\b(\w{0,30}(?:[pP]ort|PORT|[hH]ost|HOST)\w{0,10})\s*(?::|(?<=\w)\s*=(?![=>]))\s*([^,;\n{}]{1,200})"
)
_LISTEN: Final = re.compile(r"\.\s*listen\s*\(")
_SERVE: Final = re.compile(r"\b(serve|WebSocketServer|WebSocket\.Server|startStandaloneServer)\s*\(")
_STOPS: Final = re.compile(
    r"if\s*\(\s*!\s*(?:process\.env\.)?([A-Za-z_]\w*)\s*\)\s*\{?\s*(?:[^{}]{0,200}?)(?:throw\b|process\.exit)"
)
_WAITS: Final = re.compile(
    r"\bnew\s+Worker\s*\(\s*[\"'`]|\.consume\s*\(|\.eachMessage\b|eachMessage\s*:|\bsetInterval\s*\(|\bcron\.schedule\s*\(|"
    r"\bwhile\s*\(\s*(?:true|1)\s*\)|\.login\s*\(\s*process\.env|\bnew\s+CronJob\s*\(|\.process\s*\(\s*(?:async|[\"'`\d(])|"
    r"\bbot\.launch\s*\(|\.brPop\s*\(|\.blpop\s*\(|\.brpop\s*\("
)
_NUMBER: Final = re.compile(r"[\"'`]?(\d{2,5})[\"'`]?")


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


@dataclass(slots=True)
class JsFile:
    """What one file says."""

    path: str
    imports: list[str] = field(default_factory=list)
    listens: list[JsListen] = field(default_factory=list)
    routing: Routing = field(default_factory=Routing)
    reads: list[Read] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    """The text of constants and properties."""
    waits_line: int | None = None
    exports: bool = False
    """Other files can import something from it."""


def read_source(path: str, text: str) -> JsFile:
    """The file's content, as far as patterns can tell."""
    code = _COMMENT.sub(_without_comment, text)
    source = JsFile(path)
    source.imports = list(dict.fromkeys(match[1].removeprefix("node:") for match in _IMPORT.finditer(code)))
    source.values = _values(code)
    source.listens = list(_listens(code, source.values))
    source.routing = read_routing(code)
    source.reads = list(_reads(path, code))
    source.exports = bool(re.search(r"\bmodule\.exports\b|^[ \t]*export\b|\bexports\.\w", code, re.MULTILINE))
    waits = _WAITS.search(code)
    source.waits_line = line_at(code, waits.start()) if waits else None
    return source


def port_of(expression: str, values: dict[str, str], depth: int = 0) -> tuple[int | None, str | None]:
    """The port that an expression is worth without an environment, and the variable that can replace it."""
    if depth > 6:  # noqa: PLR2004 - nobody nests a port deeper
        return None, None
    written = expression.strip()
    variable = re.search(_ENV, written)
    name = (variable["a"] or variable["b"]) if variable else None
    parts = re.split(r"\|\||\?\?", written)
    for part in reversed(parts):
        bare = re.sub(r"^(?:Number|parseInt|String|\+)\s*\(?|[()\s+!]|,\s*10\b|\bas\s+\w+", "", part).strip(")(;, ")
        bare = re.sub(r"^(Number|parseInt|String)", "", bare)
        number = _NUMBER.fullmatch(bare)
        if number:
            return (int(number[1]) if 0 < int(number[1]) <= 65535 else None), name  # noqa: PLR2004 - ports end there
        key = re.sub(r"^.*\.", "", bare)
        if re.fullmatch(r"[A-Za-z_$][\w$]*", key) and key in values and values[key] != written:
            port, inner = port_of(values[key], values, depth + 1)
            if port or inner:
                return port, name or inner
    return None, name


def _without_comment(match: re.Match[str]) -> str:
    return match[1] if match[1] is not None else "\n" * match[0].count("\n")


def _values(code: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for match in _CONSTANT.finditer(code):
        values.setdefault(match[1], match[2])
    for match in re.finditer(r"\.set\(\s*[\"'](port)[\"']\s*,\s*([^;\n]{1,200})\)", code):
        values.setdefault(match[1], match[2])
    for match in _PROPERTY.finditer(code):
        values.setdefault(match[1], match[2])
    for match in _DESTRUCTURED.finditer(code):
        for name, alias, default in _fields(match[1]):
            fallback = f" || {default}" if default else ""
            values.setdefault(alias or name, f"process.env.{name}{fallback}")
    return values


def _fields(inside: str) -> Iterator[tuple[str, str | None, str | None]]:
    for part in inside.split(","):
        match = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*(?::\s*([A-Za-z_]\w*))?\s*(?:=\s*(.+?))?\s*", part, re.DOTALL)
        if match:
            yield match[1], match[2], match[3]


def _listens(code: str, values: dict[str, str]) -> Iterator[JsListen]:
    for match in _LISTEN.finditer(code):
        arguments = _arguments(code, match.end())
        if arguments and not re.match(r"(?:async\s*)?(?:\(|function\b)|[\w$]+\s*=>", arguments[0]):
            yield _listen(arguments, values, line_at(code, match.start()))
    for match in _SERVE.finditer(code):
        arguments = _arguments(code, match.end())
        if match[1] == "serve" and "fetch" not in " ".join(arguments):
            continue
        inside = re.search(r"\bport\s*:\s*([^,}\n]{1,120})", " , ".join(arguments))
        default = "3000" if match[1] == "serve" else "4000" if match[1] == "startStandaloneServer" else ""
        if inside or default:
            yield _listen([inside[1] if inside else default], values, line_at(code, match.start()))


def _listen(arguments: list[str], values: dict[str, str], line: int) -> JsListen:
    first = arguments[0]
    host = next((each for each in arguments[1:2] if re.fullmatch(r"[\"'`][^\"'`]{1,80}[\"'`]|[\w$.]+", each)), None)
    if first.startswith("{"):
        port = re.search(r"\bport\b\s*(?::\s*([^,}\n]{1,120}))?", first)
        named = re.search(r"\bhost(?:name)?\b\s*(?::\s*([^,}\n]{1,120}))?", first)
        first = (port[1] or "port") if port else ""
        host = (named[1] or "host") if named else None
    number, variable = port_of(first, values)
    resolved, host_variable = _host(host, values) if host else (None, None)
    name = re.sub(r"^.*\.", "", first.strip()) if number is None else None
    held = name if name and re.fullmatch(r"[\w$]+", name) else None
    return JsListen(line, number, variable, resolved, host_variable, held)


def _host(written: str, values: dict[str, str]) -> tuple[str | None, str | None]:
    """The address that an expression is worth without an environment, and the variable that can replace it."""
    expression = written.strip()
    if re.fullmatch(r"[\w$.]+", expression) and not expression.startswith("process.env"):
        expression = values.get(expression.rpartition(".")[2], "")
    variable = re.search(_ENV, expression)
    literal = re.findall(r"[\"'`]([\w.:-]{1,80})[\"'`]", re.sub(_ENV, "", expression))
    return (literal[-1] if literal else None), (variable["a"] or variable["b"]) if variable else None


def _arguments(code: str, start: int) -> list[str]:
    """The texts between the parentheses that were opened before `start`, split at their commas."""
    depth, begin, found = 1, start, []
    for position in range(start, min(len(code), start + 2000)):
        character = code[position]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                found.append(code[begin:position].strip())
                return [each for each in found if each]
        elif character == "," and depth == 1:
            found.append(code[begin:position].strip())
            begin = position + 1
    return [each for each in found if each]


def _reads(path: str, code: str) -> Iterator[Read]:
    stopped = {match[1] for match in _STOPS.finditer(code)}
    owners = {match[1]: match[2] for match in _CONSTANT.finditer(code)}
    required = stopped | {
        variable["a"] or variable["b"] for name in stopped if (variable := re.search(_ENV, owners.get(name, "")))
    }
    for match in _READ.finditer(code):
        name = match["a"] or match["b"]
        if re.match(r"\s*=(?!=)", code[match.end() : match.end() + 4]):
            continue
        default = _default(match["value"])
        yield Read(name, path, line_at(code, match.start()), default, required=name in required)
    for match in _DESTRUCTURED.finditer(code):
        for name, alias, written in _fields(match[1]):
            needed = (alias or name) in stopped
            yield Read(name, path, line_at(code, match.start()), _default(written), required=needed)
    yield from _schema(path, code)


def _schema(path: str, code: str) -> Iterator[Read]:
    """Zod and envalid: an object whose fields are variables."""
    if not re.search(r"(?:[pP]arse|cleanEnv)\(\s*process\.env\b", code):
        return
    for match in re.finditer(
        r"^[ \t]*([A-Z][A-Z0-9_]{0,60})\s*:\s*((?:z\.|str\(|num\(|port\(|url\(|bool\()[^\n]{0,300})", code, re.MULTILINE
    ):
        default = re.search(r"\bdefault(?:\(|:)\s*([^,)}\n]{1,80})", match[2])
        optional = default is not None or "optional()" in match[2] or "nullish()" in match[2]
        value = _default(default[1]) if default else None
        yield Read(match[1], path, line_at(code, match.start()), value, required=not optional, guarded=optional)


def _default(written: str | None) -> str | None:
    match = re.fullmatch(r"[\"'`]([^\"'`$\n]{0,120})[\"'`]|(\d{1,10}|true|false)", (written or "").strip())
    return None if match is None else match[1] if match[1] is not None else match[2]
