"""What an application is run with: variables, and how its program ends in order. Rows of image_settings.toml."""

from __future__ import annotations

from functools import cache

from tasks.dockerfiles.command import program
from tasks.knowledge import load
from tasks.models import Component, Model, Setting


class _SettingRow(Model):
    language: str
    framework: str | None = None
    name: str
    value: str
    build: bool = False
    why: str


class _StopSignal(Model):
    program: str
    signal: str
    why: str


class _Handling(Model):
    programs: frozenset[str]
    example: str


class _Table(Model):
    setting: tuple[_SettingRow, ...]
    stop_signal: tuple[_StopSignal, ...]
    handling: _Handling


@cache
def _table() -> _Table:
    return _Table.model_validate(load("image_settings"))


def settings(component: Component) -> tuple[Setting, ...]:
    """The variables of the image, by name."""
    values = {"HOME": "/tmp"}  # noqa: S108 - the one folder that is writable in a read-only container
    for row in _table().setting if component.kind != "static" else ():
        if row.language == component.language and row.framework in {None, component.framework}:
            values[row.name] = row.value
    if component.bind_address is not None:
        values["HOST"] = component.bind_address
    if component.port is not None:
        values["PORT"] = str(component.port)
    return tuple(Setting(name=name, value=value) for name, value in sorted(values.items()))


def build_settings(component: Component) -> tuple[Setting, ...]:
    """The variables that the build needs as well."""
    rows = (row for row in _table().setting if row.build and row.language == component.language)
    return tuple(
        Setting(name=row.name, value=row.value) for row in rows if row.framework in {None, component.framework}
    )


def stop_signal(start: str) -> str | None:
    """The signal that ends the program in order, where that is not SIGTERM."""
    name = program(start)
    return next((row.signal for row in _table().stop_signal if row.program == name), None)


def handling() -> frozenset[str]:
    """Programs that end in order at SIGTERM by themselves."""
    return _table().handling.programs
