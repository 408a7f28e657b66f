"""Where news goes that nobody wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.models import Progress


class Silence:
    """The sink of a caller that gave none."""

    def report(self, *, progress: Progress) -> None:
        """Nobody listens."""
