"""Tags: what the repository says about itself, in characters that a registry takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.models import Checkout, Component, ImageRef
from tasks.naming import image_tags, slug

COMMIT = "0123456789abcdef0123456789abcdef01234567"
IMAGE = "sha256:" + "ab" * 32


def tags(**facts: object) -> tuple[str, ...]:
    known = {"commit": COMMIT, "branch": "main", "dirty": False, "version": "1.2.0", **facts}
    checkout = Checkout.model_validate(
        {"root": Path("/src"), "location": "/src", **{name: known[name] for name in ("commit", "branch", "dirty")}}
    )
    component = Component.model_validate(
        {"name": "shop", "kind": "web", "language": "python", "version": known["version"]}
    )
    return image_tags(checkout, component, IMAGE)


def test_a_clean_commit_gives_its_id_the_version_and_the_branch() -> None:
    assert tags() == ("0123456789ab", "1.2.0", "main")


def test_changes_that_no_commit_holds_are_marked_and_do_not_claim_the_version() -> None:
    assert tags(dirty=True) == ("0123456789ab-dirty-abababababab", "main")


def test_without_a_commit_the_image_names_itself() -> None:
    assert tags(commit=None, branch=None) == ("img-abababababab", "1.2.0")


@pytest.mark.parametrize("version", ['1.0"\nRUN curl', "latest; rm", "", "v\x00"])
def test_a_version_that_is_none_is_left_out(version: str) -> None:
    assert tags(version=version) == ("0123456789ab", "main")


def test_a_build_metadata_plus_becomes_an_underscore() -> None:
    assert "1.2.0_build.5" in tags(version="1.2.0+build.5")


@given(st.text(max_size=200))
def test_every_branch_name_becomes_a_valid_tag_or_none(branch: str) -> None:
    found = slug(branch)
    if found:
        assert ImageRef.parse(f"registry.invalid/shop:{found}").tag == found
