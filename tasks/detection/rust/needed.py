"""Files that a Rust program ends without: of variables, which come from outside, and of settings."""

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

_SETTINGS: Final = re.compile(r"\bFile::(?:with_name|new)\(\s*\"(\d+)\"")
_FORMATS: Final = ("toml", "yaml", "yml", "json", "json5", "ini", "ron")


def settings_named(files: Sequence[RustFile]) -> Iterator[str]:
    """Settings that the crate `config` looks for by their name alone, with every ending that they may have."""
    for file in files:
        for match in _SETTINGS.finditer(file.code):
            yield from (f"{file.text.strings[int(match[1])]}.{ending}" for ending in _FORMATS)


def files_needed(files: Sequence[RustFile]) -> frozenset[str]:
    """Relative to where the program is started."""
    return frozenset(name for file in files for name in _needed(file))


def _needed(file: RustFile) -> Iterator[str]:
    for match in _LOADS.finditer(file.code):
        said = match["said"].strip()
        name = _NAME.fullmatch((file.text.string(said) or "") if said else ".env")
        if name:
            yield name[1]
