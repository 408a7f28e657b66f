"""`containerkit explain`: why each value was chosen, and what lost against it."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deployments.cli import options
from deployments.cli.analyze import profile_of
from deployments.cli.endings import guarded
from deployments.progress import printable
from tasks.errors import Invalid
from tasks.models import AppProfile, Component

if TYPE_CHECKING:
    from tasks.detection.explain import Explanation

FieldArgument = Annotated[
    str | None, typer.Argument(metavar="[FIELD]", help="Such as port; every field without it.", show_default="all")
]
_LOOKS_LIKE_A_SOURCE = re.compile(r"^[.~]|[/\\:]")
_MARKS = {"chosen": ("✓", "green"), "agrees": ("=", "green"), "lost": ("·", "dim")}


@guarded
def explain(
    field: FieldArgument = None,
    source: options.SourceArgument = ".",
    *,
    ref: options.RefOption = None,
    subfolder: options.SubfolderOption = None,
    component: options.ComponentOption = None,
    as_json: options.JsonFlag = False,
) -> None:
    """Say why each field has its value: every statement with file, line, rule and weight, and what lost."""
    from tasks.detection.explain import EXPLAINED
    from tasks.detection.explain import explain as explained_by

    if field and source == "." and _LOOKS_LIKE_A_SOURCE.search(field):
        source, field = field, None
    with tempfile.TemporaryDirectory(prefix="containerkit-") as workspace:
        profile = profile_of(options.source_of(source, ref, subfolder), Path(workspace))
    fields = (field,) if field else EXPLAINED
    explained = [(each, [explained_by(each, name) for name in fields]) for each in _wanted(profile, component)]
    if as_json:
        typer.echo(json.dumps([_document(*each) for each in explained], indent=2))
        return
    console = options.stdout()
    for each, explanations in explained:
        console.print(Text(each.name, style="bold").append(f"  {each.kind} in {printable(each.path)}", style="dim"))
        for explanation in explanations:
            if explanation.value is not None or explanation.reasons or field:
                _show(console, explanation)
    for warning in profile.warnings:
        console.print(Text(f"note: {printable(warning)}", style="yellow"), soft_wrap=True)


def _wanted(profile: AppProfile, name: str | None) -> tuple[Component, ...]:
    from tasks import detection

    if not profile.components:
        raise Invalid(profile.message, hint="name the folder that holds the application", reason="nothing_found")
    if name is None:
        return profile.components
    found = detection.named(profile, name)
    if found is None:
        known = ", ".join(each.name for each in profile.components)
        raise Invalid(f"there is no component {name!r}", hint=f"one of {known}", reason="several_components")
    return (found,)


def _show(console: Console, explanation: Explanation) -> None:
    value = "not found" if explanation.value is None else printable(explanation.value)
    line = Text(f"\n{explanation.field}", style="bold").append("  ").append(value, style="cyan")
    console.print(line, soft_wrap=True)
    if explanation.note:
        console.print(Text(f"  {explanation.note}", style="dim"), soft_wrap=True)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for _ in range(6):
        table.add_column(overflow="fold")
    for row in _rows(explanation):
        table.add_row(*row)
    if table.row_count:
        console.print(table)


def _rows(explanation: Explanation) -> Iterator[tuple[Text, ...]]:
    for reason in explanation.reasons:
        mark, style = _MARKS[reason.role]
        said = reason.evidence
        place = f"{said.file}:{said.line}" if said.line else said.file
        words = (said.value, place, said.rule, f"{said.confidence:.2f}", reason.why)
        yield (Text(f"  {mark}", style=style), *(Text(printable(word), style=style) for word in words))


def _document(component: Component, explanations: list[Explanation]) -> dict[str, object]:
    return {
        "component": component.name,
        "path": component.path,
        "fields": [
            {
                "field": each.field,
                "value": each.value,
                "note": each.note,
                "evidence": [
                    {**reason.evidence.model_dump(exclude={"field"}), "role": reason.role, "why": reason.why}
                    for reason in each.reasons
                ],
            }
            for each in explanations
        ],
    }
