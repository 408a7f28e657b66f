"""Every setting, its default, and where it comes from. Only this room reads the environment.

Order: flag (in the RunRequest) > environment > containerkit.toml > organisation file > default. Adapters are given
values. Unknown keys are refused with file and line.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from flows.repository_file import FILE_NAME, ORGANISATION_FILE, allowed
from flows.sections import (
    AppSettings,
    EngineSettings,
    KubernetesSettings,
    RegistrySettings,
    ScanSettings,
    Sections,
    ServerSettings,
    StepSettings,
)
from flows.surroundings import Surroundings, surroundings
from flows.toml_layers import line_of, merge, read, validate
from tasks.errors import Invalid
from tasks.models import Pinned, Pins, Place, Source

__all__ = [
    "FILE_NAME",
    "AppSettings",
    "EngineSettings",
    "KubernetesSettings",
    "RegistrySettings",
    "ScanSettings",
    "ServerSettings",
    "Settings",
    "StepSettings",
    "Surroundings",
    "folder_of",
    "load",
    "surroundings",
]

Origin = Literal["folder", "clone"]
"""A user's own folder, or what was fetched from a URL: that one's file says only what the application is."""
_PREFIX = "CONTAINERKIT_"
_NO_SETTING = f"{_PREFIX}CONFIG"


class Settings(Sections):
    """All of it. Made by `load`."""

    home: Path = Field(default_factory=lambda: _state_home() / "containerkit")
    """State: runs, reports, locks, clones, and the Prefect database."""
    places: tuple[Pinned, ...] = ()
    """Where the overrides were read: of each table the places, no values."""
    warnings: tuple[str, ...] = ()

    def pinned(self) -> tuple[Pinned, ...]:
        """What the user knows better than detection, with the place of each value; the last one wins."""
        app = Pins.model_validate({name: getattr(self.app, name) for name in Pins.model_fields})
        known = {each.component: each.places for each in self.places}
        tables: list[tuple[str | None, Pins]] = [(None, app), *self.components.items()]
        return tuple(Pinned(component=name, values=values, places=known.get(name, ())) for name, values in tables)


class _Layer(NamedTuple):
    """One source of settings: a file, or the environment."""

    file: Path | None
    shown: str
    content: dict[str, Any]


def load(folder: Path | None = None, *, origin: Origin = "folder") -> Settings:
    """The settings for an application in `folder`. Raises Invalid with file and line for what cannot be used.

    A folder's own file is held to what a repository may say: see `flows.repository_file`.
    """
    organisation = Path(os.environ.get("CONTAINERKIT_CONFIG", ORGANISATION_FILE))
    layers = [_Layer(organisation, str(organisation), validate(organisation, read(organisation), Sections))]
    warnings: tuple[str, ...] = ()
    if folder is not None:
        own = folder / FILE_NAME
        content = validate(own, read(own, inside=folder), Sections)
        content, warnings = allowed(own, content, layers[0].content, origin)
        layers.append(_Layer(own, FILE_NAME, content))
    layers.append(_Layer(None, "", _environment()))
    merged: dict[str, Any] = {}
    for layer in layers:
        merged = merge(merged, layer.content)
    try:
        return Settings.model_validate({**merged, "places": _places(layers), "warnings": warnings})
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        message = f"the setting {where} cannot be used: {error.errors()[0]['msg']}"
        raise Invalid(
            message, hint=f"look at the variables that begin with CONTAINERKIT_ and at {FILE_NAME}"
        ) from error


def folder_of(source: Source) -> Path | None:
    """The folder whose containerkit.toml counts before anything is fetched; None for a URL."""
    folder = Path(source.location)
    if not folder.is_dir():
        return None
    below = folder / (source.subfolder or ".")
    return below if below.is_dir() else folder


def _state_home() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


def _environment() -> dict[str, Any]:
    """What CONTAINERKIT_SECTION__KEY says; the library that reads it is loaded only when there is such a variable."""
    if not any(name.upper().startswith(_PREFIX) and name.upper() != _NO_SETTING for name in os.environ):
        return {}
    from flows.environment import variables  # noqa: PLC0415 - see above

    return variables(_PREFIX)


def _places(layers: list[_Layer]) -> tuple[Pinned, ...]:
    """Of each table of overrides where its fields were read, the strongest layer's."""
    found: dict[str | None, dict[str, Place]] = {}
    for layer in layers:
        for name, keys, table in _tables(layer.content):
            known = found.setdefault(name, {})
            known[""] = _place(layer, "", keys)
            known |= {field: _place(layer, field, [*keys, field]) for field in table}
    return tuple(Pinned(component=name, values=Pins(), places=tuple(places.values())) for name, places in found.items())


def _tables(content: Mapping[str, Any]) -> list[tuple[str | None, list[str], Mapping[str, Any]]]:
    tables: list[tuple[str | None, list[str], Mapping[str, Any]]] = [(None, ["app"], content.get("app") or {})]
    tables += [(name, ["components", name], table) for name, table in (content.get("components") or {}).items()]
    return [(name, keys, table) for name, keys, table in tables if table or name]


def _place(layer: _Layer, field: str, keys: list[str]) -> Place:
    if layer.file is None:
        return Place(field=field, file=f"{_PREFIX}{'__'.join(keys).upper()}")
    return Place(field=field, file=layer.shown, line=line_of(layer.file, keys))
