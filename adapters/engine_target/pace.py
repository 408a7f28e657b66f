"""How long things may take: the times that a target goes by, and deadlines that are handed on."""

from __future__ import annotations

import time

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


class Deadline:
    """A point in time that several calls share."""

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self._started = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """Since it was set."""
        return time.monotonic() - self._started

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self.elapsed_s >= self.timeout_s

    def left_s(self, at_most_s: float = float("inf")) -> float:
        """What is left for the next call; never so little that it could not even be tried."""
        return max(0.5, min(self.timeout_s - self.elapsed_s, at_most_s))
