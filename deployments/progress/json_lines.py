"""One JSON object a line, for programs. The keys are stable."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self, TextIO

from tasks.models import Progress


class JsonLines:
    """Writes `progress` and `note` events; the command adds one `result` or `error` at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open."""

    def say(self, text: str) -> None:
        """A note that belongs to no step."""
        self.write("note", {"message": text})

    def report(self, *, progress: Progress) -> None:
        """One event for each piece of news."""
        self.write("progress", progress.model_dump(mode="json"))

    def write(self, event: str, fields: Mapping[str, object]) -> None:
        """One line. A reader that has gone does not end the run."""
        moment = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"event": event, "time": moment, **fields}, ensure_ascii=True)
        with self._lock, contextlib.suppress(OSError):
            self._stream.write(f"{line}\n")
            self._stream.flush()
