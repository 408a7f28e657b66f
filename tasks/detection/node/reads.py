"""Variables that JavaScript reads: in place, destructured, through a configuration object, or named by a schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tasks.detection.environment import Read

_ENV: Final = r"(?:process\.env|Bun\.env)(?:\.(?P<a>[A-Za-z_]\w*)|\[\s*[\"'](?P<b>\w+)[\"']\s*\])"
_READ: Final = re.compile(_ENV + r"(?P<after>[!)\s]{0,4}(?:\|\|?|\?\?)\s*(?P<value>[^\s;,)}]{1,120}))?")
_DENO: Final = re.compile(
    r"\bDeno\.env\.get\(\s*[\"'](\w+)[\"']\s*\)(?:[!)\s]{0,4}(?:\|\|?|\?\?)\s*([^\s;,)}]{1,120}))?"
)
_DESTRUCTURED: Final = re.compile(r"\{([^{}]{1,2000})\}\s*=\s*(?:process|Bun)\.env\b")
_STOPS: Final = re.compile(
    r"if\s*\(\s*!\s*(?:process\.env\.)?([A-Za-z_]\w*)\s*\)\s*\{?\s*(?:[^{}]{0,200}?)(?:throw\b|process\.exit)"
)
_SCHEMA: Final = re.compile(
    r"(?:[pP]arse|cleanEnv|createEnv|validate|env\.data|safeParse)\(\s*(?:(?:process|Bun)\.env\b|\{)|\bruntimeEnv\b"
    r"|\.\.\.(?:process|Bun)\.env\b"
    r"|\bvalidationSchema\b|\bexperimental__runtimeEnv\b"
)
_FIELD: Final = re.compile(
    r"^[ \t]*([A-Z][A-Z0-9_]{0,60})\s*:\s*((?:z\s*\.|z$|(?:str|num|port|url|bool|email|host|json|makeValidator)\(|"
    r"[jJ]oi\s*\.|v\.|vine\.|yup\.|Type\.|t\.)[^\n]{0,300})",
    re.MULTILINE,
)
_NEST: Final = re.compile(
    r"\b(?:[cC]onfig(?:Service)?|env(?:ironment)?)\.(?P<how>get|getOrThrow)\s*(?:<[^>]{0,60}>)?\(\s*"
    r"[\"'`](?P<name>[A-Z][A-Z0-9_]{0,60})[\"'`]\s*(?:,\s*(?P<inside>[^),{]{1,80}))?[^)]{0,60}\)"
    r"(?:\s*(?:\|\|?|\?\?)\s*(?P<after>[^\s;,)}]{1,120}))?"
)
_CONVICT: Final = re.compile(r"\benv\s*:\s*[\"']([A-Z][A-Z0-9_]{0,60})[\"']")
_ENV_VAR: Final = re.compile(
    r"\benv\.get\(\s*[\"']([A-Z][A-Z0-9_]{0,60})[\"']\s*\)(?P<chain>(?:\s*\.\s*\w+\([^)]{0,80}\)){0,5})"
)
_SVELTE_DYNAMIC: Final = re.compile(r"\bimport\s*\{\s*env\s*\}\s*from\s*[\"']\$env/dynamic/")
_SVELTE_STATIC: Final = re.compile(r"\bimport\s*\{([\w\s,]{1,2000})\}\s*from\s*[\"']\$env/static/\w{1,20}[\"']")
_CONSTANT: Final = re.compile(r"\b(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::\s*[\w| ]{1,40})?=\s*([^;\n]{1,300})")


def plainly(code: str) -> str:
    """The code with what SvelteKit's modules of variables give written as process.env."""
    if "$env/" not in code:
        return code
    if _SVELTE_DYNAMIC.search(code):
        code = re.sub(r"(?<![\w.$])env\.(?=[A-Za-z_])", "process.env.", code)
    return _SVELTE_STATIC.sub(lambda match: f"const {{{match[1].replace(' as ', ': ')}}} = process.env", code)


def reads_in(path: str, code: str) -> Iterator[Read]:
    """Every place of the code, without comments, that reads a variable."""
    yield from _plain(path, code)
    yield from _destructured(path, code)
    for match in _DENO.finditer(code):
        yield Read(match[1], path, _line(code, match), literal(match[2]), guarded=match[2] is not None)
    for match in _NEST.finditer(code):
        default = literal(match["inside"] or match["after"])
        needed = match["how"] == "getOrThrow"
        yield Read(match["name"], path, _line(code, match), default, required=needed)
    yield from _schema(path, code)
    yield from _convict(path, code)
    for match in _ENV_VAR.finditer(code):
        written = re.search(r"\.default\(\s*([^)]*)\)", match["chain"])
        needed = ".required(" in match["chain"] and written is None
        yield Read(match[1], path, _line(code, match), literal(written[1]) if written else None, required=needed)


def assigned(code: str) -> Mapping[str, str]:
    """Names that destructuring gives to variables, each with the expression that it stands for."""
    found: dict[str, str] = {}
    for match in _DESTRUCTURED.finditer(code):
        for name, alias, default in _fields(match[1]):
            fallback = f" || {default}" if default else ""
            found.setdefault(alias or name, f"process.env.{name}{fallback}")
    return found


def literal(written: str | None) -> str | None:
    """The value of a text, number or boolean that stands in the code; None for anything else."""
    match = re.fullmatch(r"[\"'`]([^\"'`$\n]{0,120})[\"'`]|(\d{1,10}|true|false)", (written or "").strip())
    return None if match is None else match[1] if match[1] is not None else match[2]


def _plain(path: str, code: str) -> Iterator[Read]:
    stopped = {match[1] for match in _STOPS.finditer(code)}
    owners = {match[1]: match[2] for match in _CONSTANT.finditer(code)}
    required = stopped | {
        variable["a"] or variable["b"] for name in stopped if (variable := re.search(_ENV, owners.get(name, "")))
    }
    for match in _READ.finditer(code):
        name = match["a"] or match["b"]
        if re.match(r"\s*=(?!=)", code[match.end() : match.end() + 4]):
            continue
        default = literal(match["value"]) if match["value"] else _otherwise(code[match.end() : match.end() + 160])
        yield Read(name, path, _line(code, match), default, required=name in required)


def _otherwise(rest: str) -> str | None:
    """The last branch of `process.env.X ? … : value`."""
    match = re.match(r"\s*\?(?![?.])[^?:;\n]{1,100}:\s*([^\s;,)}]{1,60})", rest)
    return literal(match[1]) if match else None


def _destructured(path: str, code: str) -> Iterator[Read]:
    stopped = {match[1] for match in _STOPS.finditer(code)}
    for match in _DESTRUCTURED.finditer(code):
        for name, alias, written in _fields(match[1]):
            yield Read(name, path, _line(code, match), literal(written), required=(alias or name) in stopped)


def _fields(inside: str) -> Iterator[tuple[str, str | None, str | None]]:
    for part in inside.split(","):
        match = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*(?::\s*([A-Za-z_]\w*))?\s*(?:=\s*(.+?))?\s*", part, re.DOTALL)
        if match:
            yield match[1], match[2], match[3]


def _schema(path: str, code: str) -> Iterator[Read]:
    """Zod, envalid, Joi, t3-env and their like: an object whose fields are variables."""
    if not _SCHEMA.search(code):
        return
    for match in _FIELD.finditer(code):
        written = _whole(code, match)
        default = re.search(r"\b(?:default|fallback|devDefault)(?:\(|:)\s*([^,)}\n]{1,80})", written)
        optional = default is not None or re.search(r"\boptional\(|nullish\(|nullable\(|\.optional\b", written)
        needed = optional is None and not ("oi." in written and ".required(" not in written)
        value = literal(default[1]) if default else None
        yield Read(match[1], path, _line(code, match), value, required=needed, guarded=not needed)


def _whole(code: str, match: re.Match[str]) -> str:
    """The field's expression with the lines that go on with it."""
    rest = code[match.end() : match.end() + 400].split("\n")
    going = []
    for line in rest[1:]:
        if not line.strip().startswith((".", ")", "z.", "(")):
            break
        going.append(line)
    return match[2] + " ".join(going)


def _convict(path: str, code: str) -> Iterator[Read]:
    """A schema in which each setting names its variable."""
    if "convict(" not in code:
        return
    for match in _CONVICT.finditer(code):
        begin = code.rfind("{", 0, match.start())
        inside = code[begin : code.find("}", match.end())] if begin >= 0 else ""
        default = re.search(r"\bdefault\s*:\s*([^,}\n]{1,80})", inside)
        yield Read(match[1], path, _line(code, match), literal(default[1]) if default else None, guarded=True)


def _line(code: str, match: re.Match[str]) -> int:
    return code.count("\n", 0, match.start()) + 1
