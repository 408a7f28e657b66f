"""Pyramid: the PasteDeploy file that pserve is given, and the port in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONFIGURATION, CONVENTION, WEAK, line_of, say
from tasks.detection.files import join
from tasks.detection.python.manifests import PythonProject
from tasks.detection.python.sources import Sources
from tasks.models import Evidence

_FILES: Final = ("production.ini", "config/production.ini", "development.ini", "app.ini", "config.ini")
_PORT: Final = re.compile(r"^(?:listen[ \t]*=[ \t]*\S*:|port[ \t]*=[ \t]*)(\d{2,5})\b", re.MULTILINE)


def pyramid_evidence(sources: Sources, project: PythonProject) -> Iterator[Evidence]:
    """Kind, start command and port where pyramid is declared and there is such a file."""
    declared = next((each for each in project.dependencies if each.name == "pyramid"), None)
    path = next((path for name in _FILES if (path := join(sources.folder, name)) in sources.tree.paths), None)
    text = (sources.tree.text(path) if path else None) or ""
    if declared is None or path is None or "[server:" not in text:
        return
    yield say("kind", "web", path, "python.pyramid_server", CONFIGURATION, line_of(text, "[server:"))
    command = f"pserve {sources.relative(path)}"
    yield say("start_command", command, path, "python.pyramid_server", CONVENTION, line_of(text, "[server:"))
    match = _PORT.search(text, text.index("[server:"))
    if match:
        yield say("port", int(match[1]), path, "python.pyramid_server", CONFIGURATION, line_of(text, match[0]))
    else:
        yield say("port", 6543, path, "python.pyramid_default", WEAK)
