"""Small modules that make an application listen on every address although its source says localhost.

They are loaded before the application and change one thing: a request to listen on loopback at the application's port
becomes one for the address that was asked for. No source is edited.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Literal

from tasks.models import Component


def preload(component: Component, language: Literal["python", "node"]) -> str | None:
    """The source of the module; None when the application needs none."""
    if component.bind_address is None or component.port is None:
        return None
    name = {"python": "bind.py.txt", "node": "bind.cjs.txt"}[language]
    return (
        _source(name)
        .replace("__ADDRESS__", json.dumps(component.bind_address))
        .replace("__PORT__", str(component.port))
    )


@cache
def _source(name: str) -> str:
    return resources.files("tasks.dockerfiles").joinpath("templates", name).read_text(encoding="utf-8")
