"""What C#, F# and Visual Basic code says: whether it serves or waits, what it answers and reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from tasks.detection.environment import Read
from tasks.detection.evidence import SOURCE, say
from tasks.detection.health import health_rank
from tasks.models import Evidence

ENDINGS: Final = (".cs", ".fs", ".vb")
_COMMENT: Final = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_HAS_DEFAULT: Final = re.compile(
    r"WebApplication\.Create|\.ConfigureWebHost|UseKestrel|WebHost\.Create|\bstartWebServer"
)
_VARIABLE: Final = re.compile(
    r'Environment\.GetEnvironmentVariable\s*\(\s*"(\w{1,80})"\s*\)(?:\s*\?\?\s*(?:"([^"\n]{0,200})"|(throw)\b))?'
)
_ROUTE: Final = re.compile(
    r'\.Map(?:HealthChecks|Get|Methods)\s*\(\s*"(/?[\w/.-]{1,100})"|\[HttpGet\("(/[\w/.-]{1,100})"\)\]'
)
_WAITS: Final = re.compile(
    r"AddHostedService|:\s*BackgroundService\b|inherit BackgroundService|IHostedService\b|\.RunConsoleAsync\s*\(|"
    r"\b(?:Task\.Delay|Thread\.Sleep|Async\.Sleep)\s*\(?\s*(?:-1\b|Timeout\.Infinite)|"
    # a host that is run until it is told to stop
    r"\.Build\(\)\s*\.Run(?:Async)?\s*\(|\b\w*[Hh]ost\.Run(?:Async)?\s*\(|\.WaitForShutdown(?:Async)?\s*\(|"
    r"\bHostFactory\.Run\s*\(|"
    # clients that hand over what comes in: chats and brokers
    r"\.StartReceiving\s*[<(]|\bnew (?:Discord(?:Socket|Sharded)?Client|TwitchClient)\b|"
    r"\bnew (?:(?:Async)?EventingBasicConsumer|BackgroundJobServer)\b"
)
_ENDLESS: Final = re.compile(r"\bwhile\s*\((?:true|[^()\n]*IsCancellationRequested)\)\s*(?=\{)")
_PAUSES: Final = re.compile(r"\b(?:Consume|Delay|Sleep|WaitForNextTickAsync)\s*\(")
_ASKS: Final = re.compile(r"\bConsole\.Read(?:Line|Key)\s*\(")
_LONGEST_BLOCK: Final = 4000
_MOST_LOOPS: Final = 20
_SERVICE: Final = re.compile(r"\bBackgroundService\b|\bIHostedService\b")
_STOPS: Final = re.compile(r"\.StopApplication\s*\(")
_LOOPS: Final = re.compile(r"\bwhile\s*\(|\bfor\s*\(\s*;|\bPeriodicTimer\b|\bnew Timer\b")
_FAILS: Final = re.compile(r"\bcatch\b[^{}]{0,300}\{[^{}]{0,2000}\}")
_SERVES: Final = re.compile(
    r"WebApplication\.Create|\.ConfigureWebHost|UseKestrel|WebHost\.Create|"
    r"\bstartWebServer(?:Async)?\b|\bnew (?:HttpListener|ServerPort|TcpListener)\b"
)


def without_comments(text: str) -> str:
    """The text with its comments blanked; lines keep their numbers."""
    return _COMMENT.sub(lambda match: match[1] or "\n" * match[0].count("\n"), text)


def reads(sources: Iterable[tuple[str, str]]) -> Iterator[Read]:
    """Variables of the environment that the code asks for."""
    for path, text in sources:
        for match in _VARIABLE.finditer(text):
            yield Read(
                name=match[1],
                file=path,
                line=_line(text, match.start()),
                default=match[2],
                required=bool(match[3]),
                guarded=match[2] is None and not match[3],
            )


def health(sources: Iterable[tuple[str, str]]) -> Iterator[Evidence]:
    """Routes that say whether the application is well."""
    for path, text in sources:
        for match in _ROUTE.finditer(text):
            route = f"/{(match[1] or match[2]).lstrip('/')}"
            rank = health_rank(route)
            if rank is not None:
                yield say("health_path", route, path, "dotnet.route", SOURCE - rank / 1000, _line(text, match.start()))


def waits(sources: Iterable[tuple[str, str]]) -> tuple[str, int] | None:
    """The place where a service without an end is registered, or where the code goes round without one."""
    texts = tuple(sources)
    return _first(texts, _WAITS) or _endless(texts)


def ends(sources: Iterable[tuple[str, str]]) -> tuple[str, int] | None:
    """The place where the only service of a host stops the host when its work is done."""
    services = [(path, text) for path, text in sources if _SERVICE.search(text)]
    if len(services) != 1 or _LOOPS.search(services[0][1]):
        return None
    path, text = services[0]
    return _first([(path, _FAILS.sub(lambda match: "\n" * match[0].count("\n"), text))], _STOPS)


def serves(sources: Iterable[tuple[str, str]]) -> tuple[str, int] | None:
    """The place where a web server is made."""
    return _first(sources, _SERVES)


def _endless(sources: Iterable[tuple[str, str]]) -> tuple[str, int] | None:
    """A loop that pauses and asks nobody at a prompt."""
    for path, text in sources:
        for match in islice(_ENDLESS.finditer(text), _MOST_LOOPS):
            block = _block(text, match.end())
            if _PAUSES.search(block) and not _ASKS.search(block):
                return path, _line(text, match.start())
    return None


def _block(text: str, start: int) -> str:
    """From the brace at `start` to the one that closes it, or as far as is looked."""
    depth = 0
    end = min(len(text), start + _LONGEST_BLOCK)
    for position in range(start, end):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if not depth:
            return text[start : position + 1]
    return text[start:end]


def has_default_port(sources: Iterable[tuple[str, str]]) -> bool:
    """Whether the server that is made listens somewhere when it is told nothing."""
    return _first(sources, _HAS_DEFAULT) is not None


def _first(sources: Iterable[tuple[str, str]], pattern: re.Pattern[str]) -> tuple[str, int] | None:
    for path, text in sources:
        match = pattern.search(text)
        if match:
            return path, _line(text, match.start())
    return None


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
