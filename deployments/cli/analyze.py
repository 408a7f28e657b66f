"""`containerkit analyze`: what an application is, and what speaks for it. Touches nothing, needs no engine."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deployments.cli import options
from deployments.cli.endings import guarded
from deployments.exit_codes import ExitCode, exit_code
from deployments.progress import printable
from flows.advice import advised
from flows.overrides import overridden
from flows.settings import Settings, folder_of, load
from flows.toolbox import open_toolbox
from tasks.errors import StepError
from tasks.models import AppProfile, Source, Verdict

FETCH_TIMEOUT_S = 270.0

CODES: dict[Verdict, ExitCode] = {
    "deployable": ExitCode.DONE,
    "nothing_found": ExitCode.NOTHING_FOUND,
    "ambiguous": ExitCode.AMBIGUOUS,
    "unsupported": ExitCode.UNSUPPORTED,
}

SourcesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="SOURCE…", help="Folders or git URLs.", show_default="this folder"),
]


@guarded
def analyze(
    sources: SourcesArgument = None,
    *,
    ref: options.RefOption = None,
    subfolder: options.SubfolderOption = None,
    as_json: options.JsonFlag = False,
) -> None:
    """Say what an application is made of, each statement with the file and line that it was read from."""
    wanted = [options.source_of(location, ref, subfolder) for location in sources or ["."]]
    if as_json:
        found = [_document(source) for source in wanted]
        documents = [document for document, _ in found]
        typer.echo(json.dumps(documents[0] if len(documents) == 1 else documents, indent=2))
        code = next((code for _, code in found if code), ExitCode.DONE)
    else:
        console = options.stdout()
        code = next((code for code in [_show(console, source) for source in wanted] if code), ExitCode.DONE)
    raise typer.Exit(code)


def profile_of(source: Source, workspace: Path) -> AppProfile:
    """What was found, with what containerkit.toml says over it. Raises what step 1 raises."""
    settings = load(folder_of(source))
    return overridden(detected(source, workspace, settings), source, settings).profile


def detected(source: Source, workspace: Path, settings: Settings) -> AppProfile:
    """What was found in a source, and what a configured language model adds. Raises what step 1 raises.

    A git URL is fetched into `workspace`.
    """
    from tasks import detection

    try:
        with open_toolbox(settings) as tools:
            checkout = tools.source_control.fetch(source=source, into=workspace, timeout_s=FETCH_TIMEOUT_S)
            return advised(detection.analyze(checkout), tools)
    except StepError as error:
        error.step = error.step or "analyze"
        raise


def _document(source: Source) -> tuple[object, ExitCode]:
    """The published object, also for a source that cannot be read."""
    from tasks import detection

    try:
        with tempfile.TemporaryDirectory(prefix="containerkit-") as workspace:
            profile = profile_of(source, Path(workspace))
            for warning in profile.warnings:
                typer.echo(f"note: {printable(warning)}", err=True)
            return json.loads(detection.render_json(profile)), CODES[profile.verdict]
    except StepError as error:
        message = f"{error.message}; {error.hint}" if error.hint else error.message
        return {"verdict": "unsupported", "message": message, "components": []}, exit_code(error)


def _show(console: Console, source: Source) -> ExitCode:
    from deployments.profile_page import print_profile

    with tempfile.TemporaryDirectory(prefix="containerkit-") as workspace:
        profile = profile_of(source, Path(workspace))
        print_profile(console, profile)
        return CODES[profile.verdict]
