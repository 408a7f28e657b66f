"""The environment as a layer of settings: CONTAINERKIT_SCAN__FAIL_ON is `fail_on` of `[scan]`."""

from __future__ import annotations

from typing import Any

from pydantic_settings import BaseSettings, EnvSettingsSource

from flows.sections import Sections


class _Environment(Sections, BaseSettings):  # type: ignore[misc]  # the library's configuration holds more keys
    """The sections as the library wants them."""


def variables(prefix: str) -> dict[str, Any]:
    """What the environment sets, section by section; nothing is validated yet."""
    return dict(EnvSettingsSource(_Environment, env_prefix=prefix, env_nested_delimiter="__")())
