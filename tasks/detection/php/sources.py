"""What PHP code says: variables that it reads, routes that it answers, and how a console program goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tasks.detection.environment import Read
from tasks.detection.evidence import SOURCE, say
from tasks.detection.health import health_rank
from tasks.models import Evidence

_COMMENT: Final = re.compile(r"""('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/""", re.DOTALL)
_CALL: Final = re.compile(
    r"""(?<![\w$>:])(getenv|env)\(\s*["'](\w{1,80})["']\s*(?:,\s*["']?([\w./:@ -]{0,200})["']?\s*)?\)"""
)
_ARRAY: Final = re.compile(
    r"""\$_(?:ENV|SERVER)\[\s*["']([A-Z][A-Z0-9_]{1,80})["']\s*\](?:\s*\?\?\s*["']?([\w./:@-]{1,200})["']?)?"""
)
_OF_THE_SERVER: Final = re.compile(
    r"^(?:HTTP_|REQUEST_|SERVER_|REMOTE_|SCRIPT_|DOCUMENT_|QUERY_|PHP_|PATH_|CONTENT_|AUTH_|HTTPS$|GATEWAY_|ORIG_|REDIRECT_)"
)
_ROUTE: Final = re.compile(
    r"""(?:Route::(?:get|any|match)|->(?:get|any|map))\(\s*(?:\[[^\]]*\]\s*,\s*)?["'](/?[\w/.-]{1,100})["']|#\[Route\(\s*(?:path:\s*)?["'](/[\w/.-]{1,100})["']|\bhealth:\s*["'](/[\w/.-]{1,100})["']"""
)
_WAITS: Final = re.compile(
    r"\bwhile\s*\(\s*(?:true|1)\s*\)|\bfor\s*\(\s*;\s*;\s*\)|\bwhile\s*\(\s*\$\w+->is_consuming\(|->consume\(|"
    r"->run\(\);\s*//\s*loop|Loop::(?:get\(\)->)?run\(|new\s+(?:Swoole|OpenSwoole|Workerman)|"
    r"\$\w*[Ll]oop->run\(|\bWorker::runAll\("
)
_CHATS: Final = re.compile(
    r"\bnew\s+[\w\\]*\b(?:Discord|DiscordCommandClient|Nutgram|Zanzara)\(.*?(->run\()|"
    r"(?:->|::)(?:startAndLoop(?:Multi)?|startPolling)\(",
    re.DOTALL,
)
"""Clients of chats that ask for messages without an end once they run."""

_LISTENS: Final = re.compile(
    r"""IoServer::factory\(.{1,300}?,\s*(\d{2,5})\s*[,)]|"""
    r"""\bnew\s+[\w\\]*\bApp\(\s*["'][\w.-]*["']\s*,\s*(\d{2,5})\b|"""
    r"""\bnew\s+[\w\\]*\b(?:SocketServer|TcpServer|Worker)\(\s*["'](?:\w+://)?[\d.\[\]:]*?(\d{2,5})["']|"""
    r"""\bnew\s+[\w\\]*\bServer\(\s*["'][\d.]{7,15}["']\s*,\s*(\d{2,5})\b""",
    re.DOTALL,
)


def without_comments(text: str) -> str:
    """The text with its comments blanked; lines keep their numbers."""
    return _COMMENT.sub(lambda match: match[1] or "\n" * match[0].count("\n"), text)


def reads(texts: Iterable[tuple[str, str]]) -> Iterator[Read]:
    """Variables of the environment that the code asks for."""
    for path, text in texts:
        for match in _CALL.finditer(text):
            yield Read(match[2], path, _line(text, match.start()), default=_value(match[3]), guarded=match[3] is None)
        for match in _ARRAY.finditer(text):
            if not _OF_THE_SERVER.match(match[1]):
                default = _value(match[2])
                yield Read(match[1], path, _line(text, match.start()), default=default, guarded=default is None)


def health(texts: Iterable[tuple[str, str]]) -> Iterator[Evidence]:
    """Routes that say whether the application is well."""
    for path, text in texts:
        for match in _ROUTE.finditer(text):
            route = f"/{(match[1] or match[2] or match[3]).lstrip('/')}"
            rank = health_rank(route)
            if rank is not None:
                yield say("health_path", route, path, "php.route", SOURCE - rank / 1000, _line(text, match.start()))


def listens(text: str) -> tuple[int, int] | None:
    """The port that a program of Ratchet, React, Swoole or Workerman opens itself, and the line."""
    match = _LISTENS.search(text)
    port = next((each for each in match.groups() if each), None) if match else None
    return (int(port), _line(text, match.start())) if match and port else None


def waits(text: str) -> int | None:
    """The line where the program goes on without an end."""
    match = _WAITS.search(text)
    return _line(text, match.start()) if match else chats(text)


def chats(text: str) -> int | None:
    """The line where the program begins to ask a chat for messages, which no web server would wait for."""
    match = _CHATS.search(text)
    return _line(text, match.start(1) if match[1] else match.start()) if match else None


def _value(written: str | None) -> str | None:
    return None if written in {None, "null", "NULL"} else written


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
