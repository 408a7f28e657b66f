"""Small modules that the image loads before the application, where no start command can do it.

Stop: process 1 ignores SIGTERM unless it asks for it, so a plain `node server.js` would be killed after the grace
period; with it, it ends. Bind: what asks to listen on loopback at the application's port listens on the address that
was asked for; no source is edited.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Literal

from tasks.dockerfiles.command import program
from tasks.dockerfiles.settings import handling
from tasks.models import Component


def preload(component: Component, start: str, language: Literal["python", "node"]) -> str | None:
    """The source of the module; None when the application needs none."""
    suffix = {"python": "py", "node": "cjs"}[language]
    parts = [] if program(start) in handling() else [_source(f"stop.{suffix}.txt")]
    if component.bind_address is not None and component.port is not None:
        bind = _source(f"bind.{suffix}.txt").replace("__ADDRESS__", json.dumps(component.bind_address))
        parts.append(bind.replace("__PORT__", str(component.port)))
    return "\n".join(parts) or None


@cache
def _source(name: str) -> str:
    return resources.files("tasks.dockerfiles").joinpath("templates", name).read_text(encoding="utf-8")
