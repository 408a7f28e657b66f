"""Django: where manage.py lies, which settings it uses, and what a server is given."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath

from tasks.detection.evidence import CONFIGURATION, CONVENTION, SOURCE, line_of, say
from tasks.detection.files import join, parent
from tasks.detection.python.sources import Sources
from tasks.detection.reading import Dependency
from tasks.models import Evidence

_SETTINGS = re.compile(r"DJANGO_SETTINGS_MODULE[\"']\s*,\s*[\"']([\w.]+)[\"']")


def manage_file(sources: Sources) -> str | None:
    """The manage.py nearest to the component's folder."""
    for path in sources.paths:
        if path.rpartition("/")[2] == "manage.py" and "django" in (sources.tree.text(path) or ""):
            return path
    return None


def django_evidence(sources: Sources, manage: str, dependencies: tuple[Dependency, ...]) -> Iterator[Evidence]:
    """Framework, kind, port and the start commands that the declared servers allow."""
    text = sources.tree.text(manage) or ""
    names = {each.name for each in dependencies}
    yield say("framework", "django", manage, "python.django_manage", SOURCE + 0.05, line_of(text, "DJANGO_SETTINGS"))
    yield say("kind", "web", manage, "python.django_manage", SOURCE, 1)
    below = _relative(sources, parent(manage))
    wsgi, asgi = _gateway(sources, manage, "wsgi"), _gateway(sources, manage, "asgi")
    chdir = [] if below == "." else ["--chdir", below]
    if "gunicorn" in names and wsgi:
        command = shlex.join(["gunicorn", *chdir, wsgi[0]])
        yield say("start_command", command, wsgi[1], "python.django_wsgi", CONFIGURATION, 1)
    elif "uvicorn" in names and asgi:
        folder = [] if below == "." else ["--app-dir", below]
        command = shlex.join(["uvicorn", *folder, asgi[0]])
        yield say("start_command", command, asgi[1], "python.django_asgi", CONFIGURATION, 1)
    elif "daphne" in names and asgi and below == ".":
        yield say("start_command", f"daphne {asgi[0]}", asgi[1], "python.django_asgi", CONFIGURATION, 1)
    elif "waitress" in names and wsgi and below == ".":
        yield say("start_command", f"waitress-serve {wsgi[0]}", wsgi[1], "python.django_wsgi", CONFIGURATION, 1)
    script = shlex.quote(join(below, "manage.py"))
    yield say("start_command", f"python {script} runserver", manage, "python.django_runserver", CONVENTION, 1)


def _gateway(sources: Sources, manage: str, name: str) -> tuple[str, str] | None:
    """module:object of wsgi.py or asgi.py beside the settings, and its file."""
    settings = _SETTINGS.search(sources.tree.text(manage) or "")
    packages = [settings[1].split(".")[:-count] for count in (1, 2)] if settings else []
    for package in packages:
        path = join(parent(manage), "/".join([*package, f"{name}.py"]))
        if package and path in sources.tree.paths:
            return f"{'.'.join(package)}.{name}:application", path
    base = parent(manage)
    prefix = "" if base == "." else f"{base}/"
    for path in sources.paths:
        if path.startswith(prefix) and path.endswith(f"/{name}.py"):
            module = ".".join(PurePosixPath(path[len(prefix) :]).with_suffix("").parts)
            return f"{module}:application", path
    return None


def _relative(sources: Sources, path: str) -> str:
    return "." if path == sources.folder else sources.relative(path)
