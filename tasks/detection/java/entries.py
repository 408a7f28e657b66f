"""One key of a configuration file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

PLACEHOLDER: Final = re.compile(r"\$\{\??([A-Za-z_][\w.-]{0,100})(?::([^{}]{0,300}))?\}")

_OF_KTOR: Final = re.compile(r"\$\??[A-Z_][A-Z0-9_]{0,80}(?::(.{0,200}))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a configuration file."""

    key: str
    value: str
    file: str
    line: int
    confidence: float
    profile: str | None

    @property
    def resolved(self) -> str:
        """The value with the defaults of its placeholders."""
        text = self.value
        written = _OF_KTOR.fullmatch(text)
        if written:
            return (written[1] or "").strip()
        for _ in range(4):
            text = PLACEHOLDER.sub(lambda match: match[2] or "", text)
        return text.strip()
