"""Repositories written down in a test."""

from __future__ import annotations

import json
from pathlib import Path

from tasks.detection import analyze
from tasks.models import AppProfile, Checkout, Component


def profile_of(folder: Path, files: dict[str, str]) -> AppProfile:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return analyze(Checkout(root=folder, location=f"/repositories/{folder.name}"))


def component_of(folder: Path, files: dict[str, str]) -> Component:
    profile = profile_of(folder, files)
    assert len(profile.components) == 1, profile.message
    return profile.components[0]


def package(start: str | None = None, dependencies: str = "", **more: object) -> str:
    """A package.json in which `start` is a script and `dependencies` are names."""
    scripts = {} if start is None else {"scripts": {"start": start}}
    return json.dumps({**scripts, "dependencies": dict.fromkeys(dependencies.split(), "1"), **more})
