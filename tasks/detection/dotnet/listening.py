"""Where C#, F# and Visual Basic code listens: addresses with their port, and those that name a value for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from tasks.detection.evidence import SOURCE, say
from tasks.models import Evidence

_ADDRESS: Final = re.compile(
    r'(?:\.UseUrls|\.Urls\.Add|\bapp\.Run(?:Async)?|\bApp\.Run)\s*\(?\s*\$?"https?://[^":/]*:(\d{2,5})|'
    r'^\s*url\s+\(?\$?"https?://[^":/]*:(\d{2,5})|\bHttpBinding\.createSimple\s+HTTP\s+"[^"\n]*"\s+(\d{2,5})|'
    r"\.(?:ListenAnyIP|ListenLocalhost)\s*\(\s*(\d{2,5})|\.Listen\s*\(\s*IPAddress\.\w+\s*,\s*(\d{2,5})|"
    r'\.Prefixes\.Add\s*\(\s*\$?"https?://[^":/]*:(\d{2,5})|'
    r'\bnew (?:ServerPort|TcpListener)\s*\(\s*(?:"[^"\n]*"|IPAddress\.\w+)\s*,\s*(\d{2,5})',
    re.MULTILINE,
)
_LISTENS: Final = re.compile(
    r"\.Prefixes\.Add\b|\bnew (?:ServerPort|TcpListener)\b|\.UseUrls\b|\.Urls\.Add\b|\.Listen\w*\s*\(|"
    r'\b[Aa]pp\.Run(?:Async)?\s*\(\s*[\w$"]|^\s*url\s',
    re.MULTILINE,
)
_HOST: Final = r"https?://(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::1?\]|[*+])"
_NAMES: Final = re.compile(
    _HOST + r':(?:\{(\w{1,60})(?:[:,.][^}"\n]{0,20})?\}|"\s*\+\s*(\w{1,60}))|'
    r'(?:\.Listen(?:AnyIP|Localhost)?|\bnew (?:ServerPort|TcpListener))\s*\((?:\s*(?:IPAddress\.\w+|"[^"\n]*")\s*,)?'
    r"\s*(?:\w+\.(?:Parse|ToInt32)\s*\(\s*)?([A-Za-z_]\w{0,60})\s*[,)]"
)
_WRITTEN_INSIDE: Final = re.compile(_HOST + r':\{[^}\n]{0,160}?\?\?\s*"?(\d{2,5})"?\s*\)?\}')
_MOST_NAMES: Final = 20
_VALUE: Final = re.compile(r'(?<![\w.])"?(\d{2,5})"?(?![\w.])')


def ports(sources: Iterable[tuple[str, str]]) -> Iterator[Evidence]:
    """Addresses that the code listens on."""
    for path, text in sources:
        for match in _ADDRESS.finditer(text):
            port = next(each for each in match.groups() if each)
            yield _port(path, text, port, match.start())
        if _LISTENS.search(text):
            yield from _named(path, text)


def _named(path: str, text: str) -> Iterator[Evidence]:
    """Ports of addresses that are put together: a name, and the last number of what it is set to."""
    for match in _WRITTEN_INSIDE.finditer(text):
        yield _port(path, text, match[1], match.start())
    names = dict.fromkeys(next(each for each in match.groups() if each) for match in _NAMES.finditer(text))
    ends = ";" if path.endswith(".cs") else "\n"
    for name in islice(names, _MOST_NAMES):
        given = re.search(rf"\b{re.escape(name)}\b(?:\s*:\s*\w+)?\s*=(?![=>])([^{ends}]{{0,300}})", text)
        found = _VALUE.findall(given[1]) if given else []
        if given and found:
            yield _port(path, text, found[-1], given.start())


def _port(path: str, text: str, port: str, position: int) -> Evidence:
    return say("port", int(port), path, "dotnet.listens", SOURCE, text.count("\n", 0, position) + 1)
