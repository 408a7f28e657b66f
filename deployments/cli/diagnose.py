"""`containerkit diagnose`: what a log means and what may be done about it. Touches nothing."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from pydantic import ValidationError
from rich.text import Text

from deployments.cli import options
from deployments.cli.endings import guarded
from deployments.facts import print_facts
from deployments.progress import printable
from deployments.summary import amendment_text
from tasks.errors import Invalid
from tasks.models import Advice, AdviceVerdict, Failure, StepName

_HEAD_BYTES = 256 * 1024
_TAIL_BYTES = 1024 * 1024
_MEANING: dict[AdviceVerdict, tuple[str, str]] = {
    "auto": ("a run repairs this by itself", "bold green"),
    "transient": ("waiting and trying again can help", "bold yellow"),
    "needs_human": ("a person must act", "bold red"),
}

FileArgument = Annotated[
    str, typer.Argument(metavar="[FILE|-]", help="A log, or the JSON of a failure.", show_default="standard input")
]
StepOption = Annotated[
    StepName | None, typer.Option("--step", help="The step that failed.", show_default="what the log looks like")
]


@guarded
def diagnose(file: FileArgument = "-", *, step: StepOption = None, as_json: options.JsonFlag = False) -> None:
    """Say what a failure means, by its log: cause, verdict, and what to type next."""
    from tasks.recovery import render_json

    advice = _advice(_read(file), step)
    if as_json:
        typer.echo(render_json(advice))
    else:
        _show(advice)


def _read(file: str) -> str:
    if file == "-":
        if sys.stdin.isatty():
            raise Invalid("there is no log to read", hint="containerkit diagnose FILE, or pipe a log into it")
        return _bounded(sys.stdin.buffer)
    try:
        with Path(file).open("rb") as log:
            return _bounded(log)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}", hint="name a file with a log") from error


def _bounded(log: BinaryIO) -> str:
    """The beginning and the end of the log: what went wrong stands in one of them."""
    head, tail = log.read(_HEAD_BYTES), b""
    while chunk := log.read(_TAIL_BYTES):
        tail = (tail + chunk)[-_TAIL_BYTES:]
    return (head + tail).decode("utf-8", errors="replace")


def _advice(text: str, step: StepName | None) -> Advice:
    """Of a failure as a run writes it down, which knows more than a log; else of the log."""
    from tasks.recovery import advise, diagnose

    if text.lstrip().startswith("{"):
        # a log may begin with a brace too
        with contextlib.suppress(ValidationError):
            found = Failure.model_validate_json(text)
            return advise(found.changed(step=step) if step else found)
    return diagnose(text, step=step)


def _show(advice: Advice) -> None:
    console = options.stdout()
    meaning, style = _MEANING[advice.verdict]
    title = advice.cause.replace("_", " ") or advice.error_class.replace("_", " ")
    console.print(Text(printable(title), style="bold").append(f"  {meaning}", style=style))
    facts = {"class": advice.error_class, "confidence": f"{advice.confidence:.2f}"}
    if advice.amendment:
        facts["amendment"] = amendment_text(advice.amendment)
    facts["next"] = advice.hint
    print_facts(console, facts)
    for line in advice.evidence_lines:
        console.print(Text(f"  │ {printable(line)}", style="dim"), soft_wrap=True)
