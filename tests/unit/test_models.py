"""The words of the domain are found where they are imported from."""

from __future__ import annotations

from importlib import import_module

import pytest

from tasks import models


@pytest.mark.parametrize("name", models.__all__)
def test_every_word_means_the_same_in_each_module_that_knows_it(name: str) -> None:
    modules = [import_module(f"tasks.models.{each}") for each in models._MODULES]
    found = [getattr(module, name) for module in modules if hasattr(module, name)]
    assert found
    assert all(each is getattr(models, name) for each in found)


def test_a_word_that_there_is_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Nothing"):
        models.Nothing  # noqa: B018 - asking is the point
