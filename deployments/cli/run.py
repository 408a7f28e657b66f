"""`containerkit run`: the ten steps, from here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from deployments import server, signals, working_folder
from deployments.cli import options
from deployments.cli.asking import Asked, asks_for_a_run
from deployments.cli.endings import circumstances, guarded
from deployments.progress import Display, ProgressKind, display
from deployments.progress.json_lines import JsonLines
from deployments.server import ServerAddress
from deployments.server.address import health as health_of
from flows.settings import Settings, folder_of, load
from tasks.errors import StepError, Unavailable
from tasks.models import RunRecord, RunRequest, Variable

ProgressOption = Annotated[ProgressKind, typer.Option("--progress", help="auto: rich on a terminal, plain elsewhere.")]
VerboseFlag = Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's own log too.")]


@guarded
@asks_for_a_run
def run(asked: Asked, *, progress: ProgressOption = "auto", verbose: VerboseFlag = False) -> None:
    """Containerize an application, release it and verify that it answers."""
    request, variables = asked
    # Prefect's log would tear the table apart
    kind: ProgressKind = "plain" if verbose and progress == "auto" else progress
    with signals.raised(), display(kind, news=sys.stderr, results=sys.stdout) as shown:
        settings = load(folder_of(request.source))
        home = settings.home.absolute()
        address = _enter(settings, shown, verbose=verbose)
        record, run_url = _run(home, address, request, variables, shown)
    _conclude(record, run_url, shown)


def _enter(settings: Settings, shown: Display, *, verbose: bool) -> ServerAddress:
    """Everything that must be so before Prefect is imported."""
    address = server.ensure(settings, shown.say)
    server.announce(address)
    if not verbose:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    working_folder.change_to(settings.home.absolute() / "work")
    return address


def _run(
    home: Path, address: ServerAddress, request: RunRequest, variables: tuple[Variable, ...], shown: Display
) -> tuple[RunRecord, str | None]:
    from prefect.exceptions import Abort

    from deployments.cancel_watch import CancelWatch
    from flows.containerize import containerize
    from flows.toolbox import Given, giving

    with CancelWatch(on_start=_tell(home, shown)) as watch, giving(Given(variables=variables, sink=shown)):
        try:
            return watch.watched(containerize)(request), watch.run_url
        except KeyboardInterrupt as error:
            watch.settle(str(error) or "interrupted at the terminal")
            raise
        except Abort as error:
            raise KeyboardInterrupt(f"ended by Prefect: {error}") from error
        except StepError:
            raise
        except Exception as error:
            if health_of(address.api_url) == "silent":
                raise Unavailable(
                    f"the Prefect server at {address.api_url} stopped answering while the run was going on",
                    hint="containerkit server status; the same run again continues where this one was",
                ) from error
            raise


def _tell(home: Path, shown: Display) -> Callable[[str, str | None], None]:
    def tell(run_id: str, run_url: str | None) -> None:
        circumstances().run_folder = home / "runs" / run_id
        circumstances().run_url = run_url
        if run_url:
            shown.say(f"Prefect shows the run at {run_url}")

    return tell


def _conclude(record: RunRecord, run_url: str | None, shown: Display) -> None:
    if isinstance(shown, JsonLines):
        shown.write("result", {"run_url": run_url, "exit_code": 0, "record": record.model_dump(mode="json")})
        return
    from deployments.summary import print_summary

    print_summary(options.stdout(), record, run_url)
