"""`containerkit schedule`: applications that are brought up to date by the clock."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deployments import server, working_folder
from deployments.cli import options
from deployments.cli.asking import Asked, asks_for_a_run
from deployments.cli.endings import guarded
from deployments.progress import printable
from flows.settings import load
from tasks.errors import Invalid
from tasks.models import RunRequest

app = typer.Typer(help="Applications by the clock; `containerkit serve` runs what is due.", no_args_is_help=True)

CronOption = Annotated[str, typer.Option("--cron", metavar="CRON", help="When: minute hour day month weekday.")]
TimezoneOption = Annotated[str, typer.Option("--timezone", help="Whose clock.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name, as `list` shows it.")]


@app.command()
@guarded
@asks_for_a_run
def add(asked: Asked, *, cron: CronOption = "0 3 * * *", timezone: TimezoneOption = "UTC") -> None:
    """Run an application by the clock from now on, with these options. The same again replaces it."""
    request, variables = asked
    if variables:
        raise Invalid(
            "a schedule is stored, and --env is not: its value would be readable in Prefect",
            hint="--env-file FILE, or name a Secret block in Prefect's UI",
        )
    name = _name(request)
    _connected().put(name, request, cron=cron, timezone=timezone)
    options.stdout().print(Text(f"{name} runs at {cron} ({timezone}); `containerkit schedule pause {name}` ends that"))


@app.command(name="list")
@guarded
def list_() -> None:
    """Every schedule: when, what, and whether it is on."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for found in _connected().listed():
        state = Text("on", style="green") if found.active else Text("off", style="dim")
        table.add_row(printable(found.name), found.when, state, printable(found.source))
    options.stdout().print(table)


@app.command()
@guarded
def pause(name: NameArgument) -> None:
    """Turn a schedule off; nothing else of it is lost."""
    _connected().switch(name, active=False)
    options.stdout().print(Text(f"{name} is off"))


@app.command()
@guarded
def resume(name: NameArgument) -> None:
    """Turn a schedule on again."""
    _connected().switch(name, active=True)
    options.stdout().print(Text(f"{name} is on"))


@app.command()
@guarded
def remove(name: NameArgument) -> None:
    """Forget a schedule. The application is left as it is."""
    _connected().remove(name)
    options.stdout().print(Text(f"{name} is removed"))


def _name(request: RunRequest) -> str:
    """The application's, as far as it is known before its repository is read."""
    last = request.source.location.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return request.overrides.name or re.sub(r"[^a-z0-9]+", "-", last.lower()).strip("-") or "application"


def _connected() -> ModuleType:
    """The schedules on the server that runs report to."""
    console = Console(stderr=True)
    settings = load()
    server.announce(server.ensure(settings, lambda text: console.print(Text(text, style="dim"))))
    working_folder.change_to(settings.home.absolute() / "work")
    from deployments import schedules

    return schedules
