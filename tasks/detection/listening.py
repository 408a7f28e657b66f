"""Where a compiled program listens: what its calls are worth, ranked, as statements about kind, port and address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection.commands import EVERY_ADDRESS, LOOPBACK
from tasks.detection.evidence import CONVENTION, SOURCE, say
from tasks.detection.worth import Worth
from tasks.models import Evidence

FREE_PORT: Final = 8080
"""For a program that asks a variable where to listen and has no default of its own."""
_MAIN_VARIABLE: Final = re.compile(r"(?:[A-Z]+_)*(?:PORT|ADDR|ADDRESS|LISTEN|BIND|HOST)(?:_[A-Z]+)*")
_PORT_OPTION: Final = re.compile(r"-{1,2}(?:[\w.-]*port|p)")
_ADDRESS_OPTION: Final = re.compile(r"-{1,2}(?:[\w.-]*(?:addr(?:ess)?|listen|bind)|a)")

KEYS: Final = tuple(
    f"{section}{key}"
    for section in ("server.", "http.", "web.", "app.", "application.", "api.", "server.http.", "rest.", "")
    for key in ("port", "http_port", "httpport", "addr", "address", "listen", "listen_addr", "bind", "bind_address")
)
"""Keys of configuration files that say where an application listens."""


@dataclass(frozen=True, slots=True)
class Listen:
    """One call that listens."""

    path: str
    line: int
    worth: Worth
    minor: bool = False
    """A listener for profiles, metrics or redirects, beside the main one."""
    default: int | None = None


def ranked(listens: Iterable[Listen]) -> list[Listen]:
    """The main listeners first, those that say their port before those that do not."""
    return sorted(listens, key=lambda each: (each.minor, "PORT" not in each.worth.variables, _port(each) is None))


def listen_evidence(listens: list[Listen], language: str) -> Iterator[Evidence]:
    """Statements of the strongest listener; the ports of the others are kept below it."""
    for place, each in enumerate(listens):
        confidence = SOURCE - min(place, 20) / 100
        if place == 0:
            yield say("kind", "web", each.path, f"{language}.listens", SOURCE, each.line)
        port = _port(each)
        if port:
            yield say("port", port, each.path, f"{language}.listens", confidence, each.line)
        elif place == 0 and each.worth.variables:
            yield say("port", FREE_PORT, each.path, f"{language}.port_variable", CONVENTION, each.line)
    yield from _address(listens[:1], language)


def told_port(listens: list[Listen]) -> list[str]:
    """The option that tells the main listener its port, and a port, where nothing else does."""
    for each in listens[:1]:
        if _port(each) or each.worth.variables:
            return []
        if _PORT_OPTION.fullmatch(each.worth.port_option or ""):
            return [each.worth.port_option or "", str(FREE_PORT)]
        if _ADDRESS_OPTION.fullmatch(each.worth.option or ""):
            return [each.worth.option or "", f"{EVERY_ADDRESS}:{FREE_PORT}"]
    return []


def told_evidence(listens: list[Listen], language: str) -> Iterator[Evidence]:
    """That port, for a program which is started with the option."""
    if told_port(listens):
        yield say("port", FREE_PORT, listens[0].path, f"{language}.port_option", CONVENTION, listens[0].line)


def configured(settings: Mapping[str, str], listens: list[Listen]) -> list[Listen]:
    """The listeners, the first one where configuration files say, when none says its port itself."""
    if not listens or any(_port(each) for each in listens):
        return listens
    said = next((Worth(settings[key]) for key in KEYS if Worth(settings.get(key)).port), None)
    return [replace(listens[0], worth=said, minor=False), *listens[1:]] if said else listens


def confined(listens: list[Listen]) -> Listen | None:
    """The main listener when it listens on the machine itself only."""
    return next((each for each in listens[:1] if each.worth.host in LOOPBACK), None)


def _address(listens: list[Listen], language: str) -> Iterator[Evidence]:
    each = confined(listens)
    if each and any(_MAIN_VARIABLE.fullmatch(name) for name in each.worth.variables):
        yield say("bind_address", EVERY_ADDRESS, each.path, f"{language}.host_variable", SOURCE, each.line)


def _port(listen: Listen) -> int | None:
    return listen.worth.port or listen.default
