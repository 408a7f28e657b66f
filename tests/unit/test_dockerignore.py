"""Patterns of a .dockerignore, against the answers of the library that Docker itself uses."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.dockerignore import MOST_PATTERNS, Ignore
from tasks.errors import Invalid

RECORDED = json.loads((Path(__file__).parent / "recorded" / "dockerignore.json").read_text())
"""Asked of github.com/moby/patternmatcher 0.6.1, MatchesOrParentMatches."""


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["dockerignore"][:40])
def test_a_pattern_leaves_out_what_docker_leaves_out(case: dict[str, list[str]]) -> None:
    ignore = Ignore(str(case["dockerignore"]))
    left_out = [path for path in (*case["left_out"], *case["kept"]) if ignore.leaves_out(path)]
    assert left_out == case["left_out"]


@pytest.mark.parametrize("text", ["a[", "[z-a]", "b/[]", "[^]", "ends-with\\", "!", "!  "])
def test_a_line_that_is_no_pattern_is_named(text: str) -> None:
    with pytest.raises(Invalid, match="line 2"):
        Ignore(f"fine\n{text}\n")


def test_comments_blanks_carriage_returns_and_a_byte_order_mark_are_no_patterns() -> None:
    ignore = Ignore("\ufeff# docs\r\n\r\n  dist  \r\n")
    assert ignore.leaves_out("dist/app.js")
    assert not ignore.leaves_out("# docs")


def test_too_many_patterns_are_refused() -> None:
    with pytest.raises(Invalid):
        Ignore("x\n" * MOST_PATTERNS)


@pytest.mark.parametrize(
    ("text", "folder", "may"),
    [
        ("docs\n!docs/README.md", "docs", True),
        ("docs\n!docs/README.md", "other", False),
        ("*\n!src/**/keep.txt", "src/a/b", True),
        ("*\n!src/**/keep.txt", "lib", False),
        ("*\n!**/keep.txt", "anything/below", True),
        ("*\n!a*/[bc]/x", "ab/c", True),
        ("*\n!a*/[bc]/x", "ab/d", False),
        ("docs", "docs", False),
    ],
)
def test_a_folder_is_entered_only_when_something_in_it_may_be_taken_back(text: str, folder: str, may: bool) -> None:  # noqa: FBT001 - a row of the table
    assert Ignore(text).may_take_back_below(folder) is may


@given(
    st.lists(st.sampled_from(["a", "b", "*", "**", "?", "a*", "*b", "[ab]", "*a*b*", "x.y"]), min_size=1, max_size=5),
    st.lists(st.sampled_from(["a", "b", "ab", "aab", "x.y", "xzy"]), min_size=1, max_size=5),
)
def test_both_ways_of_matching_agree(pattern: list[str], path: list[str]) -> None:
    few, many = "/".join(pattern), "**/" * 4 + "/".join(pattern)
    below = "/".join(path)
    if Ignore(few).leaves_out(below):
        assert Ignore(many).leaves_out(f"deep/er/{below}")
        assert Ignore(many).leaves_out(below)


def test_no_pattern_makes_matching_slow() -> None:
    hostile = Ignore("**/a/" * 30 + "b\n" + "*a" * 50 + "b\n**/**/**/**/**/x*y*z*\n**/a/**/a/**/a/**/a/b\n")
    started = time.monotonic()
    assert not hostile.leaves_out("/".join(["a"] * 2000))
    assert not hostile.leaves_out("a" * 255)
    assert time.monotonic() - started < 2
