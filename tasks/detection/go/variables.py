"""The variables of the environment that a Go program reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tasks.detection.code_text import calls
from tasks.detection.environment import Read
from tasks.detection.go.scope import GoScope
from tasks.detection.go.syntax import GoFile

_READ: Final = re.compile(r"(?<![\w.])(?:\w+\.)*(Getenv|LookupEnv|\w*[eE]nv\w*)\(")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{1,80}")
_UPPER: Final = re.compile(r"[A-Z][A-Z0-9_]{1,80}")
_TAGGED: Final = re.compile(r"^[ \t]*[A-Z]\w*[ \t]+[\w.*\[\]]+[ \t]*\"(\d+)\"", re.MULTILINE)
_HELD: Final = re.compile(r"^[ \t]*(?:[A-Z]\w*[ \t]+)?\*?(?:\w+\.)?(\w+)[ \t]*\"(\d+)\"", re.MULTILINE)
_STRUCT: Final = re.compile(r"\btype[ \t]+(\w+)[ \t]+struct\b")
_TAG: Final = re.compile(r'([\w-]+):"((?:\\.|[^"\\])*)"')
_ENDS: Final = re.compile(
    r"\b(?:log\.\w*Fatal\w*|\w+\.Fatal\w*|panic|os\.Exit|log\.Panic\w*|return\b[^\n]*(?:[eE]rr|Errorf))"
)
_MUST: Final = re.compile(r"(?i)must|require")


def reads_of(scope: GoScope) -> Iterator[Read]:
    """Every place that reads a variable."""
    prefixes = _prefixes(scope)
    for file in scope.files:
        yield from _calls(file, scope)
        yield from _tags(file, prefixes)


def _calls(file: GoFile, scope: GoScope) -> Iterator[Read]:
    for match, arguments in calls(file.text, _READ):
        if not arguments or match[1] in {"Setenv", "Unsetenv", "BindEnv", "SetEnvPrefix"}:
            continue
        is_plain = match[1] in {"Getenv", "LookupEnv"}
        name = file.text.string(arguments[0])
        if name is None and is_plain and re.fullmatch(r"\w+", arguments[0]):
            name = scope.worth(arguments[0], file).text
        if name is None or not (_NAME if is_plain else _UPPER).fullmatch(name):
            continue
        line = file.text.line(match.start())
        if is_plain:
            yield _plain(file, match, Read(name, file.path, line), scope)
        else:
            default = scope.worth(arguments[1], file).text if len(arguments) > 1 else None
            yield Read(name, file.path, line, default, required=bool(_MUST.search(match[1])) and default is None)


def _plain(file: GoFile, match: re.Match[str], read: Read, scope: GoScope) -> Read:
    """os.Getenv: what the lines behind it do when the variable is empty."""
    code = file.code
    before = code[code.rfind("\n", 0, match.start()) + 1 : match.start()]
    rest = code[match.end() : match.end() + 500]
    inline = re.match(r"[^\n)]*\)\s*,\s*\"(\d+)\"\s*\)", rest)
    if re.search(r"\b(?:cmp\.Or|Coalesce|FirstNonEmpty)\($", before) and inline:
        return replace(read, default=file.text.strings[int(inline[1])])
    guarded = match[1] == "LookupEnv" or re.search(r"\bif\b", before) is not None
    held = re.search(r"(\w+)(?:\s*,\s*(\w+))?\s*:?=\s*$", before)
    if held is None:
        return replace(read, guarded=guarded)
    tests = rf"len\({held[1]}\)\s*==\s*0|{held[1]}\s*==\s*\"\d+\"|!\s*{held[2] or 'ok'}\b"
    empty = re.search(rf"\bif\s+(?:{tests})\s*(?:\|\|[^{{\n]*)?\{{([^}}]{{0,300}})", rest)
    if empty is None:
        return replace(read, guarded=guarded)
    default = re.search(rf"\b{held[1]}\s*=\s*([^\n]+)", empty[1])
    if default:
        return replace(read, default=scope.worth(default[1], file).text, guarded=True)
    ends = _ENDS.search(empty[1]) is not None
    return replace(read, required=ends, guarded=not ends)


def _prefixes(scope: GoScope) -> dict[str, str]:
    """What the structs that hold others put in front of the names of these, by the held one's type."""
    found: dict[str, str] = {}
    holders: dict[str, str] = {}
    for file in scope.files:
        for match in _HELD.finditer(file.code):
            tag = dict(_TAG.findall(file.text.strings[int(match[2])]))
            prefix = tag.get("envPrefix") or tag.get("env-prefix")
            if prefix:
                found[match[1]] = prefix
                holders[match[1]] = _struct_at(file, match.start())
    return {name: f"{found.get(holders[name], '') if holders[name] != name else ''}{found[name]}" for name in found}


def _struct_at(file: GoFile, position: int) -> str:
    """The name of the struct in which the place lies."""
    openings = _STRUCT.findall(file.code[:position])
    return openings[-1] if openings else ""


def _tags(file: GoFile, prefixes: dict[str, str]) -> Iterator[Read]:
    """Struct tags of caarlos0/env, envconfig, cleanenv and their like."""
    for match in _TAGGED.finditer(file.code):
        tag = dict(_TAG.findall(file.text.strings[int(match[1])]))
        written = tag.get("env") or tag.get("envconfig") or ""
        name, _, options = written.partition(",")
        if not _UPPER.fullmatch(name):
            continue
        inline = re.search(r"default=([^,]*)", options)
        default = (
            inline[1]
            if inline
            else next((tag[key] for key in ("envDefault", "env-default", "default") if key in tag), None)
        )
        needed = re.search(r"required|notEmpty", options) is not None
        needed = needed or tag.get("required") == "true" or tag.get("env-required") == "true"
        prefix = prefixes.get(_struct_at(file, match.start()), "") if prefixes else ""
        line = file.text.line(match.start())
        yield Read(f"{prefix}{name}", file.path, line, default, required=needed and default is None)
