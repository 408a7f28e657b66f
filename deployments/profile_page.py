"""A profile as a person reads it: each field with the file and line that speaks for it."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deployments.progress import printable
from tasks.detection.evidence import BELIEVED
from tasks.models import AppProfile, Component, Evidence, Verdict

_STYLES: dict[Verdict, str] = {
    "deployable": "bold green",
    "ambiguous": "bold yellow",
    "unsupported": "bold red",
    "nothing_found": "bold red",
}
_FIELDS = (
    *("language", "language_version", "framework", "package_manager", "port", "start_command", "build_command"),
    *("health_path", "dockerfile"),
)


def print_profile(console: Console, profile: AppProfile) -> None:
    """Print the verdict, a table for each component, and what is doubtful."""
    line = Text(profile.verdict.replace("_", " "), style=_STYLES[profile.verdict])
    console.print(line.append(f"  {printable(profile.message)}", style="default"))
    for component in profile.components:
        console.print()
        console.print(Text(component.name, style="bold").append(f"  {component.kind} in {component.path}", style="dim"))
        console.print(_table(component))
    if profile.warnings:
        console.print()
    for warning in profile.warnings:
        console.print(Text(f"note: {printable(warning)}", style="yellow"), soft_wrap=True)


def _table(component: Component) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for style, overflow in (("dim", "ellipsis"), ("", "fold"), ("dim", "fold")):
        table.add_column(style=style, overflow="fold" if overflow == "fold" else "ellipsis")
    for field in _FIELDS:
        value = getattr(component, field)
        shown = Text(printable(str(value))) if value is not None else Text("not found", style="dim")
        table.add_row(field.replace("_", " "), shown, _place(component.evidence, field))
    if component.backing_services:
        table.add_row("needs", Text(", ".join(map(printable, component.backing_services))), "")
    if component.env:
        names = [f"{variable.name}{' (required)' if variable.required else ''}" for variable in component.env]
        table.add_row("reads", Text(printable(", ".join(names))), "")
    return table


def _place(evidence: tuple[Evidence, ...], field: str) -> Text:
    speaking = [each for each in evidence if each.field == field]
    if not speaking:
        return Text()
    best = max(speaking, key=lambda each: each.confidence)
    if best.rule == BELIEVED:
        return Text(printable(f"{best.file}, {best.confidence:.2f}"), style="yellow")
    return Text(printable(f"{best.file}:{best.line}" if best.line else best.file))
