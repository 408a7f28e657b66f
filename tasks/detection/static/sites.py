"""What tells a site from templates, reports and programs: the table static_sites.toml."""

from __future__ import annotations

import re
from functools import cache

from tasks.knowledge import load
from tasks.models import Model


class Sites(Model):
    """The table."""

    pages: frozenset[str]
    places: tuple[str, ...]
    apart: tuple[str, ...]
    inside: frozenset[str]
    generated: str
    templates: str
    tools: frozenset[str]
    example: str

    def is_page(self, text: str) -> bool:
        """Whether a browser is meant to get the file as it is, and a person wrote it."""
        return not re.search(self.generated, text) and not re.search(self.templates, text, re.MULTILINE)


@cache
def sites() -> Sites:
    """The validated table."""
    return Sites.model_validate(load("static_sites"))
