"""The command line. A command is imported when it is typed, and imports what it needs when it runs."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from deployments import working_folder
from deployments.cli.commands import Commands


def _print_version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version as installed_version

        typer.echo(f"containerkit {installed_version('containerkit')}")
        raise typer.Exit


VersionFlag = Annotated[
    bool,
    typer.Option(
        "--version", help="Print the version.", is_eager=True, callback=lambda value: _print_version(wanted=value)
    ),
]

app = typer.Typer(
    name="containerkit",
    cls=Commands,
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
