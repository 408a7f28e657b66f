"""The script that a pipeline of the repository starts at its hour: the one to be started, where all of them end."""

from __future__ import annotations

import re
from typing import Final

from tasks.detection.evidence import SOURCE
from tasks.detection.files import join
from tasks.detection.python.scripts import Entry
from tasks.detection.python.sources import Sources

_HOUR: Final = re.compile(r"^[ \t-]*cron[ \t]*:[ \t]*[\"']?[\d*]", re.MULTILINE)
_WRITES_BACK: Final = re.compile(r"\bgit (?:commit|push)\b|auto-commit|create-pull-request|github-push-action")
"""What such a pipeline makes is the repository itself."""
_RUN: Final = re.compile(r"(?:^|[ \t:&;])python[\d.]*[ ]+(?:-u[ ]+)?(?:\./)?(?P<script>[\w./-]+\.py)\b", re.MULTILINE)


def scheduled(sources: Sources) -> Entry | None:
    """The first script of the component that a workflow with a schedule runs."""
    for path in sources.tree.below(".github/workflows"):
        text = sources.tree.text(path) or ""
        for run in _RUN.finditer(text) if _HOUR.search(text) and not _WRITES_BACK.search(text) else ():
            for script in (run["script"], join(sources.folder, run["script"])):
                if script in sources.paths and (source := sources.get(script)):
                    command = f"python {sources.relative(script)}"
                    return Entry(script, command, "python.workflow_schedule", SOURCE, source.main_line or 1)
    return None
