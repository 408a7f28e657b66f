"""Where an Elixir application listens: ports of its configuration and of the code that starts a server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, pairwise
from typing import Final

from tasks.detection.elixir.manifests import without_comments
from tasks.detection.evidence import CONFIGURATION, SOURCE, WEAK, say
from tasks.detection.files import FileTree, join
from tasks.models import Evidence

SERVES: Final = re.compile(
    r"Plug\.(?:Adapters\.)?Cowboy2?\b|\{\s*Bandit\b|Bandit\.start_link|:cowboy\.start_(?:clear|http)\b|"
    r"\{\s*ThousandIsland\b|:gen_tcp\.listen\b"
)
_BARE: Final = re.compile(r":gen_tcp\.listen\(\s*([^\n,]{1,160})")
_HAS_DEFAULT: Final = re.compile(r"Plug\.(?:Adapters\.)?Cowboy|Bandit")
_CONFIGURATION: Final = ("runtime.exs", "prod.exs", "prod.secret.exs", "releases.exs", "config.exs")
_DEFAULT_PORT: Final = 4000
_PORT: Final = re.compile(r"\bport:\s*([^\n\]}]{1,160})")
_ENVIRONMENT: Final = (
    r"System\.(?:get_env|fetch_env!?)\(\s*\"\w{0,30}PORT\"\s*"
    r"(?:,\s*\"?(\d{2,5})\"?\s*\)|\)\s*\|\|\s*\(?\"?(\d{2,5})\"?)"
)
_ASSIGNED: Final = re.compile(r"\bport\s*=\s*[\w.(\s]{0,60}?" + _ENVIRONMENT)
_NUMBER: Final = re.compile(r"\(?\s*(\d{1,2}_\d{3}|\d{2,5})\b")
_READ: Final = re.compile(r"[\w.(\s]{0,60}?" + _ENVIRONMENT)
_SET: Final = re.compile(
    r"[\w.(\s]{0,60}?Application\.(?:get_env|fetch_env!|compile_env!?)\(\s*:\w+\s*,\s*:(\w+)\s*(?:,\s*(\d{2,5}))?"
)
_NAMED: Final = re.compile(r"@?([a-z]\w{0,60})\b")
_MOST_PORTS: Final = 40
_DEEPEST_NAME: Final = 3
_STATEMENT: Final = re.compile(r"^[ \t]*config\b", re.MULTILINE)
_GAP: Final = re.compile(r"\n[ \t]*\n")
_OTHERS: Final = re.compile(
    r"^[^\n]*(?:\b\w*(?:Repo|Mailer|Redis|Redix|Smtp|SMTP|Amqp|AMQP|Rabbit\w*|Kafka|Cache|Mongo|Statix)\b|"
    r"\bconfig\s+:(?:redix|exq|amqp|statix|kaffe|mongodb\w*|gen_smtp|logger\w*|libcluster)\b)|"
    r"\b(?:hostname|relay|database|username):"
)
_ELSEWHERE: Final = re.compile(r"\b(?:url|https|static_url):\s*\[")


def ports(
    tree: FileTree, folders: list[str], manifest: str, texts: list[tuple[str, str]], *, is_framework: bool
) -> Iterator[Evidence]:
    """Ports of the configuration for production, of the code that serves, then what Phoenix and Plug fall back to."""
    configuration = [
        (path, without_comments(text), CONFIGURATION - position / 100)
        for position, name in enumerate(_CONFIGURATION)
        for folder in folders
        if (text := tree.text(path := join(folder, f"config/{name}")))
    ]
    settings = [text for _, text, _ in configuration]
    for path, text, confidence in configuration:
        own = _own_statements(_without_elsewhere(text))
        found = [(match[1] or match[2], match.start()) for match in _ASSIGNED.finditer(own)]
        found += _ports_in(own, settings)
        for port, position in _first_of_each(found):
            yield say("port", int(port), path, "elixir.configuration", confidence, _line(own, position))
    for path, text in texts:
        own = _without_elsewhere(text) if SERVES.search(text) else ""
        for port, position in _ports_in(own, settings):
            yield say("port", int(port), path, "elixir.serves", SOURCE, _line(own, position))
    if is_framework or any(_HAS_DEFAULT.search(text) for _, text in texts):
        yield say("port", _DEFAULT_PORT, manifest, "elixir.default_port", WEAK, 1)


def _first_of_each(found: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """A name and its use say the same."""
    seen: set[str] = set()
    for port, position in found:
        if port not in seen:
            yield port, position
        seen.add(port)


def _ports_in(text: str, settings: list[str]) -> Iterator[tuple[str, int]]:
    for match in islice(chain(_PORT.finditer(text), _BARE.finditer(text)), _MOST_PORTS):
        port = _value(match[1], text, settings, _DEEPEST_NAME)
        if port and int(port):
            yield port, match.start()


def _value(written: str, text: str, settings: list[str], deepest: int) -> str | None:
    """The number that an expression comes to when nothing is set in the environment."""
    if number := _NUMBER.match(written):
        return number[1].replace("_", "")
    if read := _READ.match(written):
        return read[1] or read[2]
    if setting := _SET.match(written):
        key = re.escape(setting[1])
        given = (re.search(rf"(?:\b{key}:|:{key},)\s*([^\n\]}}]{{1,160}})", each) for each in settings)
        values = (_value(each[1], text, [], 0) for each in given if each)
        return next((each for each in values if each), setting[2])
    named = _NAMED.match(written)
    if named is None or not deepest:
        return None
    name = re.escape(named[1])
    defined = re.search(
        rf"@{name}\s+([^\n]{{1,160}})|\b{name}\s*=\s*([^\n]{{1,160}})|\bdefp?\s+{name}\b(?:\(\))?,?\s*do:?\s+([^\n]{{1,160}})",
        text,
    )
    return _value(next(each for each in defined.groups() if each), text, settings, deepest - 1) if defined else None


def _own_statements(text: str) -> str:
    """The text without the statements that say where others listen: databases, brokers, mail servers."""
    starts = [match.start() for match in _STATEMENT.finditer(text)]
    parts = [text[: starts[0]]] if starts else [text]
    for start, end in pairwise([*starts, len(text)]):
        part = text[start:end]
        written = _GAP.search(part)
        length = written.start() if written else len(part)
        is_other = "Endpoint" not in part[:length] and _OTHERS.search(part[:length])
        parts += [_blank(part[:length]) if is_other else part[:length], part[length:]]
    return "".join(parts)


def _without_elsewhere(text: str) -> str:
    """The text without what links are written with, and without ports that certificates are needed for."""
    parts: list[str] = []
    done = 0
    for match in _ELSEWHERE.finditer(text):
        if match.start() >= done:
            end = _closed(text, match.end() - 1)
            parts += [text[done : match.start()], _blank(text[match.start() : end])]
            done = end
    return "".join((*parts, text[done:]))


def _closed(text: str, position: int) -> int:
    depth = 0
    for index in range(position, len(text)):
        depth += {"[": 1, "]": -1}.get(text[index], 0)
        if not depth:
            return index + 1
    return len(text)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
