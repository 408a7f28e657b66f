"""Knows when it is no use to wait on: the release itself says that it listens where nobody asks it.

A release that does not answer may only be slow, so that it is given its whole time. But one whose log says, long after
it was started, that it listens on another port or on 127.0.0.1 only, or that its workers end one after the other, will
not answer later either; whoever waits learns of it in seconds instead of minutes. The advisor reads the log; without
one, or without such a word, waiting goes on.
"""

from __future__ import annotations

import time

from tasks.models import Failure
from tasks.ports import RecoveryAdvisor

_BETWEEN_LOOKS = 0.3
"""Of the time before the first one."""


class Doubt:
    """What is thought of one release that does not answer."""

    def __init__(self, advisor: RecoveryAdvisor | None, first_look_s: float) -> None:
        self._advisor = advisor
        self._next_s = time.monotonic() + first_look_s
        self._between_s = first_look_s * _BETWEEN_LOOKS
        self._suspected = False

    @property
    def is_due(self) -> bool:
        """Whether it is time to look at the log again."""
        return self._advisor is not None and time.monotonic() >= self._next_s

    def is_confirmed(self, failure: Failure) -> bool:
        """Whether the log has now told twice that waiting is no use."""
        before = self._suspected
        advice = self._advisor.advise(failure=failure) if self._advisor else None
        self._suspected = advice is not None and advice.ends_waiting
        self._next_s = time.monotonic() + self._between_s
        return before and self._suspected
