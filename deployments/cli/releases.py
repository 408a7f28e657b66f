"""What is running, and what may be done about it: status, logs, history, rollback, delete. None needs Prefect."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from deployments.cli import options
from deployments.cli.asking import asks_where
from deployments.cli.endings import guarded
from deployments.facts import print_facts
from deployments.progress import printable, printable_lines
from flows.place import completed
from flows.settings import load
from flows.toolbox import Toolbox, open_toolbox
from tasks.errors import Denied, Missing, StepError
from tasks.models import Application, DeploymentStatus, Release, RunRequest, StepName
from tasks.ports import DeploymentTarget

_DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")
OptionalName = Annotated[
    str | None, typer.Argument(metavar="NAME", help="The application's name.", show_default="all of them")
]
TailOption = Annotated[int, typer.Option("--tail", "-n", min=1, max=10_000, help="How many lines.")]
ToOption = Annotated[
    int | None, typer.Option("--to", metavar="N", min=1, help="Release number.", show_default="the one before")
]
YesFlag = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@guarded
@asks_where
def status(
    where: RunRequest,
    name: OptionalName = None,
    *,
    as_json: options.JsonFlag = False,
) -> None:
    """Say how an application is doing; without a name, which ones there are."""
    if name is None:
        with _place(where) as tools:
            everywhere = tools.target_kind == "engine" and where.namespace is None
            known = tools.target.released(namespace=None if everywhere else tools.namespace)
            place = tools.address
        _list(known, place, as_json=as_json)
        return
    with _place(where) as tools:
        found = tools.target.status(application=options.application_of(name, tools.namespace))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _show_status(found)


@guarded
@asks_where
def logs(
    where: RunRequest,
    name: options.NameArgument,
    *,
    tail: TailOption = 200,
) -> None:
    """Print the last lines that the application wrote."""
    with _place(where) as tools:
        text = tools.target.logs(application=options.application_of(name, tools.namespace), tail_lines=tail)
    typer.echo(printable_lines(text).rstrip("\n"))


@guarded
@asks_where
def history(
    where: RunRequest,
    name: options.NameArgument,
    *,
    as_json: options.JsonFlag = False,
) -> None:
    """List the last ten releases, newest first."""
    with _place(where) as tools:
        releases = _releases(options.application_of(name, tools.namespace), tools.target)
    if as_json:
        typer.echo(f"[{', '.join(release.model_dump_json() for release in releases)}]")
        return
    table = Table(box=None, pad_edge=False)
    for title in ("release", "state", "created", "commit", "image"):
        table.add_column(title, header_style="dim", overflow="fold")
    for release in releases:
        style = "bold green" if release.state == "live" else ""
        commit = (release.commit or "")[:12]
        cells = (str(release.number), release.state, release.created, commit, release.image)
        table.add_row(*(Text(printable(cell), style=style) for cell in cells))
    options.stdout().print(table)


@guarded
@asks_where
def rollback(
    where: RunRequest,
    name: options.NameArgument,
    *,
    to: ToOption = None,
) -> None:
    """Make a former release live again."""
    with (
        _place(where) as tools,
        _as_step("deploy"),
    ):
        release = tools.target.restore(application=options.application_of(name, tools.namespace), number=to)
    url = f" at {release.url}" if release.url else ""
    options.stdout().print(Text(f"✓ release {release.number} of {name} is live{printable(url)}", style="bold green"))


@guarded
@asks_where
def delete(
    where: RunRequest,
    name: options.NameArgument,
    *,
    yes: YesFlag = False,
) -> None:
    """Remove everything of ours by that name from the target."""
    with _place(where) as tools:
        application, target = options.application_of(name, tools.namespace), tools.target
        if not yes:
            _ask(application, target)
        else:
            _releases(application, target)
        removed = target.delete(application=application)
    for line in removed:
        options.stdout().print(Text(f"removed {printable(line)}"))


@contextlib.contextmanager
def _place(request: RunRequest) -> Iterator[Toolbox]:
    with open_toolbox(load(), request) as tools:
        try:
            yield tools
        except StepError as error:
            error.hint = completed(error.hint, request)
            raise


@contextlib.contextmanager
def _as_step(step: StepName) -> Iterator[None]:
    """Errors count as those of this step, which decides their exit code."""
    try:
        yield
    except StepError as error:
        error.step = error.step or step
        raise


def _releases(application: Application, target: DeploymentTarget) -> tuple[Release, ...]:
    """The releases, at least one. Raises Missing where there is none."""
    found = target.history(application=application)
    if not found:
        raise Missing(
            f"nothing was released as {application.name}",
            hint="containerkit status lists what there is",
            reason="nothing_found",
        )
    return found


def _ask(application: Application, target: DeploymentTarget) -> None:
    releases = _releases(application, target)
    if not sys.stdin.isatty():
        raise Denied(
            f"deleting {application.name} ({len(releases)} releases) needs a yes",
            hint=f"containerkit delete {application.name} --yes",
            reason="approval",
        )
    if not typer.confirm(f"Delete {application.name} with its {len(releases)} releases?"):
        raise typer.Exit


def _list(releases: tuple[Release, ...], place: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(f"[{', '.join(release.model_dump_json() for release in releases)}]")
        return
    console = options.stdout()
    if not releases:
        console.print(Text(f"nothing of ours runs there: {printable(place)}"))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("application", "release", "state", "address", "created", "image"):
        table.add_column(title, header_style="dim", overflow="fold")
    for each in releases:
        image = _DIGEST.sub(r"\1", each.image)
        cells = (each.application.name, str(each.number), each.state, each.url or "", each.created[:19], image)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console.print(table)


def _show_status(found: DeploymentStatus) -> None:
    console = options.stdout()
    mark, style = ("✓", "bold green") if found.ready else ("✗", "bold red")
    console.print(Text(f"{mark} {found.application.name}: {printable(found.message)}", style=style))
    facts = {}
    if found.release:
        facts["release"] = f"{found.release.number}, {found.release.created}"
        facts["image"] = found.release.image
        facts["address"] = found.release.url or "none"
    facts["running"] = f"{found.running} of {found.wanted}, {found.restarts} restarts"
    print_facts(console, facts)
    for event in found.events:
        console.print(Text(f"  {printable(event)}", style="yellow"))
    if not found.ready and found.log_tail:
        console.print(Text(printable_lines(found.log_tail).rstrip(), style="dim"))
