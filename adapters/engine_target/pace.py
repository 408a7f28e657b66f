"""How long things may take: the times that the engine's target goes by."""

from __future__ import annotations

from pydantic import Field

from tasks.models import Model


class Pace(Model):
    """The times that a target goes by."""

    poll_s: float = Field(default=0.1, gt=0)
    settle_s: float = Field(default=2.0, ge=0)
    """What listens on no port is ready when it has run for this long without a restart."""
    doubt_s: float = Field(default=10.0, ge=0)
    """After this time without an answer a release's log is asked whether there will be any."""
    notice_s: float = Field(default=10.0, ge=0)
    """How long the gateway may take to start, or to notice a switch."""
    drain_s: float = Field(default=6.0, ge=0)
    """How long conversations with a former release may go on after a switch."""
    grace_s: float = Field(default=10.0, ge=0)
    """How long a release may take to end when it is told to."""
