"""Django: where manage.py lies, which settings it uses, and what a server is given."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from tasks.detection.evidence import CONFIGURATION, CONVENTION, SOURCE, WEAK, line_of, say
from tasks.detection.files import join, parent
from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import Sources
from tasks.detection.reading import Dependency
from tasks.models import Evidence

_SETTINGS = re.compile(r"DJANGO_SETTINGS_MODULE[\"']\s*,\s*[\"']([\w.]+)[\"']")

_ASGI = frozenset({"uvicorn", "daphne", "hypercorn", "granian"})
"""Servers that Channels can be spoken to through; a server of WSGI would answer pages alone."""


@dataclass(frozen=True, slots=True)
class DjangoSite:
    """A site and what is known of how it is served."""

    file: str
    """manage.py, or the gateway of a site without one."""
    folder: str
    """Where its modules are imported from."""
    manage: str | None


def django_site(sources: Sources, files: list[SourceFile]) -> DjangoSite | None:
    """The manage.py nearest to the component's folder; else the gateway that a server is given."""
    manage = manage_file(sources)
    if manage:
        return DjangoSite(manage, parent(manage), manage)
    for source in files:
        if any(app.framework == "django" for app in source.apps):
            package = parent(parent(source.path) if source.path.endswith("/__init__.py") else source.path)
            return DjangoSite(source.path, sources.folder if package == sources.folder else parent(package), None)
    return None


def manage_file(sources: Sources) -> str | None:
    """The manage.py nearest to the component's folder."""
    for path in sources.paths:
        if path.rpartition("/")[2] == "manage.py" and "django" in (sources.tree.text(path) or ""):
            return path
    return None


def django_evidence(sources: Sources, site: DjangoSite, dependencies: tuple[Dependency, ...]) -> Iterator[Evidence]:
    """Framework, kind, port and the start commands that the declared servers allow."""
    text = sources.tree.text(site.file) or ""
    names = {each.name for each in dependencies} | {extra for each in dependencies for extra in each.extras}
    yield say("framework", "django", site.file, "python.django_manage", SOURCE + 0.05, line_of(text, "DJANGO_SETTINGS"))
    yield say("kind", "web", site.file, "python.django_manage", SOURCE, 1)
    below = _relative(sources, site.folder)
    wsgi, asgi = _gateway(sources, site, "wsgi"), _gateway(sources, site, "asgi")
    speaks_sockets = "channels" in names and asgi is not None and not names.isdisjoint(_ASGI)
    found = _server(names, below, None if speaks_sockets else wsgi, asgi)
    if found:
        words, gateway, confidence = found
        rule = "python.django_asgi" if gateway == asgi else "python.django_wsgi"
        yield say("start_command", shlex.join(words), gateway[1], rule, confidence, 1)
    if site.manage:
        script = shlex.quote(join(below, "manage.py"))
        yield say("start_command", f"python {script} runserver", site.manage, "python.django_runserver", CONVENTION, 1)


_Gateway = tuple[str, str]


def _server(
    names: set[str], below: str, wsgi: _Gateway | None, asgi: _Gateway | None
) -> tuple[list[str], _Gateway, float] | None:
    """The command of the first declared server that there is a gateway for, and how much it is worth."""
    chdir = [] if below == "." else ["--chdir", below]
    folder = [] if below == "." else ["--app-dir", below]
    here = below == "."
    if "gunicorn" in names and wsgi:
        return ["gunicorn", *chdir, wsgi[0]], wsgi, CONFIGURATION
    if "uvicorn" in names and asgi:
        return ["uvicorn", *folder, asgi[0]], asgi, CONFIGURATION
    for server, words in (
        ("daphne", ["daphne"]),
        ("hypercorn", ["hypercorn"]),
        ("granian", ["granian", "--interface", "asgi"]),
    ):
        if server in names and asgi and here:
            return [*words, asgi[0]], asgi, CONFIGURATION
    if "waitress" in names and wsgi and here:
        return ["waitress-serve", wsgi[0]], wsgi, CONFIGURATION
    if "uwsgi" in names and wsgi:
        return ["uwsgi", *chdir, "--master", "--module", wsgi[0]], wsgi, CONFIGURATION
    return (["gunicorn", *chdir, wsgi[0]], wsgi, WEAK) if wsgi else None


def _gateway(sources: Sources, site: DjangoSite, name: str) -> _Gateway | None:
    """module:object of wsgi.py or asgi.py beside the settings, and its file."""
    settings = _SETTINGS.search(sources.tree.text(site.file) or "")
    packages = [settings[1].split(".")[:-count] for count in (1, 2)] if settings else []
    for package in packages:
        for file in (f"{name}.py", f"{name}/__init__.py"):
            path = join(site.folder, "/".join([*package, file]))
            if package and path in sources.tree.paths:
                return f"{'.'.join(package)}.{name}:application", path
    prefix = "" if site.folder == "." else f"{site.folder}/"
    for path in sources.paths:
        if path.startswith(prefix) and f"/{path}".endswith((f"/{name}.py", f"/{name}/__init__.py")):
            module = ".".join(PurePosixPath(path[len(prefix) :].removesuffix("/__init__.py")).with_suffix("").parts)
            return f"{module}:application", path
    return None


def _relative(sources: Sources, path: str) -> str:
    return "." if path == sources.folder else sources.relative(path)
