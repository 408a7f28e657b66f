"""The database that config/database.yml names for production; it holds Ruby between <% and %>, which is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONFIGURATION, line_of, say
from tasks.detection.files import FileTree, join
from tasks.models import Evidence

_ADAPTER: Final = re.compile(r"^\s*adapter:\s*[\"']?(\w+)", re.MULTILINE)
_SERVICES: Final = {
    "postgresql": "postgres", "postgis": "postgres", "mysql2": "mysql", "trilogy": "mysql", "sqlserver": "sqlserver",
}  # fmt: skip


def configuration_evidence(tree: FileTree, folder: str) -> Iterator[Evidence]:
    """The backing services of the settings."""
    path = join(folder, "config/database.yml")
    text = tree.text(path) or ""
    for match in _ADAPTER.finditer(text):
        service = _SERVICES.get(match[1])
        if service:
            line = line_of(text, match[0].strip())
            yield say("backing_services", service, path, "ruby.database_adapter", CONFIGURATION, line)
