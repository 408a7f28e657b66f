"""What surrounds unit tests: nothing of the person who runs them."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def no_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CONTAINERKIT_")]:
        monkeypatch.delenv(name)
