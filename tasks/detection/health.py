"""Which of an application's routes says that it is well."""

from __future__ import annotations

import re
from functools import cache

from tasks.knowledge import load
from tasks.models import Model


class _Health(Model):
    paths: tuple[str, ...]
    example: str


@cache
def _order() -> dict[str, int]:
    return {path: rank for rank, path in enumerate(_Health.model_validate(load("health")).paths)}


def health_rank(route: str) -> int | None:
    """How likely the route means health, 0 the likeliest; None when it is another route or has parameters."""
    if not re.fullmatch(r"/[A-Za-z0-9._~/-]{0,200}", route):
        return None
    return _order().get(route.rstrip("/") or "/")
