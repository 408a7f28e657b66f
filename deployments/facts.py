"""Names and values, a line each: a path or an address stays whole, so that it can be copied."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from deployments.progress import printable


def print_facts(console: Console, facts: Mapping[str, str]) -> None:
    """Print them below each other, the values aligned."""
    width = max(map(len, facts), default=0) + 2
    for name, value in facts.items():
        console.print(Text(f"{name:<{width}}", style="dim").append(printable(value), style="default"), soft_wrap=True)
