"""Start commands: which port one names, and the same command told to listen there on every address.

Every start command that detection reports went through `listening`, so that another port is one call away.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Final

from tasks.knowledge import load
from tasks.models import Model

EVERY_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - inside a container; what is published is decided by the target
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_COMMAND: Final = 500
_PORT_VARIABLE: Final = re.compile(r"\$\{PORT(?::?[-=](?P<default>\d+))?\}|\$PORT\b")
_PORT_OPTION: Final = re.compile(
    r"(?:^|\s)(?:--urls[ =][\"']?http://[^\s:/]*:|--?(?:(?:http|server|web|api|app|listen|bind)[-.])*"
    r"(?:port[ =]|(?:listen|addr(?:ess)?|bind|http)(?:-addr(?:ess)?)?[ =](?:0\.0\.0\.0|\[::\]|[*])?:))"
    r"(\d{2,5})(?=[\s;\"']|$)"
)
"""Of a program that no table knows: its option for a port, or for an address of its own."""
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_SHELL: Final = re.compile(r"[|&;<>`\n*?~]|\$[({A-Za-z_]|\bif\b")
_RUNNERS: Final = (("uv", "run"), ("poetry", "run"), ("pipenv", "run"), ("pdm", "run"), ("npx",), ("exec",))
_LAST: Final = re.compile(r"(?P<before>[^'\"`]*(?:&&|;)\s*)(?P<last>[^;&|<>`]+)")
ANYTHING: Final = ("start", "run", "up")
"""Subcommands that tools have as well as servers."""
WORKING: Final = re.compile(r"(?:[a-z]+-)?(?:workers?|consumers?|consume|scheduler|subscriber)")
"""Subcommands of programs that work off what others leave in a queue, or at its time."""
_MAX_PORT: Final = 65535


class Server(Model):
    """A row of servers.toml."""

    program: str
    bind: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    positional: bool = False
    scheme: str = ""
    """What stands in front of host:port."""
    options_first: bool = False
    default_port: int
    example: str


@cache
def servers() -> tuple[Server, ...]:
    """All rows of servers.toml."""
    return _Servers.model_validate(load("servers")).server


class _Servers(Model):
    server: tuple[Server, ...]


def is_simple(command: str) -> bool:
    """Whether the command is one program with arguments, so that no shell is needed to run it."""
    return bool(_words(command)) and not _SHELL.search(_PORT_VARIABLE.sub("1", command))


def server_of(command: str) -> Server | None:
    """The server that the command starts, when servers.toml knows it."""
    words = _words(_parted(command)[1])
    return _server(words) if words else None


def program_words(command: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of what is started, of several commands in a row the last: with the runner in front, and without."""
    words = _words(_parted(command)[1])
    while words and (_ASSIGNMENT.match(words[0]) or words[0] == "exec"):
        words = words[1:]
    return tuple(words), tuple(_unwrapped(words))


def port_in(command: str) -> int | None:
    """The literal port, or the default of ${PORT:-…}, that the command tells a server to listen on."""
    variable = _PORT_VARIABLE.search(command)
    if variable:
        return _port(variable["default"] or "")
    words = _words(_parted(command)[1])
    server = _server(words)
    if server is None:
        option = _PORT_OPTION.search(command)
        return _port(option[1]) if option else None
    return next((port for _, port in _places(words, server) if port is not None), None)


def listening(command: str, port: int | None) -> str:
    """The command without runners, its server listening on every address at `port`.

    A command that needs a shell keeps its words; only the PORT variable is filled in, and the last of several commands
    in a row is told.
    """
    filled = _PORT_VARIABLE.sub(str(port), command).strip() if port else command.strip()
    if _PORT_VARIABLE.search(filled):
        return filled
    if not is_simple(filled):
        before, last = _parted(filled)
        return f"{before}{listening(last, port)}" if before and is_simple(last) else filled
    words = _unwrapped(_words(filled))
    server = _server(words)
    if server is None or port is None:
        return shlex.join(words)
    return shlex.join(_told(words, server, port))


def _parted(command: str) -> tuple[str, str]:
    """The last of several commands in a row, and what stands before it."""
    match = _LAST.fullmatch(command.strip())
    return (match["before"], match["last"]) if match else ("", command)


def _told(words: list[str], server: Server, port: int) -> list[str]:
    dropped = {index for indexes, _ in _places(words, server) for index in indexes}
    kept = [word for index, word in enumerate(words) if index not in dropped]
    address = f"{EVERY_ADDRESS}:{port}"
    if server.bind:
        options = [server.bind[0], f"{server.scheme}{address}"]
        first = (
            [word.rpartition("/")[2] for word in kept].index(server.program) + 1 if server.options_first else len(kept)
        )
        return [*kept[:first], *options, *kept[first:]]
    if server.positional and not server.host:
        return [*kept, address]
    if server.positional:
        return [*kept, str(port), server.host[0], EVERY_ADDRESS]
    return [*kept, server.host[0], EVERY_ADDRESS, server.port[0], str(port)]


def _places(words: list[str], server: Server) -> Iterator[tuple[tuple[int, ...], int | None]]:
    """Where host and port stand among the words, and the port that is said there."""
    options = {*server.bind, *server.host, *server.port}
    index = 1
    while index < len(words):
        name, equals, value = words[index].partition("=")
        if name in options and equals:
            yield (index,), _port(value)
        elif name in options and index + 1 < len(words):
            yield (index, index + 1), _port(words[index + 1])
            index += 1
        elif server.positional and re.fullmatch(r"([\w.\[\]:-]+:)?\d{1,5}", words[index]):
            yield (index,), _port(words[index])
        index += 1


def _port(value: str) -> int | None:
    digits = value.rpartition(":")[2]
    return int(digits) if digits.isascii() and digits.isdigit() and 0 < int(digits[:6]) <= _MAX_PORT else None


def _server(words: list[str]) -> Server | None:
    names = [word.rpartition("/")[2] for word in _unwrapped(words)]
    if names[:2] == ["bundle", "exec"]:
        names = names[2:]
    if names[:2] in (["python", "-m"], ["python3", "-m"]):
        names = names[2:]
    elif names and re.fullmatch(r"python[0-9.]*|node", names[0]):
        names = names[1:]
    for server in servers():
        program, _, subcommand = server.program.partition(" ")
        if names[:1] == [program] and (not subcommand or subcommand in names[1:]):
            return server
    return None


def _unwrapped(words: list[str]) -> list[str]:
    """The words without the assignments and runners in front, which an image has no use for."""
    while words and _ASSIGNMENT.match(words[0]):
        words = words[1:]
    for runner in _RUNNERS:
        if tuple(words[: len(runner)]) == runner and len(words) > len(runner):
            rest = words[len(runner) :]
            while rest and rest[0].startswith("-") and len(rest) > 1:
                rest = rest[1:]
            return ["python", *rest] if rest[0].endswith(".py") else rest
    return words


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command[:MAX_COMMAND])
    except ValueError:
        return []
