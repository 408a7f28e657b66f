"""A point in time that several calls share, as both targets hand it on."""

from __future__ import annotations

import time


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
