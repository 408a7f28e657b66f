"""Files that list the services of a whole repository, each with its folder: render.yaml and .do/app.yaml."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import PLATFORM, line_of, say
from tasks.detection.files import FileTree
from tasks.detection.platforms.statement import Read, statement
from tasks.detection.platforms.table import rented_service
from tasks.detection.versions import languages, resolve
from tasks.detection.yaml_text import parse_yaml
from tasks.models import Evidence

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "start_command": ("startCommand", "dockerCommand", "run_command"),
    "build_command": ("buildCommand", "build_command"),
    "health_path": ("healthCheckPath",),
    "port": ("http_port",),
    "static_folder": ("staticPublishPath", "output_dir"),
}
_KINDS: Final = {"web": "web", "pserv": "web", "worker": "worker", "services": "web", "workers": "worker"}
"""Of Render's types, and of DigitalOcean's lists."""


def blueprints(tree: FileTree, folder: str, language: str) -> Iterator[tuple[str | None, Evidence]]:
    """Of each service in this folder what is said; workers beside a web service are further processes."""
    for path in ("render.yaml", ".do/app.yaml"):
        text = tree.text(path)
        if text is None:
            continue
        services = [each for each in _services(parse_yaml(text, path)) if _folder(each[1]) == folder]
        has_web = any(kind == "web" for kind, _ in services)
        taken = False
        for kind, row in services:
            name = shape.text(row.get("name")) or kind
            aside = kind == "worker" and (has_web or taken)
            taken = True
            for said in (*_said(kind, row, path, text, name), *_version(row, path, text, language)):
                yield (name if aside else None), said
        yield from ((None, each) for each in _rented(parse_yaml(text, path), path, text))


def _services(document: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Kind and row of each service."""
    table = shape.table(document)
    for key in ("services", "workers", "static_sites"):
        rows = table.get(key)
        for row in rows if isinstance(rows, list) else []:
            service = shape.table(row)
            kind = str(service.get("type") or key)
            is_static = key == "static_sites" or "static" in {service.get("runtime"), service.get("env")}
            if is_static or kind in _KINDS:
                yield "static" if is_static else _KINDS[kind], service


def _folder(row: Mapping[str, object]) -> str:
    named = shape.text(row.get("rootDir")) or shape.text(row.get("source_dir")) or "."
    return posixpath.normpath(named.strip("/") or ".")


def _said(kind: str, row: Mapping[str, object], path: str, text: str, name: str) -> Iterator[Evidence]:
    line = line_of(text, name)
    yield say("kind", kind, path, "platform.service", PLATFORM, line)
    health = shape.table(row.get("health_check")).get("http_path")
    for field, keys in _KEYS.items():
        value = next((row[key] for key in keys if key in row), health if field == "health_path" else None)
        for each in statement(field, value, Read(path, text, "platform.service")):
            if each.field != "kind":
                yield each.changed(line=line_of(text, str(value)) or line)


def _version(row: Mapping[str, object], path: str, text: str, language: str) -> Iterator[Evidence]:
    """The release that a variable asks the platform for: NODE_VERSION, PYTHON_VERSION."""
    if language not in languages():
        return
    for each in (*_list(row.get("envVars")), *_list(row.get("envs"))):
        pair = shape.table(each)
        asked = str(pair.get("value") or "")
        wanted = resolve(language, asked) if pair.get("key") == f"{language.upper()}_VERSION" and asked else None
        if wanted:
            yield say("language_version", wanted, path, "platform.service", PLATFORM, line_of(text, asked))


def _rented(document: object, path: str, text: str) -> Iterator[Evidence]:
    table = shape.table(document)
    databases = table.get("databases")
    services = table.get("services")
    names = [str(shape.table(each).get("engine") or "postgres") for each in _list(databases)]
    names += [str(shape.table(each).get("type")) for each in _list(services)]
    for name in names:
        service = rented_service(name)
        if service:
            yield say("backing_services", service, path, "platform.service", PLATFORM, line_of(text, name))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
