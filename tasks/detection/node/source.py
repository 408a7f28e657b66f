"""One JavaScript or TypeScript file, read by patterns: what it imports, listens on, routes and reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tasks.detection.environment import Read
from tasks.detection.node.listens import JsListen, listens_in
from tasks.detection.node.readers import Call, calls_in, readers_in
from tasks.detection.node.reads import assigned, plainly, reads_in
from tasks.detection.node.routing import Routing, line_at, read_routing
from tasks.detection.node.waits import waits_at

_COMMENT: Final = re.compile(
    r"(\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?)|(?<![:\\])//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL
)
"""A text, which is kept, or a comment. What has no end goes to the end: nothing is looked at twice."""
_IMPORT: Final = re.compile(
    r"(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)[\"']((?:@|\.{0,2}/|~/|#|node:|npm:|jsr:|https://)?[\w@./~^-]{1,200})[\"']"
)
_CONSTANT: Final = re.compile(
    r"\b(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::\s*[\w.<>\[\]| ]{1,60})?="
    r"\s*([^;\n]{1,300}(?:\n\s*(?:[|?:&]|\d)[^;\n]{1,200}){0,3})"
)
_PROPERTY: Final = re.compile(
    r"\b(\w{0,30}(?:[pP]ort|PORT|[hH]ost|HOST)\w{0,10})\s*(?::(?!\s*(?:number|string|any)\b)|"
    r"(?::\s*(?:number|string|any)\s*)?(?<=\w)\s*=(?![=>]))\s*([^,;\n{}]{1,200}(?:\n\s*[?:|&][^;\n{}]{1,200}){0,5})"
)
_SETTING: Final = re.compile(r"\.set\(\s*[\"'](port)[\"']\s*,\s*([^;\n]{1,200})\)")
_DEFAULTED: Final = re.compile(
    r"\b(\w{0,30}(?:[pP]ort|PORT))[\"']?\s*:\s*(?:\{[^{}]{0,300}?\bdefault\s*:\s*|[^,{}\n]{0,120}(?:\n\s*)?\.default\(\s*|"
    r"(?:port|num)\(\s*\{[^{}]{0,100}\bdefault\s*:\s*)[\"']?(\d{2,5})"
)
"""The port in a schema of settings: convict, zod, Joi, envalid, JSON schema."""
_OPTION: Final = re.compile(
    r"[\"'](\w{0,20}port)[\"']\s*,\s*\{[^{}]{0,300}?\bdefault\s*:\s*[\"']?(\d{2,5})\b"
    r"|--(port)\s*[<\[]\w{1,20}[>\]][\"']\s*,[^)]{0,200}?,\s*[\"']?(\d{2,5})[\"']?\s*\)"
)
"""The port among the options of a command line: yargs, commander."""
_IN_PRODUCTION: Final = re.compile(r"\bproduction[\"']?\s*[:=]\s*\{[^{}]{0,600}?\bport[\"']?\s*:\s*([^,}\n]{1,100})")
_DEVELOPED: Final = re.compile(r"\bdev(?:elopment)?[\"']?\s*[:=]\s*\{")
_FILLED: Final = re.compile(
    r"\bif\s*\(\s*!?\s*(\w{0,20}(?:[pP]ort|PORT))\b[^)]{0,80}\)\s*\{?\s*\1\s*=\s*[\"']?(\d{2,5})\b"
)
"""`if (port == null || port == "") { port = 8000; }`"""

_PLACED: Final = re.compile(
    r"(?:__dirname|import\.meta\.dirname)\s{0,20}[,+]\s{0,20}"
    r"((?:[\"'][\w@./ -]{1,120}[\"'](?:\s{0,20},\s{0,20})?){1,6})"
    r"|\bnew\s+URL\(\s*([\"']\.\./[\w@./ -]{1,120}[\"'])\s*,\s*import\.meta\.url"
)


@dataclass(slots=True)
class JsFile:
    """What one file says."""

    path: str
    imports: list[str] = field(default_factory=list)
    listens: list[JsListen] = field(default_factory=list)
    routing: Routing = field(default_factory=Routing)
    reads: list[Read] = field(default_factory=list)
    readers: dict[str, bool] = field(default_factory=dict)
    """Its functions that read the variable they are named."""
    calls: tuple[Call, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    """The text of constants and properties."""
    placed: tuple[str, ...] = ()
    """Relative paths that it puts behind its own place and that lead upwards."""
    waits_line: int | None = None
    exports: bool = False
    """Other files can import something from it."""


def read_source(path: str, text: str) -> JsFile:
    """The file's content, as far as patterns can tell."""
    code = plainly(_COMMENT.sub(_without_comment, text))
    source = JsFile(path)
    source.imports = list(dict.fromkeys(_name(match[1]) for match in _IMPORT.finditer(code)))
    source.values = _values(code)
    source.listens = list(listens_in(code, source.imports, source.values))
    source.routing = read_routing(code)
    source.reads = list(reads_in(path, code))
    source.readers, source.calls = readers_in(code), calls_in(code)
    source.placed = tuple(_placed(code))
    source.exports = bool(re.search(r"\bmodule\.exports\b|^[ \t]*export\b|\bexports\.\w", code, re.MULTILINE))
    waits = waits_at(code, source.imports)
    source.waits_line = line_at(code, waits) if waits is not None else None
    return source


def _name(written: str) -> str:
    """The import without its scheme and version; of a URL the path, whichever host serves it."""
    scheme, colon, rest = written.partition(":")
    if not colon:
        return written
    if scheme == "https":
        return re.sub(r"@v?[^/]{1,40}", "", rest.lstrip("/").partition("/")[2])
    return rest if scheme == "node" else re.sub(r"(?<=.)@[^/]*", "", rest.lstrip("/"))


def _without_comment(match: re.Match[str]) -> str:
    return match[1] if match[1] is not None else "\n" * match[0].count("\n")


def _values(code: str) -> dict[str, str]:
    values: dict[str, str] = {}
    in_production = _IN_PRODUCTION.search(code) if _DEVELOPED.search(code) else None
    if in_production and not re.search(r"\b(?:dialect|database|username)\b", in_production[0]):
        values["port"] = in_production[1].strip()
    for match in _DEFAULTED.finditer(code):
        values.setdefault(match[1], match[2])
    for match in _OPTION.finditer(code):
        values.setdefault(match[1] or match[3], match[2] or match[4])
    for pattern in (_CONSTANT, _SETTING, _PROPERTY):
        for match in pattern.finditer(code):
            values.setdefault(match[1], match[2])
    for match in _FILLED.finditer(code):
        values[match[1]] = f"{values.get(match[1], '')} || {match[2]}".removeprefix(" || ")
    for name, expression in assigned(code).items():
        values.setdefault(name, expression)
    return values


def _placed(code: str) -> Iterator[str]:
    for match in _PLACED.finditer(code):
        path = "/".join(re.findall(r"[\"']([^\"']+)[\"']", match[1] or match[2])).lstrip("/")
        if ".." in path.split("/"):
            yield path
