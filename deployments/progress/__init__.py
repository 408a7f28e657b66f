"""What a run shows while it runs: a live table for a person, lines for a log, JSON for a program."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Literal, Protocol, Self, TextIO

from deployments.progress.printable import printable, printable_lines
from tasks.ports import ProgressSink

ProgressKind = Literal["auto", "rich", "plain", "json"]

__all__ = ["Display", "ProgressKind", "display", "printable", "printable_lines"]


class Display(ProgressSink, AbstractContextManager["Display", None], Protocol):
    """A sink that also takes lines which belong to no step."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def say(self, text: str) -> None:
        """Show one line."""


def display(kind: ProgressKind, *, news: TextIO, results: TextIO) -> Display:
    """The display of this kind; auto is rich on a terminal and plain elsewhere. JSON goes where results go."""
    from deployments.progress.json_lines import JsonLines
    from deployments.progress.plain import Plain

    if kind == "json":
        return JsonLines(results)
    if kind == "plain" or (kind == "auto" and not news.isatty()):
        return Plain(news)
    from rich.console import Console

    from deployments.progress.rich_table import RichTable

    return RichTable(Console(file=news))
