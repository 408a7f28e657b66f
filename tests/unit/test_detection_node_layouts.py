"""Typical layouts of Node.js, Bun and Deno repositories, each with what it is: recorded/node_*.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.unit.detection_kit import profile_of

RECORDED = Path(__file__).parent / "recorded"
FILES = ("servers", "sites", "others")


@cache
def layouts(name: str) -> dict[str, dict[str, object]]:
    return tomllib.loads((RECORDED / f"node_{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [f"{file}.{name}" for file in FILES for name in layouts(file)])
def test_a_layout_is_known_for_what_it_is(case: str, tmp_path: Path) -> None:
    file, _, name = case.partition(".")
    layout = layouts(file)[name]
    files, wanted = layout["files"], layout.get("components", [])
    assert isinstance(files, dict)
    assert isinstance(wanted, list)

    profile = profile_of(tmp_path, files)

    found = [component.model_dump() for component in profile.components]
    assert [
        {field: _shown(component[field]) for field in expected}
        for component, expected in zip(found, wanted, strict=True)
    ] == wanted, profile.message


def _shown(value: object) -> object:
    """As TOML can hold it."""
    return "none" if value is None else list(value) if isinstance(value, tuple) else value
