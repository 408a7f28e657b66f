"""Routes of a Rust program that say that it is well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import SOURCE, say
from tasks.detection.health import health_rank
from tasks.detection.rust.scope import RustScope
from tasks.detection.rust.syntax import RustFile
from tasks.models import Evidence

_ROUTE: Final = re.compile(
    r"\.(?:route|at|get|resource|route_service)\(\s*\"(\d+)\"|\b(?:web::)?resource\(\s*\"(\d+)\"|\bRouter::with_path\(\s*\"(\d+)\""
)
_ATTRIBUTE: Final = re.compile(r"#\[(?:\w+::)?(?:get|head|route)\(\s*\"(\d+)\"")
_WARP: Final = re.compile(r"\b(?:warp::)?path(?:!\(\s*\"(\d+)\"(?:\s*/\s*\"(\d+)\")*\s*\)|\(\s*\"(\d+)\"\s*\))")
_NESTED: Final = re.compile(r"\.(?:nest|nest_service|push)\(\s*\"(\d+)\"\s*,|\b(?:web::)?scope\(\s*\"(\d+)\"\s*\)")
_HUNG: Final = re.compile(r"\.nest\(\s*\"(\d+)\"\s*,\s*(?:\w+::)*(\w+)(?:\(\w*\))?\s*\)")
_MOUNT: Final = re.compile(r"\.mount\(\s*\"(\d+)\"\s*,\s*(?:rocket::)?routes!\s*\[([^\]]*)\]")
_HANDLER: Final = re.compile(r"fn (\w+)")


def health_evidence(scope: RustScope) -> Iterator[Evidence]:
    """The routes that answer for health, likeliest first by confidence."""
    mounts = _mounts(scope)
    for file in scope.files:
        for path, line in _routes(file, mounts):
            rank = health_rank(path)
            if rank is not None:
                yield say("health_path", path, file.path, "rust.route", SOURCE - rank / 1000, line)


def _hung(file: RustFile, names: list[tuple[str, str]]) -> Iterator[tuple[int, int, str]]:
    """Where the routers are made that `.nest("/api", router)` hangs: a binding or a function of the same file."""
    for number, name in names:
        prefix = file.text.strings[int(number)].rstrip("/")
        for match in re.finditer(rf"\blet (?:mut )?{name}\b[^=]*=|\bfn {name}\s*\([^)]*\)[^{{;]*\{{", file.code):
            is_function = match[0].endswith("{")
            end = (
                file.text.closing(match.end())
                if is_function
                else match.end() + len(file.text.expression(match.end(), ";")) + 1
            )
            yield match.start(), end, prefix


def _mounts(scope: RustScope) -> dict[str, str]:
    """Where Rocket hangs a handler, by the handler's name."""
    found = {}
    for file in scope.files:
        for match in _MOUNT.finditer(file.code):
            for name in re.findall(r"\w+(?=\s*(?:,|$))", match[2]):
                found[name] = file.text.strings[int(match[1])].rstrip("/")
    return found


def _routes(file: RustFile, mounts: dict[str, str]) -> Iterator[tuple[str, int]]:
    strings = file.text.strings
    nested = []
    for match in _NESTED.finditer(file.code):
        opening = match.start() + match[0].index("(") + 1
        end = file.text.closing(opening)
        if match[2]:
            end = match.end() + len(file.text.expression(match.end(), ";"))
        nested.append((match.start(), end, strings[int(match[1] or match[2])].rstrip("/")))
    nested += _hung(file, [(match[1], match[2]) for match in _HUNG.finditer(file.code)])
    for match in _ROUTE.finditer(file.code):
        route = strings[int(next(each for each in match.groups() if each))]
        around = "".join(prefix for start, end, prefix in nested if start < match.start() < end)
        yield f"{around}/{route.lstrip('/')}", file.text.line(match.start())
    for match in _ATTRIBUTE.finditer(file.code):
        handler = _HANDLER.search(file.code, match.end(), match.end() + 400)
        prefix = mounts.get(handler[1], "") if handler else ""
        yield f"{prefix}{strings[int(match[1])]}", file.text.line(match.start())
    for match in _WARP.finditer(file.code):
        words = [strings[int(each)] for each in re.findall(r'"(\d+)"', match[0])]
        yield "/" + "/".join(words), file.text.line(match.start())
