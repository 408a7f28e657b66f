"""Versions and ranges to releases, from the table alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.detection.versions import is_supported, languages, resolve

PYTHON = {
    "3.12.4": "3.12", "3.12": "3.12", "3": "3.13", "python-3.10.3": "3.10", ">=3.10,<3.13": "3.12", ">=3.8": "3.13",
    "^3.11": "3.13", "~3.9": "3.9", "~=3.11": "3.13", "3.11.*": "3.11", "==3.12.*": "3.12", ">=3.11.4,<3.12": "3.11",
    ">=3.6, !=3.7": "3.13", "<3.10": "3.9",
    ">3.13": "3.13", ">=3.14": "3.15", "3.99": None, "": None, "latest please": None,
}  # fmt: skip
NODE = {
    "20": "20", "v18.2.0": "18", "20.x": "20", "^20": "20", "~22.1": "22", ">=18 <23": "22", ">= 20": "24",
    "18 || 20": "20", "16 - 20": "20", "lts/iron": "20", "lts/*": "24", "*": "24", "node": "24", "<23": "22",
    "22.x || 24.x": "24", ">=20.9.0": "24", "<=20": "20", ">24": "26", "=22": "22", "99": None, "": None,
    'x"\nRUN id': None, "hydrogen": "18",
}  # fmt: skip


@pytest.mark.parametrize("wanted", PYTHON)
def test_a_python_range_is_resolved_to_a_release_with_a_future(wanted: str) -> None:
    assert resolve("python", wanted) == PYTHON[wanted]


@pytest.mark.parametrize("wanted", NODE)
def test_a_node_range_is_resolved_to_a_release_with_a_future(wanted: str) -> None:
    assert resolve("node", wanted) == NODE[wanted]


@pytest.mark.parametrize("language", ["python", "node"])
def test_the_example_of_a_language_is_resolved(language: str) -> None:
    assert resolve(language, languages()[language].example)


def test_releases_that_ended_are_told_from_supported_ones() -> None:
    assert is_supported("node", "24")
    assert not is_supported("node", "18")
    assert not is_supported("python", "3.8")


@given(st.sampled_from(["python", "node"]), st.text(max_size=60))
def test_whatever_is_asked_for_the_answer_is_a_release_or_none(language: str, wanted: str) -> None:
    assert resolve(language, wanted) in {None, *(each.version for each in languages()[language].releases)}
