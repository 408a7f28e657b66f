"""Keeps two repositories from taking turns under one application's name."""

from __future__ import annotations

import re

from adapters.engine_target.observed import Observed
from tasks.errors import Invalid
from tasks.models import DeployRequest
from tasks.models.labels import SOURCE

_URL = re.compile(
    r"(?:[a-z+]+://)?(?:[^@/]+@)?(?P<host>[^/:]+\.[^/:]+|localhost)(?::\d+(?=/))?[:/](?P<path>.+?)(?:\.git)?/*"
)


def refuse_other_repository(observed: Observed, request: DeployRequest) -> None:
    """Raises Invalid when the last release came from another repository."""
    former = _source(observed)
    before, now = _repository(former), _repository(request.source)
    if before and now and before != now:
        name = observed.application.name
        raise Invalid(
            f"{name} is released from {former}, not from {request.source}",
            hint=f"--name OTHER_NAME releases beside it; `containerkit delete {name}` makes room",
        )


def warning_of_other_source(observed: Observed, request: DeployRequest) -> tuple[str, ...]:
    """A folder may have moved, so another one is only told of."""
    former = _source(observed)
    if not former or former == request.source or _repository(former) == _repository(request.source) is not None:
        return ()
    return (f"the release before came from {former}, this one from {request.source}",)


def _source(observed: Observed) -> str:
    newest = observed.live or next(reversed(observed.releases), None)
    return (newest.label(SOURCE) or "") if newest else ""


def _repository(source: str) -> str | None:
    """Host and path, the same for each way to it; None for a folder."""
    match = None if source.startswith(("/", ".", "~")) else _URL.fullmatch(source)
    return f"{match['host']}/{match['path']}".lower() if match else None
