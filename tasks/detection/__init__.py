"""Pure: files to evidence to an application profile. One package an ecosystem, all of the same shape."""

from tasks.detection.choice import choose, named
from tasks.detection.pins import apply_overrides, override, pin, pins_of, with_port
from tasks.detection.profile import analyze
from tasks.detection.report import render_json, render_markdown

__all__ = [
    "analyze",
    "apply_overrides",
    "choose",
    "named",
    "override",
    "pin",
    "pins_of",
    "render_json",
    "render_markdown",
    "with_port",
]
