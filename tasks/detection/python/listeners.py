"""The rows of python_listeners.toml, and what a matching call says about port and address."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from tasks.detection.python.constants import Known, Scope
from tasks.detection.python.frameworks import by_name
from tasks.knowledge import load
from tasks.models import Model

ANYTHING: Final = "anything"
"""The receiver of a method whose name alone tells."""


class Argument(Model):
    """Where in a call an argument stands."""

    keyword: str | None = None
    position: int | None = None


class Condition(Model):
    """A keyword that must be given, with one of the values where there are any."""

    keyword: str
    values: tuple[str, ...] = ()


class Listener(Model):
    """A call that listens."""

    call: str
    receiver: str | None = None
    framework: str | None = None
    needs: Condition | None = None
    port_key: str | None = None
    host_key: str | None = None
    port: Argument | None = None
    host: Argument | None = None
    address: int | None = None
    address_text: int | None = None
    default_port: int | None = None
    default_host: str | None = None
    http: bool = True
    figures: bool = False
    """It serves figures about the program, which is there for something else unless it is an exporter."""
    example: str


class Waiting(Model):
    """Calls that wait for work for ever."""

    calls: tuple[str, ...]
    methods: tuple[str, ...]
    libraries: tuple[str, ...]
    example: str


class _Table(Model):
    listener: tuple[Listener, ...]
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class Listen:
    """One call that listens, as far as it can be read."""

    call: str
    framework: str | None
    port: int | None
    port_variable: str | None
    host: str | None
    host_variable: str | None
    http: bool
    line: int
    place: Literal["module", "function", "guard"]
    """guard: it runs only when the file is started itself."""
    port_name: str | None = None
    """The full name of what holds the port, when this file does not say what it is worth."""
    guessed: bool = False
    """It is a method of an application that another module made."""
    implied: bool = False
    """The port is the call's default."""
    reference: str | None = None
    """module:object, where the call is given the application by its name."""


@cache
def table() -> _Table:
    """The validated table."""
    return _Table.model_validate(load("python_listeners"))


@cache
def _named() -> dict[str, Listener]:
    return {row.call: row for row in table().listener if not row.call.startswith(".")}


def find(name: str | None, method: str | None, receiver: str | None) -> Listener | None:
    """The row for a call by its full name, else for a method of an object that `receiver` made.

    An application that was imported ("unknown") is taken for one of Flask's: the others' methods ask for the same.
    """
    if name in _named():
        return _named()[name or ""]
    if method is None:
        return None
    wanted = {"flask" if receiver == "unknown" else receiver, ANYTHING} - {None}
    return next((row for row in table().listener if row.call == f".{method}" and row.receiver in wanted), None)


def rows_of(method: str) -> tuple[Listener, ...]:
    """The rows for a method of this name, each of another framework's applications."""
    return tuple(row for row in table().listener if row.call == f".{method}" and by_name(row.receiver))


def is_server(name: str) -> bool:
    """Whether the name is a class that is told its address when it is made, so that a class derived from it is too."""
    row = _named().get(name)
    return row is not None and row.address is not None


def keywords_of(node: ast.expr) -> dict[str, ast.expr]:
    """What a dictionary gives to a call that unpacks it: `{"port": 1}` or `dict(port=1)`."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        return {each.arg: each.value for each in node.keywords if each.arg is not None}
    return {}


def names_of(module: str) -> dict[str, str]:
    """What a star import of the module brings of the calls that the table knows."""
    return {call.rpartition(".")[2]: call for call in _named() if call.rpartition(".")[0] == module}


def applies(row: Listener, node: ast.Call, scope: Scope) -> bool:
    """Whether the call, told what it is, listens."""
    if row.port_key is not None:
        return bool(node.args) and row.port_key in keywords_of(node.args[0])
    if row.needs is None:
        return True
    given = _argument(Argument(keyword=row.needs.keyword), node, scope)
    known = scope.value(given)
    return given is not None and (not row.needs.values or (known is not None and known.literal in row.needs.values))


def waits(module: str) -> bool:
    """Whether a program that imports the module waits for messages."""
    return any(module == each or module.startswith(f"{each}.") for each in table().waiting.libraries)


def read(row: Listener, node: ast.Call, scope: Scope, place: Literal["module", "function", "guard"]) -> Listen:
    """What this call says about where it listens."""
    host, port = _argument(row.host, node, scope), _argument(row.port, node, scope)
    if row.address is not None and len(node.args) > row.address:
        pair = node.args[row.address]
        if isinstance(pair, ast.Name) and pair.id in scope.pairs:
            pair = scope.pairs[pair.id]
        if isinstance(pair, ast.Tuple) and len(pair.elts) >= 2:  # noqa: PLR2004 - a pair
            host, port = pair.elts[0], pair.elts[1]
    if row.port_key and node.args:
        given = keywords_of(node.args[0])
        host, port = given.get(row.host_key or ""), given.get(row.port_key)
    known_port, known_host = scope.value(port), scope.value(host)
    if row.address_text is not None and len(node.args) > row.address_text:
        known_host, known_port = _split(scope.value(node.args[row.address_text]))
    default = row.default_port if port is None else None
    return Listen(
        call=row.call,
        framework=row.framework or (None if row.receiver == ANYTHING else row.receiver),
        port=known_port.number if known_port and known_port.number else default,
        port_variable=known_port.variable if known_port else None,
        host=str(known_host.literal or "") if known_host else (row.default_host if host is None else None),
        host_variable=known_host.variable if known_host else None,
        http=row.http,
        line=node.lineno,
        place=place,
        port_name=_name_of(port, scope) if known_port is None else None,
        implied=port is None and row.address is None and row.address_text is None,
        reference=_reference(node),
    )


def _name_of(node: ast.expr | None, scope: Scope) -> str | None:
    return ast.unparse(node) if isinstance(node, ast.Subscript) else scope.dotted(node)


def _reference(node: ast.Call) -> str | None:
    first = node.args[0] if node.args else None
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return text if re.fullmatch(r"[\w.]+:\w+", text) else None


def _argument(place: Argument | None, node: ast.Call, scope: Scope) -> ast.expr | None:
    if place is None:
        return None
    for keyword in node.keywords:
        if keyword.arg is not None and keyword.arg == place.keyword:
            return keyword.value
        if keyword.arg is None and isinstance(keyword.value, ast.Name) and place.keyword is not None:
            given = scope.keywords.get(keyword.value.id, {}).get(place.keyword)
            if given is not None:
                return given
    if place.position is not None and len(node.args) > place.position:
        return node.args[place.position]
    return None


def _split(address: Known | None) -> tuple[Known | None, Known | None]:
    if address is None or not isinstance(address.literal, str):
        return None, None
    host, _, port = address.literal.rpartition(":")
    return Known(host), Known(port)
