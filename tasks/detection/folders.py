"""Names of folders that tell what lies in them: the table folders.toml."""

from __future__ import annotations

import re
from functools import cache

from tasks.knowledge import load
from tasks.models import Model


class Folders(Model):
    """The table."""

    generated: frozenset[str]
    aside: frozenset[str]
    holding: frozenset[str]
    migrations: frozenset[str]
    browser: frozenset[str]
    numbered: str
    jobs: str
    example: str

    def is_numbered(self, name: str) -> bool:
        """Whether the folder is one of many that a course or a puzzle counts."""
        return re.fullmatch(self.numbered, name) is not None

    def is_job(self, name: str) -> bool:
        """Whether the folder is called like what an application's operators run now and then."""
        return re.search(self.jobs, name) is not None

    def is_aside(self, folder: str) -> bool:
        """Whether the folder lies in tests, documentation, examples, tools, templates, or in a hidden folder."""
        parts = folder.split("/")
        above = [".", *parts]
        return any(
            (part in self.aside and before not in self.holding)
            or (part.startswith(".") and part != ".")
            or "{{" in part
            for before, part in zip(above, parts, strict=False)
        )


@cache
def folders() -> Folders:
    """The validated table."""
    return Folders.model_validate(load("folders"))
