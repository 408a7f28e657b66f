"""The command that starts a Python web application with what its dependencies offer."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tasks.detection.evidence import CONFIGURATION, CONVENTION, WEAK, say
from tasks.detection.python.frameworks import by_name
from tasks.detection.python.targets import ABOVE, Target
from tasks.detection.reading import Dependency
from tasks.models import Evidence

_ASGI = ("uvicorn", "hypercorn", "granian", "daphne")
_WSGI = ("gunicorn", "waitress", "uwsgi")
_BROUGHT_ALONG = {("fastapi", "all"): "uvicorn", ("litestar", "standard"): "uvicorn", ("quart", "trio"): "hypercorn"}
"""Servers that an extra of another package installs."""


def served(target: Target, dependencies: tuple[Dependency, ...]) -> Iterator[Evidence]:
    """Start commands for an application object: with the declared production server, else with the framework's own."""
    row = by_name(target.framework)
    names = {each.name: each for each in dependencies}
    names |= {
        server: each
        for each in dependencies
        for extra in each.extras
        if (server := _BROUGHT_ALONG.get((each.name, extra)))
    }
    interface = "wsgi" if target.app.wsgi else row.interface if row else "own"
    if interface == "asgi":
        yield from _asgi(target, names)
    elif interface == "wsgi":
        yield from _wsgi(target, names)


def declared_server(dependencies: tuple[Dependency, ...]) -> str | None:
    """The first server that the project declares."""
    names = {each.name for each in dependencies}
    return next((server for server in (*_ASGI, *_WSGI) if server in names), None)


def _asgi(target: Target, names: dict[str, Dependency]) -> Iterator[Evidence]:
    fastapi = names.get("fastapi")
    for server in _ASGI:
        if server in names:
            yield _spoken(target, command_of(server, target), f"python.{server}", _confidence(server, target))
            return
    if fastapi and "standard" in fastapi.extras and not target.app.factory:
        command = f"fastapi run {shlex.quote(target.file)}"
        if target.app.name not in {"app", "api"}:
            command += f" --app {target.app.name}"
        yield _spoken(target, command, "python.fastapi_cli", CONFIGURATION)
    elif "fastapi-cli" in names and not target.app.factory:
        command = f"fastapi run {shlex.quote(target.file)}"
        yield _spoken(target, command, "python.fastapi_cli", CONFIGURATION)
    elif target.framework in {"quart", "sanic"}:
        command = f"quart --app {target.reference} run" if target.framework == "quart" else f"sanic {target.reference}"
        yield _spoken(target, command, f"python.{target.framework}_cli", CONVENTION)
    else:
        yield _spoken(target, command_of("uvicorn", target), "python.no_server_declared", _ADDED)


def _wsgi(target: Target, names: dict[str, Dependency]) -> Iterator[Evidence]:
    for server in _WSGI:
        if server in names:
            yield _spoken(target, command_of(server, target), f"python.{server}", _confidence(server, target))
            return
    if target.framework == "flask":
        yield _spoken(target, _flask(target), "python.flask_cli", CONVENTION)
    elif not target.app.wsgi:
        yield _spoken(target, command_of("gunicorn", target), "python.no_server_declared", _ADDED)


_ADDED = WEAK - 0.05
"""A server that an install must add: what the project can do by itself goes before it."""


def _spoken(target: Target, command: str, rule: str, confidence: float) -> Evidence:
    return say("start_command", command, target.path, rule, confidence, target.app.line)


def _confidence(server: str, target: Target) -> float:
    """Less where the server cannot be told in which folder to look for the module."""
    return CONFIGURATION if target.folder == "." or server in {"gunicorn", "uvicorn"} else CONVENTION


def command_of(server: str, target: Target) -> str:
    """The server's command line for this object; the port is set by `listening`."""
    words: list[str]
    is_named = target.folder in {".", ABOVE}
    reference = target.reference if is_named else f"{target.folder.replace('/', '.')}.{target.reference}"
    if server == "gunicorn":
        words = ["gunicorn", *_option("--chdir", target.folder), _called(target)]
    elif server == "uvicorn":
        factory = ["--factory"] if target.app.factory else []
        words = ["uvicorn", *_option("--app-dir", target.folder), target.reference, *factory]
    elif server == "waitress":
        words = ["waitress-serve", *(["--call"] if target.app.factory else []), reference]
    elif server == "uwsgi":
        words = ["uwsgi", *_option("--chdir", target.folder), "--master", "--module", _called(target)]
    elif server == "granian":
        words = ["granian", "--interface", "asgi", reference]
    else:
        words = [server, reference]
    return shlex.join(words)


def _called(target: Target) -> str:
    return f"{target.reference}()" if target.app.factory else target.reference


def _flask(target: Target) -> str:
    place = target.module if target.folder == "." else f"{target.folder}/{target.module.replace('.', '/')}"
    name = "" if target.app.name in {"app", "application", "create_app", "make_app"} else f":{target.app.name}"
    return f"flask --app {shlex.quote(place + name)} run"


def _option(name: str, folder: str) -> list[str]:
    return [] if folder == "." else [name, folder]
