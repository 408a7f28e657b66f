"""Which language a start command speaks: the one whose packages or tools bring its program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from tasks.detection.commands import program_words
from tasks.detection.versions import languages


def language_of(command: str) -> str | None:
    """The language; None for a program of nobody's, such as a script or what a build has written."""
    for words in program_words(command):
        name = words[0].rpartition("/")[2] if words else ""
        found = _programs().get(name) or _programs().get(re.sub(r"[\d.]+$", "", name))
        if found:
            return found
    return None


@cache
def _programs() -> Mapping[str, str]:
    return MappingProxyType({name: key for key, row in languages().items() for name in row.programs})
