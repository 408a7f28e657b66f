"""From a foreign value to a statement, if it can be one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection import shape
from tasks.detection.commands import port_in, server_of
from tasks.detection.evidence import PLATFORM, WEAK, is_plain, line_of, say
from tasks.detection.versions import languages, resolve
from tasks.models import Evidence

Statements = Iterable[tuple[str | None, Evidence]]
"""Each with the name of the process that it is about; None is the main one."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file that is being read, and the rule that speaks."""

    path: str
    text: str
    rule: str


_FOLDER: Final = re.compile(r"(?:\./)?([A-Za-z0-9_][A-Za-z0-9_./-]{0,100})/?")
_ROUTE: Final = re.compile(r"/[^\x00-\x20\x7f]{1,200}")
_HIGHEST_PORT: Final = 65535
_INSTALLS: Final = re.compile(
    r"(?:npm (?:install|i|ci)|yarn(?: install)?|pnpm (?:install|i)|bun install|bundle install|composer install|"
    r"poetry install|uv sync|pipenv install|(?:python3? -m )?pip3? install (?:-r|--requirement|--upgrade pip))"
    r"(?: (?:-[\w=.-]{1,80}|[\w./][\w./-]{0,120}\.txt)){0,12}"
)
"""Commands that only install what the manifests declare, which every image does before it builds."""


def at(document: object, keys: str) -> object:
    """The value that the keys lead to, those of a list by number; None when there is none."""
    value = document
    for key in keys.split("."):
        if key.isdigit() and isinstance(value, list):
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = shape.table(value).get(key)
    return value


def statement(field: str, value: object, read: Read, key: str = "", confidence: float = PLATFORM) -> Iterator[Evidence]:
    """The statement, and for a start command what follows from it; nothing for a value that is not fit."""
    wanted = _fit(field, value)
    if wanted is None:
        return
    line = line_of(read.text, key.rpartition(".")[2]) if key else None
    yield say(field, wanted, read.path, read.rule, confidence, line)
    if field == "start_command":
        port = port_in(wanted)
        if port:
            yield say("port", port, read.path, read.rule, confidence - 0.01, line)
        serves = server_of(wanted) is not None or "$PORT" in wanted
        kind, weight = ("web", confidence - 0.02) if serves else ("worker", WEAK)
        yield say("kind", kind, read.path, read.rule, weight, line)


def release(language: str, written: str) -> str | None:
    """The release that a name such as python312 or nodejs22 ends with."""
    numbers = re.search(r"(\d{1,3}(?:\.\d{1,2})?)$", written)
    if numbers is None or language not in languages() or not languages()[language].versions:
        return None
    asked = numbers[1]
    row = languages()[language]
    dotted = any("." in each.version for each in row.releases)
    if dotted and "." not in asked and len(asked) > 1:
        asked = f"{asked[0]}.{asked[1:]}"
    return resolve(language, asked)


def _fit(field: str, value: object) -> str | None:
    if isinstance(value, list):
        value = " && ".join(shape.texts(value))
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or not is_plain(value):
        return None
    text = value.strip()
    if field == "port":
        return text if re.fullmatch(r"[1-9]\d{0,4}", text) and int(text) <= _HIGHEST_PORT else None
    if field == "health_path":
        return text if _ROUTE.fullmatch(text) else None
    if field == "static_folder":
        folder = _FOLDER.fullmatch(text)
        return folder[1].rstrip("/") if folder and ".." not in text else None
    return _without_installs(text) if field == "build_command" else text


def _without_installs(written: str) -> str | None:
    """The build without the installs in front of it; None when nothing else is left."""
    parts = [" ".join(part.split()) for part in re.split(r"&&|;", written)]
    if not _INSTALLS.fullmatch(parts[0]):
        return written
    while parts and _INSTALLS.fullmatch(parts[0]):
        parts = parts[1:]
    return " && ".join(part for part in parts if part) or None
