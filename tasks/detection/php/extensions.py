"""Extensions of PHP that the official images leave out: what the code calls of them, and the databases behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from tasks.detection.evidence import CONFIGURATION, SOURCE, WEAK, say
from tasks.detection.reading import Dependency
from tasks.knowledge import load
from tasks.models import Evidence, Model

FIELD: Final = "extension"
"""Of the evidence for an extension that the image has to be given."""
_INSTALLED: Final = re.compile(r"\b(?:docker-php-ext-(?:install|enable)|install-php-extensions)\b([^&;|\n]*)")


class Extension(Model):
    """A row of php_extensions.toml."""

    name: str
    packages: tuple[str, ...] = ()
    code: str | None = None
    """A regular expression for what only this extension brings."""
    called: str | None = None
    """An example of it."""
    service: str | None = None
    """The backing service that it talks to."""
    configure: tuple[str, ...] = ()
    """Options that it is compiled with."""
    build: tuple[str, ...] = ()
    runtime: tuple[str, ...] = ()
    example: str


@cache
def extensions() -> tuple[Extension, ...]:
    """All rows of php_extensions.toml."""
    return TypeAdapter(tuple[Extension, ...]).validate_python(load("php_extensions")["extension"])


def extension_evidence(texts: Iterable[tuple[str, str]], shown: Iterable[Dependency]) -> Iterator[Evidence]:
    """The extensions that code calls, or that what its files show cannot do without; and the one database of them.

    Code that knows several databases leaves the choice to whoever sets it up.
    """
    sources, known = tuple(texts), tuple(shown)
    found = [
        (row, sight) for row in extensions() if (sight := _called(row, sources) or _needed(row, known)) is not None
    ]
    services = {row.service for row, _ in found if row.service}
    for row, (path, line) in found:
        yield say(FIELD, row.name, path, "php.extension", SOURCE, line)
        if row.service and len(services) == 1:
            yield say("backing_services", row.service, path, "php.extension", WEAK, line)


def installed(text: str, path: str, known: Iterable[Evidence]) -> Iterator[Evidence]:
    """The extensions that a Dockerfile gives its image; and the one database of them, where nothing else names one."""
    names = {
        name.lower(): text.count("\n", 0, match.start()) + 1
        for match in _INSTALLED.finditer(text.replace("\\\n", "  "))
        for name in re.findall(r"(?<![\w-])[a-z]\w*", match[1])
    }
    found = [row for row in extensions() if row.name in names]
    services = {row.service for row in found if row.service}
    databases = {row.service for row in extensions()}
    named = {each.value for each in known if each.field == "backing_services"} & databases
    for row in found:
        yield say(FIELD, row.name, path, "dockerfile.extension", CONFIGURATION, names[row.name])
        if row.service and len(services) == 1 and not named:
            yield say("backing_services", row.service, path, "dockerfile.extension", WEAK, names[row.name])


def _called(row: Extension, sources: tuple[tuple[str, str], ...]) -> tuple[str, int | None] | None:
    for path, text in sources:
        match = re.search(row.code, text) if row.code else None
        if match:
            return path, text.count("\n", 0, match.start()) + 1
    return None


def _needed(row: Extension, shown: tuple[Dependency, ...]) -> tuple[str, int | None] | None:
    return next(((each.file, each.line) for each in shown if each.name in row.packages), None)
