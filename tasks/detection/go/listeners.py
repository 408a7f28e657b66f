"""The calls of a Go program that listen or wait: rows of go_listeners.toml, found in its code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from tasks.detection.code_text import calls
from tasks.detection.go.scope import GoScope
from tasks.detection.go.syntax import GoFile, name_of
from tasks.detection.listening import Listen
from tasks.detection.worth import Worth, first
from tasks.knowledge import load
from tasks.models import Model

_FOREVER: Final = re.compile(r"\bselect\s*\{\s*\}|^\s*for\s*\{|^\t<-\s*(?:\w+|ctx\.Done\(\))$", re.MULTILINE)
"""A loop without an end; a receive on the first level of a function, as main's last line has it."""
_TOLD: Final = re.compile(r"^\t\w+(?:,[ ]?\w+)?[ ]:?=[ ]<-[ ]?\w+$", re.MULTILINE)
"""A receive that keeps what it got, as of the signal that ends a program which runs until it is told."""
_FUNCTION: Final = re.compile(r"^func (\w+)\(", re.MULTILINE)

_SETTING: Final = re.compile(r"\"(\d+)\"\s*[,:]\s*[^\"\n]{0,80}\n?[^\"\n]{0,80}?(?:\"(\d+)\"|\b(\d{2,5})\b)")
_LISTENING: Final = re.compile(
    r"(?:[A-Z]+_)?(?:LISTEN_ADDR(?:ESS)?|HTTP_ADDR|HTTP_PORT|LISTEN_PORT|SERVER_PORT|PORT|BIND_ADDR(?:ESS)?)"
)

_OPTION: Final = re.compile(
    r"(?:web\.|http-|server[.-])?(?:listen(?:-addr(?:ess)?)?|addr(?:ess)?|bind(?:-addr(?:ess)?)?|port)"
)


class GoListener(Model):
    """A row of go_listeners.toml."""

    call: str
    package: str
    argument: int
    field: str | None = None
    default: int | None = None
    setting: str | None = None
    reads: tuple[str, ...] = ()
    minor: bool = False
    example: str

    def pattern(self, name: str) -> re.Pattern[str]:
        """The call up to its opening bracket, where the package is imported under that name."""
        package, dot, method = self.call.rpartition(".")
        return re.compile((rf"(?<![\w.]){re.escape(name)}" if package else "") + re.escape(f"{dot}{method}") + r"\(")

    def named_in(self, file: GoFile) -> str | None:
        """How the file calls the package; None where it does not import it."""
        package = self.call.rpartition(".")[0]
        if not self.package:
            return package
        own = [path for path in file.imports if _is(path, self.package)]
        alias = next((file.imports[path] for path in own if package == name_of(path)), package)
        return (package if alias in {"_", "."} else alias) if own else None


class _Aside(Model):
    words: tuple[str, ...]
    ports: tuple[int, ...]
    example: str


class _Waiting(Model):
    calls: tuple[str, ...]
    packages: tuple[str, ...]
    example: str


class _Table(Model):
    listener: tuple[GoListener, ...]
    aside: _Aside
    waiting: _Waiting


@cache
def table() -> _Table:
    """The validated table."""
    return _Table.model_validate(load("go_listeners"))


@cache
def _pattern(place: int, name: str) -> re.Pattern[str]:
    return table().listener[place].pattern(name)


@cache
def _hint() -> re.Pattern[str]:
    names = sorted({row.call.rpartition(".")[2] for row in table().listener})
    return re.compile(rf"\b(?:{'|'.join(names)})\(")


def listens(scope: GoScope) -> list[Listen]:
    """Every call that listens, once for each place; where none says its port, a setting with a telling name."""
    found = list(_called(scope))
    if not found or any(each.worth.port or each.default for each in found if not each.minor):
        return found
    said = next(_named(scope), None)
    return [said, *found] if said else found


def _named(scope: GoScope) -> Iterator[Listen]:
    """A variable or an option with a telling name in a table of settings, and an address behind it."""
    for file in scope.files:
        for match in _SETTING.finditer(file.code):
            name = file.text.strings[int(match[1])]
            value = file.text.strings[int(match[2])] if match[2] else match[3]
            if not Worth(value).port:
                continue
            if _LISTENING.fullmatch(name):
                yield Listen(file.path, file.text.line(match.start()), Worth(value, (name,)))
            elif _OPTION.fullmatch(name):
                yield Listen(file.path, file.text.line(match.start()), Worth(value, option=f"--{name}"))


def _called(scope: GoScope) -> Iterator[Listen]:
    for file in scope.files:
        if not _hint().search(file.code):
            continue
        seen: set[int] = set()
        for place, row in enumerate(table().listener):
            name = row.named_in(file)
            for match, arguments in calls(file.text, _pattern(place, name)) if name is not None else ():
                found = _listen(row, arguments, match, file, scope) if match.end() not in seen else None
                if found:
                    seen.add(match.end())
                    yield found


def read_by_frameworks(imported: Iterable[str]) -> frozenset[str]:
    """Files and folders that the frameworks among the imports read, though no line of the program names them."""
    rows = [row for row in table().listener if row.reads]
    return frozenset(name for row in rows if any(_is(path, row.package) for path in imported) for name in row.reads)


def waits(files: list[GoFile]) -> tuple[str, int] | None:
    """File and line of what waits for work: a client of a queue, a chat or a clock, or a loop without an end."""
    return next((found for file in files if (found := _client(file) or _loop(file))), None)


def has_client(files: list[GoFile]) -> bool:
    """Whether a client of a queue, a chat or a clock is among what waits."""
    return any(_client(file) for file in files)


def _client(file: GoFile) -> tuple[str, int] | None:
    match = _named_waits().search(file.code)
    if match:
        return file.path, file.text.line(match.start())
    used = any(_is(path, name) for path in file.imports for name in table().waiting.packages)
    return (file.path, file.text.line(max(file.code.find("import"), 0))) if used else None


def _loop(file: GoFile) -> tuple[str, int] | None:
    match = _runs_on(file.code) if file.package == "main" else None
    return (file.path, file.text.line(match.start())) if match else None


@cache
def _named_waits() -> re.Pattern[str]:
    return re.compile(rf"\.(?:{'|'.join(table().waiting.calls)})\(")


def _runs_on(code: str) -> re.Match[str] | None:
    """What keeps a program from ending by itself."""
    told = _TOLD.search(code) if "signal.Notify(" in code else None
    begun = _FUNCTION.findall(code, 0, told.start()) if told else []
    is_aside = bool(begun) and re.search(rf"\bgo {begun[-1]}\(", code) is not None
    return _FOREVER.search(code) or (None if is_aside else told)


@cache
def waiting_hint() -> re.Pattern[str]:
    """What a file has in it that may wait for work."""
    waiting = table().waiting
    packages = "|".join(re.escape(each) for each in waiting.packages)
    return re.compile(rf"\.(?:{'|'.join(waiting.calls)})\(|\"(?:{packages})[\"/]")


def _is(path: str, package: str) -> bool:
    return path == package or path.startswith(f"{package}/")


def _listen(row: GoListener, arguments: list[str], match: re.Match[str], file: GoFile, scope: GoScope) -> Listen | None:
    line = file.text.line(match.start())
    near = _near(file, match)
    if row.field and (row.argument < 0 or not arguments or row.call.startswith(".ListenAndServe")):
        worth = _of_field(row, file, scope, match)
        if not worth.is_address and arguments and row.argument >= 0:
            worth = first((scope.worth(arguments[0], file), worth))
        return Listen(file.path, line, worth, _is_minor(worth, near, file), row.default)
    if row.argument < 0:
        return Listen(file.path, line, Worth(), _is_minor(Worth(), near, file) or row.default is None, row.default)
    if row.argument >= len(arguments):
        said = scope.setting(row.setting) if row.setting else Worth()
        return Listen(file.path, line, said, default=row.default) if row.default and not arguments else None
    worth = _address(scope.worth(arguments[row.argument], file))
    if not _is_listening(row, worth, file.text.string(arguments[0])):
        return None
    return Listen(file.path, line, worth, _is_minor(worth, near, file), row.default)


def _is_listening(row: GoListener, worth: Worth, network: str | None) -> bool:
    """Whether the call is what the row means: an address for one that many libraries have; no socket, no free port."""
    if not row.package and not worth.is_address and not _sounds(worth):
        return False
    if row.call == "net.Listen" and network in {"unix", "udp"}:
        return False
    return not (worth.text and worth.text.rpartition(":")[2] == "0")


def _address(worth: Worth) -> Worth:
    """The worth; nothing where it is a number by itself, which is no address to Go."""
    is_number = (worth.text or "").isdigit() and not worth.variables and worth.option is None
    return Worth() if is_number else worth


def _sounds(worth: Worth) -> bool:
    return any(re.search(r"PORT|ADDR|LISTEN|BIND", name) for name in worth.variables)


def _of_field(row: GoListener, file: GoFile, scope: GoScope, match: re.Match[str]) -> Worth:
    """The address in the struct that the method belongs to: the nearest before it, else any of the program."""
    pattern = re.compile(rf"\b{row.field}[ \t]*(?::[ \t]+|=[ \t]*)")
    before = [each for each in pattern.finditer(file.code) if each.start() < match.start()]
    for each in reversed(before):
        found = scope.worth(file.text.expression(each.end(), ",\n}"), file)
        if found.text or found.variables:
            return found if found.variables else _set_later(row.field or "", scope) or found
    for other in scope.files:
        if "http.Server" in other.code or row.field == "Port":
            for each in pattern.finditer(other.code):
                found = scope.worth(other.text.expression(each.end(), ",\n}"), other)
                if found.is_address or found.variables:
                    return found
    return scope.setting(row.field.lower()) if row.field == "Port" else Worth()


def _set_later(field: str, scope: GoScope) -> Worth | None:
    """What a function of the program, such as an option of its server, writes over a default."""
    pattern = re.compile(rf"\w\.{field}[ \t]*=(?!=)[ \t]*")
    written = (
        scope.worth(file.text.expression(match.end(), ",\n}"), file)
        for file in scope.files
        for match in pattern.finditer(file.code)
    )
    return next((each for each in written if each.is_address or each.variables), None)


def _near(file: GoFile, match: re.Match[str]) -> str:
    """The lines around the call, in lower case, with their strings."""
    start = file.code.rfind("\n", 0, max(match.start() - 160, 0)) + 1
    lines = file.code[start : file.code.find("\n", match.end()) + 1 or None]
    return re.sub(r'"(\d+)"', lambda each: f'"{file.text.strings[int(each[1])]}"', lines).lower()


def _is_minor(worth: Worth, near: str, file: GoFile) -> bool:
    last = near.rpartition("\n")[2] or near.splitlines()[-1]
    words = f"{last} {' '.join(worth.variables).lower()} {file.path.rpartition('/')[2]}"
    named = any(word in words for word in table().aside.words)
    return named or (worth.port in table().aside.ports and "PORT" not in worth.variables)
