"""The log of one build: written whole to its file while it comes, its end kept for the failure."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from tasks.errors import Denied

TAIL_LINES = 80

_LARGEST_LOG = 64 * 1024 * 1024
_LONGEST_LINE = 4_000
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
_ERROR = re.compile(
    r"\berror\b|\bfatal\b|\bfailed\b|\bfailure\b|\bexception\b|not found|no such|cannot|could not|denied|\bERR!",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """The text without escape sequences and control characters, tabs and line ends kept."""
    return _CONTROL.sub("", _ESCAPE.sub("", text))


class BuildLog:
    """Lines of one build, by source: a source is one step of it."""

    def __init__(self, path: Path, redact: Callable[[str], str]) -> None:
        self._path = path
        self._redact = redact
        self._file: TextIO | None = None
        self._written = 0
        self._unfinished: dict[str, bytes] = {}
        self._tails: dict[str, deque[str]] = {}
        self._errors: dict[str, str] = {}

    def __enter__(self) -> Self:
        with self._translated():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("w", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for source in tuple(self._unfinished):
            self.finish(source)
        if self._file:
            with self._translated():
                self._file.close()

    def add(self, source: str, raw: bytes) -> None:
        """What a source printed, lines whole or not."""
        *lines, rest = (self._unfinished.pop(source, b"") + raw).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            lines, rest = [*lines, rest], b""
        for line in lines:
            self._keep(source, line)
        if rest:
            self._unfinished[source] = rest

    def line(self, source: str, text: str) -> None:
        """One whole line of ours: what is said about the source, not by it."""
        self.finish(source)
        self._write(source, self._redact(plain(text)))

    def finish(self, source: str) -> None:
        """The last line of a source, when it did not end it."""
        rest = self._unfinished.pop(source, b"")
        if rest:
            self._keep(source, rest)

    def tail(self, source: str) -> str:
        """The last lines of one source."""
        return "\n".join(self._tails.get(source, ()))

    def first_error(self, source: str) -> str | None:
        """The first line of a source that speaks of an error."""
        return self._errors.get(source)

    def _keep(self, source: str, raw: bytes) -> None:
        shown = raw.decode("utf-8", "replace").rstrip("\r").rpartition("\r")[2]
        text = self._redact(plain(shown))[:_LONGEST_LINE].rstrip()
        self._tails.setdefault(source, deque(maxlen=TAIL_LINES)).append(text)
        if source not in self._errors and _ERROR.search(text):
            self._errors[source] = text.strip()
        self._write(source, text)

    def _write(self, source: str, text: str) -> None:
        if self._file and self._written < _LARGEST_LOG:
            with self._translated():
                self._written += self._file.write(f"{source} {text}\n" if source else f"{text}\n")
                if self._written >= _LARGEST_LOG:
                    self._file.write("[the log is longer than is kept]\n")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = f"the log {self._path} cannot be written: {error.strerror}"
            raise Denied(why, hint=f"df -h {self._path.parent}; ls -ld {self._path.parent}") from error
