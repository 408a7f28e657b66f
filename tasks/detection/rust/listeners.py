"""The calls of a Rust program that listen or wait: rows of rust_listeners.toml, found in its code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tasks.detection.code_text import calls
from tasks.detection.listening import Listen
from tasks.detection.rust.scope import RustScope
from tasks.detection.rust.syntax import RustFile
from tasks.detection.worth import Worth
from tasks.knowledge import load
from tasks.models import Model

_TELLING = ("port", "listen", "bind", "addr", "address", "listen_addr", "bind_addr", "http_port")
_WORKING = re.compile(r"worker|consumer|queue|poll|job|schedul|daemon|bot")


class RustListener(Model):
    """A row of rust_listeners.toml."""

    call: str
    crate: str
    argument: int
    default: int | None = None
    reads: tuple[str, ...] = ()
    example: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """The call up to its opening bracket."""
        before = r"(?<!\w)" if self.call[0] != "." else ""
        return re.compile(before + re.escape(self.call) + r"(?:::<[^()]{0,100}>)?\s*\(")


class _Aside(Model):
    words: tuple[str, ...]
    example: str


class _Waiting(Model):
    pattern: str
    near: tuple[str, ...]
    crates: tuple[str, ...]
    example: str


class _Table(Model):
    listener: tuple[RustListener, ...]
    aside: _Aside
    waiting: _Waiting


@cache
def table() -> _Table:
    """The validated table."""
    return _Table.model_validate(load("rust_listeners"))


@cache
def _patterns() -> tuple[tuple[RustListener, re.Pattern[str]], ...]:
    return tuple((row, row.pattern) for row in table().listener)


def listens(scope: RustScope, crates: frozenset[str]) -> list[Listen]:
    """Every call that listens, once for each place; where none says its port, an argument with a telling name."""
    found = list(_called(scope, crates))
    if not found or any(each.worth.port or each.default for each in found):
        return found
    for name in _TELLING:
        for file in scope.files:
            worth = scope.worth(name, file)
            if worth.port and (worth.option or worth.host_option or worth.port_option or worth.variables):
                return [Listen(found[0].path, found[0].line, worth), *found]
    return found


def _called(scope: RustScope, crates: frozenset[str]) -> Iterator[Listen]:
    for file in scope.files:
        seen: set[int] = set()
        for row, pattern in _patterns():
            if row.crate and row.crate not in crates:
                continue
            for match, arguments in calls(file.text, pattern):
                found = _listen(row, arguments, match, file, scope) if match.end() not in seen else None
                if found:
                    seen.add(match.end())
                    yield found
        if "rocket" in crates and re.search(r"#\[(?:rocket::)?launch\]", file.code) and not seen:
            position = file.code.find("launch]")
            yield Listen(file.path, file.text.line(position), Worth(), default=8000)


def read_by_frameworks(crates: frozenset[str]) -> frozenset[str]:
    """Files and folders that the frameworks among the crates read, though no line of the program names them."""
    return frozenset(name for row in table().listener if row.crate in crates for name in row.reads)


def waits(scope: RustScope, crates: frozenset[str]) -> tuple[str, int] | None:
    """File and line of what waits for work: a client of a queue, a chat or a clock, or a loop without an end."""
    waiting = table().waiting
    client = next((each for each in waiting.crates if each in crates), None)
    for file in scope.files:
        is_near = file is scope.files[0] or _WORKING.search(file.path.rpartition("/")[2])
        match = re.search(waiting.pattern, file.code) if is_near else None
        if match and any(word in file.code for word in waiting.near):
            return file.path, file.text.line(match.start())
        if client and client.replace("-", "_") in file.crates:
            return file.path, file.text.line(max(file.code.find(client.replace("-", "_")), 0))
    return None


def _listen(
    row: RustListener, arguments: list[str], match: re.Match[str], file: RustFile, scope: RustScope
) -> Listen | None:
    line = file.text.line(match.start())
    if row.argument < 0:
        return Listen(file.path, line, Worth(), default=row.default)
    if row.argument >= len(arguments):
        return None
    worth = scope.worth(arguments[row.argument], file)
    is_free = (worth.text or "").endswith(":0") and not worth.port_option
    if row.call == "rocket::custom":
        return Listen(file.path, line, worth if worth.is_address else Worth(), default=row.default)
    named = row.call.startswith(".") and not worth.is_address and not _sounds(worth)
    if is_free or named:
        return None
    return Listen(file.path, line, worth, _is_minor(worth, match, file), row.default)


def _sounds(worth: Worth) -> bool:
    return any(re.search(r"PORT|ADDR|LISTEN|BIND", name) for name in worth.variables)


def _is_minor(worth: Worth, match: re.Match[str], file: RustFile) -> bool:
    start = file.code.rfind("\n", 0, match.start()) + 1
    line = file.code[start : file.code.find("\n", match.end())].lower()
    words = f"{line} {' '.join(worth.variables).lower()} {file.path.rpartition('/')[2]}"
    return any(word in words for word in table().aside.words)
