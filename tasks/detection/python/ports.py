"""Where Python programs listen: what their calls say, and what constants, options and files say for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.commands import EVERY_ADDRESS, LOOPBACK
from tasks.detection.config_files import settings_of
from tasks.detection.evidence import CONVENTION, SOURCE, WEAK, line_of, say
from tasks.detection.files import parent
from tasks.detection.listening import KEYS
from tasks.detection.python.constants import Known
from tasks.detection.python.frameworks import by_name
from tasks.detection.python.listeners import Listen
from tasks.detection.python.sources import Sources
from tasks.detection.variable_files import suggested_port
from tasks.detection.worth import Worth
from tasks.models import Evidence

_FREE_PORT: Final = 8000
"""For a program that asks PORT where to listen and has no default, nor has its framework."""
_PORT_NAMES: Final = (
    "--port", "--http-port", "DEFAULT_PORT", "SERVER_PORT", "HTTP_PORT", "WEB_PORT", "LISTEN_PORT", "APP_PORT", "PORT",
)  # fmt: skip
"""Options and constants that say where a program listens."""
_FILE: Final = re.compile(r"[\"']([\w./-]{1,80}\.(?:ya?ml|toml|json|ini|cfg|conf))[\"']")


def ports(sources: Sources, found: list[tuple[str, Listen]], rank: float = SOURCE) -> Iterator[Evidence]:
    """The port of each call; of a variable without a default what is suggested for it, then what is usual."""
    for path, listen in found:
        known = _elsewhere(sources, path, listen)
        port = listen.port or (known.number if known else None)
        variable = listen.port_variable or (known.variable if known else None)
        if port:
            confidence = WEAK if listen.implied else rank if listen.http else rank - 0.05
            yield say("port", port, path, f"python.listens.{listen.call.strip('.')}", confidence, listen.line)
        elif variable:
            row = by_name(listen.framework)
            usual = row.port if row and row.port else _FREE_PORT
            yield from suggested_port(sources.tree, sources.folder, [variable], "python.variable_file")
            yield say("port", usual, path, "python.port_variable", CONVENTION, listen.line)
        elif not listen.implied:
            yield from _configured(sources, path)
        if listen.host_variable and listen.host in LOOPBACK:
            yield say("bind_address", EVERY_ADDRESS, path, "python.host_variable", SOURCE, listen.line)


def _configured(sources: Sources, path: str) -> Iterator[Evidence]:
    """The port in the settings files that the program names, or in examples of them."""
    for source in sources.reachable(path):
        text = sources.tree.text(source.path) or ""
        for name in dict.fromkeys(_FILE.findall(text)):
            for place in dict.fromkeys((sources.folder, parent(source.path))):
                settings = settings_of(sources.tree, place, [name])
                port = next((said for key in KEYS if (said := Worth(settings.get(key)).port)), None)
                if port:
                    yield say("port", port, source.path, "python.settings_file", CONVENTION, line_of(text, name))
                    return


def named_port(sources: Sources, start: str, listens: list[tuple[str, Listen]]) -> Iterator[Evidence]:
    """A constant or an option that is called like a port, where the calls that listen cannot be followed to it."""
    if not listens or any(listen.port and not listen.implied for _, listen in listens):
        return
    for source in sources.reachable(start):
        text = sources.tree.text(source.path) or ""
        for name in _PORT_NAMES:
            known, line = source.values.get(name), line_of(text, name)
            if line and known and known.number:
                yield say("port", known.number, source.path, "python.port_name", CONVENTION - 0.1, line)
                return


def _elsewhere(sources: Sources, path: str, listen: Listen) -> Known | None:
    """What another module's constant or settings class holds."""
    if not listen.port_name:
        return None
    name = listen.port_name.rpartition(".")[2]
    found = [known for source in sources.reachable(path) if (known := source.values.get(name))]
    return next((known for known in found if known.number), next(iter(found), None))


def default_port(framework: str, file: str) -> Iterator[Evidence]:
    """Where the framework listens when it is told nothing."""
    row = by_name(framework)
    if row and row.port:
        yield say("port", row.port, file, f"python.{framework}_default", WEAK)
