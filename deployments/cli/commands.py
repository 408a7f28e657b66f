"""The commands by name. Each one's module is imported when it is typed, or when help lists it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

_LOOK, _RELEASES, _PREFECT, _SYSTEM = "Look, and change nothing", "Releases", "Runs without a person", "This machine"


class _Place(NamedTuple):
    """Where a command lies, and under which heading help lists it."""

    module: str
    panel: str | None


COMMANDS: Final[Mapping[str, _Place]] = {
    "run": _Place("run", None),
    "analyze": _Place("analyze", _LOOK),
    "explain": _Place("explain", _LOOK),
    "plan": _Place("plan", _LOOK),
    "steps": _Place("steps", _LOOK),
    "diagnose": _Place("diagnose", _LOOK),
    "status": _Place("releases", _RELEASES),
    "logs": _Place("releases", _RELEASES),
    "history": _Place("releases", _RELEASES),
    "rollback": _Place("releases", _RELEASES),
    "delete": _Place("releases", _RELEASES),
    "serve": _Place("serve", _PREFECT),
    "schedule": _Place("schedule", _PREFECT),
    "webhook": _Place("webhook", _PREFECT),
    "init": _Place("init", _SYSTEM),
    "doctor": _Place("doctor", _SYSTEM),
    "server": _Place("server", _SYSTEM),
}


class Commands(TyperGroup):
    """The program's commands. Most of them cost more to import than `analyze` takes."""

    def list_commands(self, ctx: object) -> list[str]:
        """All of them, in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """The command of this name."""
        del ctx
        place = COMMANDS.get(cmd_name)
        if place is None:
            # for suggestions only names count
            self.commands = {name: TyperCommand(name) for name in COMMANDS}
            return None
        module = import_module(f"deployments.cli.{place.module}")
        holder: typer.Typer | None = getattr(module, "app", None)
        if holder is None:
            holder = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            holder.command(cmd_name)(getattr(module, cmd_name))
        found = get_command(holder)
        if not isinstance(found, TyperCommand | TyperGroup):
            return None
        found.name, found.rich_help_panel = cmd_name, place.panel
        return found
