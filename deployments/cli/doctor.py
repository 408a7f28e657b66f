"""`containerkit doctor`: what a run needs, what is there, and what to type about the rest."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Annotated, Literal, NamedTuple

import typer
from rich.table import Table
from rich.text import Text

from deployments import server
from deployments.cli import options
from deployments.cli.asking import asks_where
from deployments.cli.endings import guarded
from deployments.exit_codes import ExitCode
from deployments.progress import printable
from flows.settings import Settings, load, surroundings
from flows.toolbox import Toolbox, open_toolbox
from tasks.errors import StepError
from tasks.models import Application, Check, ClusterRequest, ImageRef, RunRequest, ScannerDescription

_LITTLE_BYTES = 5_000_000_000
_STYLES = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "missing": ("✗", "bold red")}


State = Literal["ok", "warning", "missing"]
RoleFlag = Annotated[
    bool, typer.Option("--role", help="Only print the Role that is needed in the namespace, for kubectl apply.")
]


class Line(NamedTuple):
    """One thing that was looked at."""

    name: str
    state: State
    detail: str
    hint: str = ""


@guarded
@asks_where
def doctor(where: RunRequest, *, image: options.ImageOption = None, role: RoleFlag = False) -> None:
    """Look at everything that a run needs. Exit code 30 when something is missing."""
    settings = load()
    with open_toolbox(settings, where) as tools:
        if role:
            typer.echo(tools.needed_role, nl=False)
            return
        lines = [line for check in _checks(settings, tools, image) for line in check()]
        lacks_rights = any(line.name == "permissions" and line.state != "ok" for line in lines)
        needed = tools.needed_role if lacks_rights else ""
    table = Table(box=None, show_header=False, pad_edge=False)
    for column in range(3):
        table.add_column(overflow="fold", no_wrap=column == 1)
    for line in lines:
        mark, style = _STYLES[line.state]
        detail = Text(printable(line.detail))
        if line.hint and line.state != "ok":
            detail.append(f"\nnext: {printable(line.hint)}", style="cyan")
        table.add_row(Text(mark, style=style), Text(line.name, style="bold"), detail)
    options.stdout().print(table)
    if needed:
        typer.echo(f"\n{needed}", nl=False)
    if any(line.state == "missing" for line in lines):
        raise typer.Exit(ExitCode.SYSTEM_MISSING)


def _checks(settings: Settings, tools: Toolbox, image: str | None) -> list[Callable[[], Iterator[Line]]]:
    repository = image or settings.app.image
    return [
        lambda: _engine(tools),
        lambda: _target(tools),
        lambda: _scanner(tools),
        lambda: _registry(tools, repository),
        lambda: _prefect(settings),
        _git,
        lambda: _disk(settings),
        _python,
    ]


def _engine(tools: Toolbox) -> Iterator[Line]:
    try:
        found = tools.runtime.describe()
    except StepError as error:
        yield Line("engine", "missing", error.message, error.hint)
        return
    yield Line("engine", "ok", f"{found.name} {found.version} at {found.endpoint} ({found.why})")
    yield Line("engine API", "ok", f"{found.api_version}, {found.os}/{found.architecture}")
    if found.builder == "buildkit":
        yield Line("builder", "ok", "BuildKit")
    else:
        yield Line("builder", "warning", f"{found.builder}: no cache mounts", "use an engine with BuildKit")
    if found.free_bytes is not None:
        yield _space("engine disk", found.free_bytes, found.root_folder or "", "docker system prune")


def _target(tools: Toolbox) -> Iterator[Line]:
    """A cluster, where one is meant; an engine was looked at already."""
    try:
        yield Line("target", "ok", tools.address)
        if tools.target_kind == "engine":
            return
        nobody = Application(name="containerkit-doctor", namespace=tools.namespace)
        info = tools.target.preflight(request=ClusterRequest(application=nobody))
    except StepError as error:
        yield Line("target", "missing", error.message, error.hint)
        return
    for check in info.checks:
        yield Line(check.name, _state(check), check.detail, check.hint)
    yield from (Line("target", "warning", warning) for warning in info.warnings)


def _state(check: Check) -> State:
    if not check.passed:
        return "missing"
    return "warning" if check.hint else "ok"


def _scanner(tools: Toolbox) -> Iterator[Line]:
    try:
        found = tools.scanner.describe()
    except StepError as error:
        yield Line("scanner", "missing", error.message, error.hint)
        return
    yield _database(found)


def _database(found: ScannerDescription) -> Line:
    name = f"{found.name} {found.version}"
    if found.database_date:
        return Line("scanner", "ok", f"{name}, vulnerability database of {found.database_date}")
    return Line(
        "scanner",
        "warning",
        f"{name}, no vulnerability database: vulnerabilities will be unknown",
        "let it download one, or set [scan] database_folder",
    )


def _registry(tools: Toolbox, repository: str | None) -> Iterator[Line]:
    if repository is None:
        yield Line("registry", "ok", "none is configured; images stay on the engine")
        return
    try:
        tools.registry.check_access(repository=ImageRef.parse(repository))
    except StepError as error:
        yield Line("registry", "missing", error.message, error.hint)
    else:
        yield Line("registry", "ok", f"these credentials may push to {repository}")


def _prefect(settings: Settings) -> Iterator[Line]:
    if surroundings().prefect_api_url:
        try:
            given = server.ensure(settings)
        except StepError as error:
            yield Line("Prefect", "missing", error.message, error.hint)
        else:
            yield Line("Prefect", "ok", f"PREFECT_API_URL names {given.api_url}, version {given.version or 'unknown'}")
        return
    found = server.find(server.place_of(settings))
    if found is None:
        yield Line("Prefect", "ok", "no local server runs; the first run starts one")
        return
    yield Line("Prefect", "ok", f"local server {found.version} at {found.ui_url}, process {found.pid}")


def _git() -> Iterator[Line]:
    program = shutil.which("git")
    if program is None:
        yield Line("git", "warning", "not there: git URLs cannot be fetched", "apt-get install git")
        return
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)
    yield Line("git", "ok", answer.stdout.strip().removeprefix("git version "))


def _disk(settings: Settings) -> Iterator[Line]:
    folder = settings.home
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    yield _space("own disk", shutil.disk_usage(existing).free, str(folder), f"look at {folder}")


def _space(name: str, free_bytes: int, where: str, hint: str) -> Line:
    detail = f"{free_bytes / 1e9:.1f} GB free for {where}".removesuffix(" for ")
    return Line(name, "warning" if free_bytes < _LITTLE_BYTES else "ok", detail, hint)


def _python() -> Iterator[Line]:
    yield Line("Python", "ok", platform.python_version())
