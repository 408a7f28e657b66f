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


def path_in_probe(command: str) -> str | None:
    """The path that a health check asks for on the machine itself."""
    match = re.search(
        r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::[\w${}:-]{1,30})?(/[^\s\"'|;&)]{0,200})", command
    )
    return match[1] if match and match[1] != "/" else None
