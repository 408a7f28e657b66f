"""Texts of a hostile repository become texts in manifests: never a field, never an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tasks.manifests import kubernetes_manifests
from tasks.models import Application, Image, PushedImage, ReleasePlan, Setting

PLAN = ReleasePlan(
    application=Application(name="shop"),
    target="kubernetes",
    pushed=PushedImage(image=Image(id="sha256:1", os="linux", architecture="amd64", user="10001", size_bytes=1)),
    kind="web",
    port=8000,
    source="x",
)
ATTACKS = [
    "x\n      hostNetwork: true",
    '1.0"\nkind: ClusterRoleBinding',
    "- &a [*a, *a]",
    "!!python/object/apply:os.system [id]",
    "---\napiVersion: v1\nkind: Secret",
    "<<: *x",
    "yes",
    "0x1F",
    "1e3",
    "null",
    "2026-01-01",
    "#",
    "\u2028hostPID: true",
    "\ufeff",
    "\x85",
    "\x85x: y",
    "$(PORT)",
]
TEXTS = st.one_of(st.text(max_size=60), st.sampled_from(ATTACKS))


def documents(text: str, path: str) -> dict[str, Any]:
    plan = PLAN.changed(
        settings=(Setting(name="GIVEN", value=text),),
        health_path="/" + path,
        writable_paths=("/" + path,),
        source=text,
        version="9" + text,
    )
    made = kubernetes_manifests(plan).objects
    assert [len([*yaml.safe_load_all(each.yaml)]) for each in made] == [1] * len(made)
    return {each.kind: yaml.safe_load(each.yaml) for each in made}


def leaves(node: object) -> Iterator[object]:
    if isinstance(node, Mapping):
        for value in node.values():
            yield from leaves(value)
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value)
    else:
        yield node


def shape(node: object) -> object:
    """A document without its values."""
    if isinstance(node, Mapping):
        return {key: shape(value) for key, value in node.items()}
    return [shape(value) for value in node] if isinstance(node, list) else type(node)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, path=TEXTS)
def test_whatever_the_texts_are_the_objects_have_the_same_fields(text: str, path: str) -> None:
    seen = documents(text, path)

    assert shape(seen) == shape(documents("x", "x"))
    assert {text, "/" + path} <= {*leaves(seen["Deployment"])}
    label = seen["Deployment"]["metadata"]["labels"]["app.kubernetes.io/version"]
    assert len(label) <= 63
    assert label.isascii()


@pytest.mark.parametrize("name", ["shop\nhostNetwork: true", "Shop", "-shop", "a" * 54, "sh/op", ""])
def test_a_name_that_is_no_dns_label_never_gets_into_a_plan(name: str) -> None:
    with pytest.raises(ValidationError):
        Application(name=name)
