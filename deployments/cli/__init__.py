"""The command line. Every command imports what it needs when it runs: only `run` and `steps` pay for Prefect."""

from __future__ import annotations

import io
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer

from deployments import working_folder
from deployments.cli import releases, server
from deployments.cli.analyze import analyze
from deployments.cli.diagnose import diagnose
from deployments.cli.doctor import doctor
from deployments.cli.explain import explain, init
from deployments.cli.plan import plan
from deployments.cli.run import run
from deployments.cli.steps import steps


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"containerkit {installed_version('containerkit')}")
        raise typer.Exit


VersionFlag = Annotated[
    bool,
    typer.Option(
        "--version", help="Print the version.", is_eager=True, callback=lambda value: _print_version(wanted=value)
    ),
]
_LOOK, _RELEASES, _SYSTEM = "Look, and change nothing", "Releases", "This machine"

app = typer.Typer(
    name="containerkit",
    help="From an application's repository to a verified, running deployment, every decision explained.",
    no_args_is_help=True,
    add_completion=False,
    # our own endings explain errors; a traceback with values of variables would show secrets
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def start(*, version: VersionFlag = False) -> None:
    """What every command begins with."""
    del version
    for stream in (sys.stdout, sys.stderr):
        # a terminal that knows no check marks gets question marks, not a crash
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # `python -m` puts the working directory on sys.path, and a repository may have its own tasks/ and flows/
    working_folder.leave_paths_of(Path.cwd())


app.command()(run)
app.command(rich_help_panel=_LOOK)(analyze)
app.command(rich_help_panel=_LOOK)(explain)
app.command(rich_help_panel=_LOOK)(plan)
app.command(rich_help_panel=_LOOK)(steps)
app.command(rich_help_panel=_LOOK)(diagnose)
for command in (releases.status, releases.logs, releases.history, releases.rollback, releases.delete):
    app.command(rich_help_panel=_RELEASES)(command)
app.command(rich_help_panel=_SYSTEM)(init)
app.command(rich_help_panel=_SYSTEM)(doctor)
app.add_typer(server.app, name="server", rich_help_panel=_SYSTEM)
