"""What is known, as TOML rows with an example each.

A reader validates what it loads with a small frozen model of its own, beside its use.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).parent


@cache
def load(name: str) -> Mapping[str, object]:
    """The table `name`.toml of this folder, parsed once and read-only at its top level."""
    text = (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def gateway_image() -> str:
    """The image that a gateway on an engine is started from."""
    return str(load("gateway")["image"])
