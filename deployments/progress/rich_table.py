"""A live table of the ten steps for a person at a terminal."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from deployments.progress.printable import printable
from deployments.progress.state import RunState, StepState
from tasks.models import Phase, Progress

MARKS: dict[Phase, tuple[str, str]] = {
    "finished": ("✓", "green"),
    "reused": ("↺", "cyan"),
    "not_needed": ("–", "dim"),
    "failed": ("✗", "bold red"),
}
"""How a step that has ended looks; one that goes on has a spinner."""
_NOTES_SHOWN = 6


class RichTable:
    """Redraws itself in place."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._state = RunState()
        self._lock = threading.Lock()
        self._spinner = Spinner("dots", style="yellow")
        self._live = Live(console=console, get_renderable=self._render, refresh_per_second=8)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # the summary shows the steps again; after an error the table is all there is
        self._live.transient = kind is None
        self._live.stop()

    def say(self, text: str) -> None:
        """Print a line above the table."""
        self._console.print(Text(printable(text), style="dim"))

    def report(self, *, progress: Progress) -> None:
        """Take the news; the next redraw shows them."""
        with self._lock:
            self._state.take(progress)

    def _render(self) -> RenderableType:
        table = Table(box=None, show_header=False, pad_edge=False, expand=True)
        for width in (2, 11, 8):
            table.add_column(width=width, no_wrap=True, justify="right" if width == 8 else "left")  # noqa: PLR2004
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        with self._lock:
            for name, row in self._state.steps.items():
                table.add_row(
                    self._mark(row), Text(name, style=_style(row)), _time(row), Text(row.message, style="dim")
                )
            notes = [Text(f"  {note}", style="yellow") for note in self._state.notes[-_NOTES_SHOWN:]]
        # the empty line holds the cursor: an echoed ^C at the end of a full row would push the table down
        return Group(table, *notes, Text())

    def _mark(self, row: StepState) -> RenderableType:
        if row.phase is None:
            return Text("·", style="dim")
        mark = MARKS.get(row.phase)
        return Text(mark[0], style=mark[1]) if mark else self._spinner


def _style(row: StepState) -> str:
    if row.phase is None:
        return "dim"
    return "bold red" if row.phase == "failed" else "bold"


def _time(row: StepState) -> Text:
    return Text("" if row.phase is None else f"{row.duration_s():.1f} s", style="dim")
