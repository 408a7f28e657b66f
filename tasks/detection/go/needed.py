"""Files of variables that a Go program ends without, though all that they would say comes from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.go.syntax import GoFile

_LOADS: Final = re.compile(
    r"\b(?:godotenv\.(?:Load|Overload|Read)|\w+\.SetConfigFile|cleanenv\.ReadConfig)\((?P<said>[^()]{0,120})\)"
)
_ENDS: Final = re.compile(r"Fatal|\bpanic\(|os\.Exit\(|\breturn\b[^\n]{0,80}(?:\berr\b|Errorf|Wrap)")
_NAME: Final = re.compile(r"(?:\./)?((?:[\w-]+/)*(?:[\w-]+)?\.env(?:\.[\w-]+)?)")
_BLOCK: Final = 400


def files_needed(files: list[GoFile]) -> frozenset[str]:
    """Relative to where the program is started."""
    return frozenset(name for file in files for name in _needed(file))


def _needed(file: GoFile) -> Iterator[str]:
    for match in _LOADS.finditer(file.code):
        behind = file.code[match.end() : match.end() + _BLOCK]
        block = behind if "SetConfigFile" in match[0] else behind.partition("}")[0]
        said = [file.text.string(each) for each in match["said"].split(",")]
        if "godotenv" in match[0] and not match["said"].strip():
            said = [".env"]
        for each in said if _ENDS.search(block) else ():
            name = _NAME.fullmatch(each or "")
            if name:
                yield name[1]
