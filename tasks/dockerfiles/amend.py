"""A repair applied to what the Dockerfile is rendered from."""

from __future__ import annotations

import re

from tasks.detection.pins import with_port
from tasks.detection.versions import resolve
from tasks.models import (
    AddSystemPackages,
    Amendment,
    Component,
    SetBindAddress,
    SetPort,
    SetRuntimeVersion,
    SetStartCommand,
)

_BEFORE_A_PORT = (
    r"(?P<before>--?[\w.-]*[Pp]ort[ =]|(?:^|\s)-[pbl][ =]?|PORT=|[\w.\]*]:|[ =/]:|\b(?:runserver|http\.server) )"
)


def amend(component: Component, amendments: tuple[Amendment, ...]) -> Component:
    """The component with each amendment applied in order; those for other steps change nothing here."""
    for amendment in amendments:
        component = _amended(component, amendment)
    return component


def _amended(component: Component, amendment: Amendment) -> Component:
    amended = component
    match amendment:
        case AddSystemPackages(packages=packages, stage="build"):
            amended = component.changed(build_packages=_union(component.build_packages, packages))
        case AddSystemPackages(packages=packages):
            amended = component.changed(runtime_packages=_union(component.runtime_packages, packages))
        case SetStartCommand(command=command):
            amended = component.changed(start_command=command)
        case SetPort(port=port):
            amended = _with_port(component, port)
        case SetBindAddress(address=address):
            amended = component.changed(bind_address=address)
        case SetRuntimeVersion(version=version):
            amended = component.changed(language_version=resolve(component.language, version) or version)
        case _:
            pass
    return amended


def _union(packages: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*packages, *more}))


def _with_port(component: Component, port: int) -> Component:
    """The port everywhere we say it; in the start command only where a number stands as a port."""
    told = with_port(component, port)
    if told.start_command is None or component.port is None:
        return told
    former = rf"(?<![\w.]){component.port}(?![\w.:])"
    command = re.sub(_BEFORE_A_PORT + former, rf"\g<before>{port}", told.start_command)
    return told.changed(start_command=command)
