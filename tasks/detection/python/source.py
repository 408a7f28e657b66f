"""What one Python file says. It is read by its syntax tree (`reader`) and never run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tasks.detection.environment import Read
from tasks.detection.python.constants import Known
from tasks.detection.python.listeners import Listen
from tasks.detection.python.routes import Include, Route

BARE: Final = "bare"
"""The framework of an application that is made with none."""


@dataclass(frozen=True, slots=True)
class AppObject:
    """An application that a server can be given."""

    name: str
    framework: str
    line: int
    factory: bool = False
    callable: bool = True
    """A factory that needs no argument, or an instance."""
    wsgi: bool = False
    """What an application that brings its own server has for another one."""
    whole: bool = False
    """It stands in front of another application."""


@dataclass(slots=True)
class SourceFile:
    """What one file says."""

    path: str
    apps: list[AppObject] = field(default_factory=list)
    listens: list[Listen] = field(default_factory=list)
    figures: list[Listen] = field(default_factory=list)
    """Calls that listen for those who ask how the program is doing."""
    routes: list[Route] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    """Full dotted names of what is imported; relative ones keep their dots."""
    routers: dict[str, str] = field(default_factory=dict)
    """Routers that it makes, with their own prefix."""
    includes: list[Include] = field(default_factory=list)
    celery: str | None = None
    main_line: int | None = None
    loop_line: int | None = None
    waits_line: int | None = None
    interactive: bool = False
    executes: bool = False
    """Being started, it does something: it has a main guard or calls at its top level."""
    values: dict[str, Known] = field(default_factory=dict)
    """What its names, settings and arguments are worth."""
    objects: dict[str, str] = field(default_factory=dict)
    """Names of instances, by the dotted name of what made them."""
    services: dict[str, int] = field(default_factory=dict)
    """Services whose address or driver it names, with the line."""
    is_old: bool = False
    """Only Python 2 reads it."""
    handed: list[tuple[str, tuple[Listen, ...]]] = field(default_factory=list)
    """Calls on what another module made: its dotted name, and what each framework would have the call say."""
