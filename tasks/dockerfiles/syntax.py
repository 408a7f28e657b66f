"""What BuildKit would refuse in a Dockerfile before it builds anything, found here with the line."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

from tasks.dockerfiles.parse import Instruction, Parsed, parse
from tasks.errors import Invalid

_KNOWN: Final = (
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"),
    *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
)
_WITHOUT_WORDS: Final = frozenset({"CMD", "ENTRYPOINT", "RUN"})
"""These may be empty: they take back what a base says."""
_FRONTEND: Final = re.compile(r"\s*#\s*syntax\s*=", re.IGNORECASE)
_USUAL_FRONTEND: Final = re.compile(r"\s*#\s*syntax\s*=\s*(?:[\w.:-]+/)?docker/dockerfile\b", re.IGNORECASE)
"""Another one may have instructions of its own."""
_COPIES: Final = ("COPY", "ADD")


def checked(text: str) -> Parsed:
    """The Dockerfile, parsed. Raises Invalid with the line for what there is not, or what lacks its words."""
    parsed = parse(text)
    if _FRONTEND.match(text) and not _USUAL_FRONTEND.match(text):
        return parsed
    for each in parsed.instructions:
        problem = _problem(each)
        if problem:
            raise Invalid(
                f"Dockerfile, line {each.first + 1}: {problem}", hint="correct that line", reason="unreadable"
            )
    return parsed


def _problem(instruction: Instruction) -> str | None:
    kind, words = instruction.kind, instruction.arguments.split()
    if kind not in _KNOWN:
        close = get_close_matches(kind, _KNOWN, 1)
        meant = f"; did you mean {close[0]}?" if close else ""
        return f"there is no instruction {_printable(kind)}{meant}"
    if instruction.stage < 0 and kind != "ARG":
        return f"{kind} stands before the first FROM"
    if not words and kind not in _WITHOUT_WORDS:
        return f"{kind} needs an argument"
    if kind == "FROM" and not (len(words) == 1 or (len(words) == 3 and words[1].upper() == "AS")):  # noqa: PLR2004
        return "FROM takes an image, and after it AS and a name"
    if kind in _COPIES and len(words) < 2 and not instruction.arguments.startswith(("[", "<<")):  # noqa: PLR2004 - from and to
        return f"{kind} needs what is copied and where to"
    return None


def _printable(kind: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in kind[:40])
