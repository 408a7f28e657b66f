"""`containerkit plan`: every document that a run would make, before there is an engine or a cluster."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from deployments.cli import options
from deployments.cli.analyze import detected
from deployments.cli.asking import Asked, asks_for_a_run
from deployments.cli.endings import guarded
from deployments.profile_page import print_profile
from deployments.progress import printable, printable_lines
from tasks.errors import Invalid

if TYPE_CHECKING:
    from tasks.dockerfiles import Remark

OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="Write the documents there instead of showing them."),
]
DiffFlag = Annotated[bool, typer.Option("--diff", help="Ask the target what a run would change there.")]

_DIFF = "Dockerfile.diff"
_VERDICTS = ("keep", "improve", "add", "consider")
_LEXERS = {"Dockerfile": "docker", "workload.json": "json", "manifests.yaml": "yaml", _DIFF: "diff"}
_ORIGINS = {"generated": "generated", "existing": "the repository's own, kept as it is", "improved": "made safe"}


@guarded
@asks_for_a_run
def plan(asked: Asked, *, diff: DiffFlag = False, output: OutputOption = None) -> None:
    """Show the Dockerfile and the release that a run would make. Changes nothing; asks a target only with --diff."""
    from deployments import planning
    from flows.settings import folder_of, load

    settings = load(folder_of(asked.request.source))
    with tempfile.TemporaryDirectory(prefix="containerkit-") as workspace:
        profile = detected(asked.request.source, Path(workspace), settings)
        made = planning.planned(asked.request, profile, settings)
        compared = planning.compared(made, asked.variables, settings) if diff else None
        workload = compared.workload if compared else planning.workload(made, asked.variables, settings)
        documents = planning.documents(made, workload)
    console = options.stdout()
    if output is None:
        print_profile(console, profile.changed(components=(made.component,)))
        for file_name, text in documents.items():
            _show(console, file_name, text, _ORIGINS[made.dockerfile.origin] if file_name == "Dockerfile" else "")
    else:
        _write(console, documents, output)
    if made.remarks:
        _show_review(console, made.remarks)
    if made.advice:
        _show(console, _DIFF, made.advice, "what --dockerfile improved would change")
    if compared:
        _show_differences(console, compared.differences, compared.place)


def _show_review(console: Console, remarks: tuple[Remark, ...]) -> None:
    console.print()
    console.rule(Text("review", style="bold").append("  of the repository's own Dockerfile", style="dim"), align="left")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for style in ("bold", "dim", "", "dim"):
        table.add_column(style=style, overflow="fold")
    for remark in sorted(remarks, key=lambda each: _VERDICTS.index(each.verdict)):
        line = "" if remark.line is None else str(remark.line)
        table.add_row(remark.verdict, line, Text(printable(remark.text)), Text(printable(remark.why)))
    console.print(table)


def _show_differences(console: Console, differences: tuple[str, ...], place: str) -> None:
    console.print()
    console.rule(Text("differences", style="bold").append(f"  to {printable(place)}", style="dim"), align="left")
    for line in differences or ("none, but for the image if it is built anew",):
        console.print(Text(printable(line)), soft_wrap=True)


def _show(console: Console, name: str, text: str, note: str) -> None:
    if name == "profile.json":
        return
    console.print()
    console.rule(Text(name, style="bold").append(f"  {note}" if note else "", style="dim"), align="left")
    highlighted = Syntax("", _LEXERS.get(name, "text"), background_color="default").highlight(printable_lines(text))
    # lines stay whole, so that they can be copied
    console.print(highlighted, soft_wrap=True, end="")


def _write(console: Console, documents: Mapping[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents.items():
        file = folder / name
        if not _may_write(file, text):
            raise Invalid(f"{file} is there already and says something else", hint="choose another folder for --output")
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8")
        console.print(Text(f"wrote {printable(str(folder / name))}"))


def _may_write(file: Path, text: str) -> bool:
    if not file.exists() and not file.is_symlink():
        return True
    return file.is_file() and not file.is_symlink() and file.read_text(encoding="utf-8", errors="replace") == text
