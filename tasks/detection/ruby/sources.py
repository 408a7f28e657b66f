"""What Ruby code says: where it listens, what it answers, what it reads from the environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tasks.detection.environment import Read
from tasks.detection.evidence import CONFIGURATION, SOURCE, say
from tasks.detection.health import health_rank
from tasks.models import Evidence

_FETCH: Final = re.compile(
    r"""\bENV\.fetch\(?\s*["'](?P<name>\w{1,80})["']\s*(?:,\s*(?P<given>[^)\n]{0,200}))?\)?"""
    r"""(?:\s*\{\s*(?P<block>[^}\n]{0,200})\})?"""
)
_INDEX: Final = re.compile(r"""\bENV\[["'](?P<name>\w{1,80})["']\](?:\s*\|\|=?\s*(?P<given>[^\n;)]{1,200}))?""")
_LITERAL: Final = re.compile(r"""(?:"([^"#\n]*)"|'([^'\n]*)'|(-?\d[\d_.]*|true|false))(?=[\s})\],]|$)""")
_COMMENT: Final = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
_PORT: Final = re.compile(
    r"""^\s*port\s+(?:ENV\.fetch\(["']PORT["'](?:,\s*["']?(\d+)["']?)?\)(?:\s*\{\s*["']?(\d+)["']?\s*\})?|Integer\(ENV\S*\s*\|\|\s*(\d+)\)|ENV\[["']PORT["']\]\s*\|\|\s*["']?(\d+)["']?|(\d{2,5}))""",
    re.MULTILINE,
)
_BIND: Final = re.compile(
    r"""^\s*bind\s+["']tcp://[^:"']*:(?:#\{[^}]*\|\|\s*["']?(\d+)["']?\}|(\d{2,5}))""", re.MULTILINE
)
_LISTEN: Final = re.compile(
    r"""^\s*listen\s*\(?\s*(?:ENV(?:\.fetch\(|\[)["']PORT["']\]?(?:\s*\|\||\s*,|\)\s*\{)\s*)?["']?(?:[\w.*]*:)?(\d{2,5})\b""",
    re.MULTILINE,
)
_SET: Final = re.compile(
    r"""\bset\s*\(?\s*:port\s*,\s*(?:ENV(?:\.fetch\(|\[)["']PORT["'][\])]?(?:\s*\|\||\s*,)\s*)?["']?(\d{2,5})"""
)
_LISTENS: Final = re.compile(
    r"\bTCPServer\.(?:new|open)\(?[^)\n]*?(\d{2,5})|WEBrick::HTTPServer\.new\(?[^)\n]*?Port:?\s*=?>?\s*(\d{2,5})|"
    r"\b(?:EM|EventMachine)(?:\.|::)start_server\(?\s*[^,\n]+,\s*(\d{2,5})"
)
_ROUTE: Final = re.compile(
    r"""^\s*(?:get|match|mount [\w:.]+ (?:=>|, at:))\s*\(?\s*["'](/?[\w/.-]{1,100})["']""", re.MULTILINE
)
_HEALTH_PAGE: Final = re.compile(r"rails/health#show")
_WAITS: Final = re.compile(
    r"^\s*(?:loop do|while true)\b|\.subscribe\b.*block:\s*true|Bot\.run\b|\bbot\.run\b|\.listen\s*(?:do\b|\{)",
    re.MULTILINE,
)

_ANSWERS: Final = re.compile(
    r"\bTelegram::Bot::Client\.run\b|\bDiscordrb::(?:Commands::)?(?:Command)?Bot\.new\b|\.subscribe\b.*block:\s*true|"
    r"\bSlack::RealTime::Client\.new\b|<\s*SlackRubyBot::Bot\b|\bCinch::Bot\.new\b|<\s*Ebooks::Bot\b|"
    r"\bRufus::Scheduler\b(?:\.|::)\w+|\bTwitter::Streaming::Client\.new\b|\b(?:EM|EventMachine)(?:\.|::)run\b"
)


def reads(texts: Iterable[tuple[str, str]]) -> Iterator[Read]:
    """Variables of the environment that the code asks for; what else than a literal stands for one is no default."""
    for path, written in texts:
        text = _COMMENT.sub("", written)
        for match in _FETCH.finditer(text):
            said = match["given"] if match["given"] is not None else match["block"]
            line = _line(text, match.start())
            yield Read(match["name"], path, line, _literal(said), required=said is None, guarded=said is not None)
        for match in _INDEX.finditer(text):
            default = _literal(match["given"])
            yield Read(match["name"], path, _line(text, match.start()), default, guarded=default is None)


def _literal(written: str | None) -> str | None:
    match = _LITERAL.match((written or "").strip())
    return next((each for each in match.groups() if each is not None), None) if match else None


def puma_port(path: str, text: str) -> Iterator[Evidence]:
    """The port in a configuration of Puma."""
    for match in [*_PORT.finditer(text), *_BIND.finditer(text)]:
        port = next((each for each in match.groups() if each), None)
        if port:
            yield say("port", int(port), path, "ruby.puma_configuration", CONFIGURATION, _line(text, match.start()))


def unicorn_port(path: str, text: str) -> Iterator[Evidence]:
    """The port in a configuration of Unicorn."""
    for match in _LISTEN.finditer(text):
        line = _line(text, match.start(1))
        yield say("port", int(match[1]), path, "ruby.unicorn_configuration", CONFIGURATION, line)


def ports(texts: Iterable[tuple[str, str]]) -> Iterator[Evidence]:
    """Addresses that the code itself listens on."""
    for path, text in texts:
        for match in [*_SET.finditer(text), *_LISTENS.finditer(text)]:
            port = next((each for each in match.groups() if each), None)
            if port:
                yield say("port", int(port), path, "ruby.listens", SOURCE, _line(text, match.start()))


def health(texts: Iterable[tuple[str, str]]) -> Iterator[Evidence]:
    """Routes that say whether the application is well."""
    for path, text in texts:
        for match in _ROUTE.finditer(text):
            route = f"/{match[1].lstrip('/')}"
            rank = health_rank(route)
            line = _line(text, match.start(1))
            if _HEALTH_PAGE.search(text, match.end(), match.end() + 40):
                yield say("health_path", route, path, "ruby.rails_health", SOURCE, line)
            elif rank is not None:
                yield say("health_path", route, path, "ruby.route", SOURCE - rank / 1000, line)


def answers(texts: Iterable[tuple[str, str]]) -> tuple[str, int] | None:
    """The place where something outside is listened to without an end, in whatever file it stands."""
    return _first(texts, _ANSWERS)


def waits(texts: Iterable[tuple[str, str]]) -> tuple[str, int] | None:
    """The place where the program goes on without an end."""
    return _first(texts, _WAITS)


def _first(texts: Iterable[tuple[str, str]], pattern: re.Pattern[str]) -> tuple[str, int] | None:
    for path, text in texts:
        match = pattern.search(text)
        if match:
            return path, _line(text, match.start())
    return None


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
