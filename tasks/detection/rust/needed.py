"""Files of variables that a Rust program ends without, though all that they would say comes from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tasks.detection.rust.syntax import RustFile

_LOADS: Final = re.compile(
    r"\b(?:dotenvy?(?:::(?:dotenv|load|from_filename|from_path)(?:_override)?)?|from_filename)\((?P<said>[^()]{0,120})\)"
    r"\s*(?:\.map_err\([^;]{0,200}?\)\s*)?(?:\.unwrap\(\)|\.expect\(|\?)"
)
_NAME: Final = re.compile(r"(?:\./)?((?:[\w-]+/)*(?:[\w-]+)?\.env(?:\.[\w-]+)?)")


def files_needed(files: Sequence[RustFile]) -> frozenset[str]:
    """Relative to where the program is started."""
    return frozenset(name for file in files for name in _needed(file))


def _needed(file: RustFile) -> Iterator[str]:
    for match in _LOADS.finditer(file.code):
        said = match["said"].strip()
        name = _NAME.fullmatch((file.text.string(said) or "") if said else ".env")
        if name:
            yield name[1]
