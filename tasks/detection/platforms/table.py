"""Files that hold each value under a key of its own: the rows of platforms.toml."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal

from pydantic import Field

from tasks.detection import shape
from tasks.detection.evidence import PLATFORM, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.platforms.statement import Read, at, release, statement
from tasks.detection.versions import resolve
from tasks.detection.yaml_text import parse_yaml
from tasks.knowledge import load
from tasks.models import Evidence, Model


class PlatformFile(Model):
    """A row of platforms.toml."""

    name: str
    format: Literal["json", "toml", "yaml"]
    requires: str | None = None
    """A key without which the file is another one's of the same name."""
    listens: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]]
    versions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By language, the keys of its release as people write it."""
    example: str


class Platforms(Model):
    """The whole table."""

    file: tuple[PlatformFile, ...]
    services: dict[str, tuple[str, ...]]
    devcontainer: dict[str, tuple[str, ...]]


@cache
def platforms() -> Platforms:
    """The validated table."""
    return Platforms.model_validate(load("platforms"))


def rented_service(name: str) -> str | None:
    """The backing service that a platform calls by this name."""
    lower = name.lower()
    rows = platforms().services.items()
    return next((service for service, names in rows if any(lower.startswith(each) for each in names)), None)


def tabled(tree: FileTree, folder: str, language: str) -> Iterator[tuple[None, Evidence]]:
    """What the files of the table say, and the services that app.json rents."""
    for row in platforms().file:
        path = join(folder, row.name)
        text = tree.text(path)
        document = None if text is None else _document(row, text, path)
        if text is not None and document is not None:
            yield from ((None, each) for each in _read(row, path, text, document, language))
    yield from ((None, each) for each in _rented(tree, join(folder, "app.json")))


def _document(row: PlatformFile, text: str, path: str) -> object:
    match row.format:
        case "json":
            document: object = shape.loose_json(text)
        case "toml":
            document = shape.parse_toml(text, path)
        case _:
            document = parse_yaml(text, path)
    return document if row.requires is None or at(document, row.requires) is not None else None


def _read(row: PlatformFile, path: str, text: str, document: object, language: str) -> Iterator[Evidence]:
    rule = f"platform.{row.name.partition('.')[0]}"
    for field, candidates in row.fields.items():
        found = next(((key, value) for key in candidates if (value := at(document, key)) is not None), None)
        if found is None:
            continue
        key, value = found
        if field == "language_version":
            value = release(language, str(value))
        yield from statement(field, value, Read(path, text, rule), key)
    asked = next((str(value) for key in row.versions.get(language, ()) if (value := at(document, key))), "")
    wanted = resolve(language, asked) if asked else None
    if wanted:
        yield say("language_version", wanted, path, rule, PLATFORM, line_of(text, asked))
    for key in row.listens:
        if at(document, key):
            yield say("kind", "web", path, rule, PLATFORM, line_of(text, key.rpartition(".")[2]))


def _rented(tree: FileTree, path: str) -> Iterator[Evidence]:
    text = tree.text(path)
    addons = shape.loose_json(text).get("addons") if text else None
    for each in addons if isinstance(addons, list) else []:
        name = str(shape.table(each).get("plan") if isinstance(each, dict) else each).partition(":")[0]
        service = rented_service(name)
        if text and service:
            yield say("backing_services", service, path, "platform.addon", PLATFORM, line_of(text, name))
