"""Pure: files to evidence to an application profile. One package an ecosystem, all of the same shape."""

from tasks.detection.choice import choose, named
from tasks.detection.explain import EXPLAINED, explain
from tasks.detection.override_file import override_file
from tasks.detection.pins import apply_overrides, override, pin, with_port
from tasks.detection.profile import analyze
from tasks.detection.report import render_json, render_markdown

__all__ = [
    "EXPLAINED",
    "analyze",
    "apply_overrides",
    "choose",
    "explain",
    "named",
    "override",
    "override_file",
    "pin",
    "render_json",
    "render_markdown",
    "with_port",
]
