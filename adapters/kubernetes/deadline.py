"""How long things may take: the times that the cluster's target goes by, and deadlines that are handed on."""

from __future__ import annotations

from pydantic import Field

from adapters import deadline
from tasks.models import Model


class Pace(Model):
    """The times that the target goes by."""

    poll_s: float = Field(default=0.3, gt=0)
    unplaced_s: float = Field(default=10.0, ge=0)
    """How long a pod may find no node: a cluster may be adding one."""
    retried_s: float = Field(default=20.0, ge=0)
    """How long an image may not be downloaded because of the network."""
    soon_s: float = Field(default=2.0, ge=0)
    """How long a cause may stand that often goes away by itself."""
    doubt_s: float = Field(default=10.0, ge=0)
    """After this time the log of what runs and does not answer is read: it may say that it listens elsewhere."""
    endpoints_s: float = Field(default=10.0, ge=0)
    """How long the Service may still name pods of the former release."""
    lease_s: int = Field(default=15, ge=2)
    """After this time without a sign of life another run's lock is taken over."""


class Deadline(deadline.Deadline):
    """A point in time that several calls share, each of them short: an API server answers soon or not at all."""

    def left_s(self, at_most_s: float = 10.0) -> float:
        """What is left for the next call; never so little that it could not even be tried."""
        return super().left_s(at_most_s)
