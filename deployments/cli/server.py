"""`containerkit server`: the local Prefect server, which the first run starts and which then stays."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.text import Text

from deployments import server
from deployments.cli.endings import guarded
from deployments.cli.options import stdout
from deployments.exit_codes import ExitCode
from deployments.facts import print_facts
from deployments.server import ServerAddress
from flows.settings import load, surroundings

app = typer.Typer(
    help="The local Prefect server: its state, its start, its end.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
@guarded
def status() -> None:
    """Say whether it runs, and where. Exit code 30 when it does not."""
    console, place = stdout(), server.place_of(load())
    given = surroundings().prefect_api_url
    if given:
        console.print(Text(f"PREFECT_API_URL is set: runs report to {server.ensure(load()).api_url}"))
    found = server.find(place)
    if found is None:
        console.print(Text(f"no local Prefect server runs for {place.home}"))
        console.print(Text("next: containerkit server start", style="cyan"))
        raise typer.Exit(ExitCode.SYSTEM_MISSING)
    _show(console, found)


@app.command()
@guarded
def start() -> None:
    """Start it, or find the one that runs."""
    found = server.start(server.place_of(load()), _say)
    _show(stdout(), found)


@app.command()
@guarded
def stop() -> None:
    """End it. Nothing else is touched, and its database stays."""
    pid = server.stop(server.place_of(load()))
    stdout().print(Text("no local Prefect server was running" if pid is None else f"ended, it was process {pid}"))


def _say(text: str) -> None:
    Console(stderr=True).print(Text(text, style="dim"))


def _show(console: Console, found: ServerAddress) -> None:
    print_facts(
        console,
        {
            "UI": found.ui_url,
            "API": found.api_url,
            "process": str(found.pid),
            "Prefect": found.version,
            "database": found.database,
            "log": str(found.log_file),
        },
    )
