"""`containerkit steps`: the ten steps as they will run, replacements and limits included."""

from __future__ import annotations

import json

import typer
from rich.table import Table
from rich.text import Text

from deployments import server, working_folder
from deployments.cli import options
from deployments.cli.endings import guarded
from flows.settings import load


@guarded
def steps(*, as_json: options.JsonFlag = False) -> None:
    """List the ten steps with their limits and where each comes from."""
    settings = load()
    server.prepare(server.place_of(settings).home)
    working_folder.change_to(settings.home.absolute() / "work")
    # a step is a Prefect task, and Prefect takes seconds to import
    from flows.run import tuned_steps
    from tasks.pipeline import describe

    found = describe(tuned_steps(settings))
    if as_json:
        typer.echo(json.dumps([metadata.model_dump(mode="json") for metadata in found], indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("#", "step", "what it does", "retries", "time-out", "leaves behind"):
        table.add_column(title, header_style="dim")
    for metadata in found:
        table.add_row(
            str(metadata.order),
            Text(metadata.name, style="bold"),
            Text(metadata.summary),
            str(metadata.retries),
            f"{metadata.timeout_s:.0f} s",
            Text(metadata.side_effects, style="dim"),
        )
    options.stdout().print(table)
