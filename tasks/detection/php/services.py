"""Services that a PHP application's settings name: frameworks of PHP keep clients of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import WEAK, line_of, say
from tasks.detection.files import FileTree, join
from tasks.models import Evidence

_EXAMPLES: Final = (".env.example", ".env.dist", ".env")
_PATTERNS: Final = {
    "mysql": r"^(?:DB_CONNECTION=(?:mysql|mariadb)|DATABASE_URL=[\"']?(?:mysql|mariadb)://)",
    "postgres": r"^(?:DB_CONNECTION=pgsql|DATABASE_URL=[\"']?postgres(?:ql)?://)",
    "redis": r"^(?:(?:CACHE_DRIVER|CACHE_STORE|QUEUE_CONNECTION|SESSION_DRIVER)=redis|REDIS_URL=)",
    "rabbitmq": r"^MESSENGER_TRANSPORT_DSN=[\"']?amqps?://",
}


def example_evidence(tree: FileTree, folder: str) -> Iterator[Evidence]:
    """The services that the example of an environment connects to."""
    path = next((each for name in _EXAMPLES if (each := join(folder, name)) in tree.paths), None)
    text = (tree.text(path) or "") if path else ""
    for service, pattern in _PATTERNS.items():
        match = re.search(pattern, text, re.MULTILINE)
        if match and path:
            yield say("backing_services", service, path, "php.environment_example", WEAK, line_of(text, match[0]))
