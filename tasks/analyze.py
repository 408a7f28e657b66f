"""Step 1: which application this is, and what speaks for it."""

from __future__ import annotations

from pathlib import Path

from tasks import detection
from tasks.models import AnalyzeRequest, AppProfile
from tasks.ports import SourceControl
from tasks.step import step

FETCH_TIMEOUT_S = 270.0


@step(
    1,
    retries=2,
    delay_s=2,
    timeout_s=300,
    side_effects="a clone of a git URL below the run's workspace",
    present=detection.render_markdown,
)
def analyze(request: AnalyzeRequest, *, source_control: SourceControl) -> AppProfile:
    """Find the components of a repository, each field with its evidence."""
    checkout = source_control.fetch(source=request.source, into=Path(request.workspace), timeout_s=FETCH_TIMEOUT_S)
    return detection.analyze(checkout)
