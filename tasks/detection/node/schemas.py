"""Services that other files than package.json name: Prisma's schema, and sources that use AWS's storage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONFIGURATION, SOURCE, say
from tasks.detection.files import FileTree
from tasks.detection.node.source import JsFile
from tasks.models import Evidence

_DATASOURCE: Final = re.compile(r"\bdatasource\s+\w+\s*\{([^}]{0,2000})\}")
_PROVIDER: Final = re.compile(r"\bprovider\s*=\s*\"(\w+)\"")
_SERVICES: Final = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "cockroachdb": "postgres",
    "mysql": "mysql",
    "mongodb": "mongodb",
    "sqlserver": "sqlserver",
}
_MAX_SCHEMAS: Final = 20


def service_statements(tree: FileTree, folders: tuple[str, ...], files: list[JsFile]) -> Iterator[Evidence]:
    """The services that schemas below the folders name, and object storage that AWS's whole client is used for."""
    below = dict.fromkeys(path for folder in folders for path in tree.below(folder))
    schemas = [path for path in below if path.endswith(".prisma")]
    for path in schemas[:_MAX_SCHEMAS]:
        text = tree.text(path) or ""
        source = _DATASOURCE.search(text)
        provider = _PROVIDER.search(source[1]) if source else None
        service = _SERVICES.get(provider[1]) if provider else None
        if source and service:
            line = text.count("\n", 0, source.start()) + 1
            yield say("backing_services", service, path, "node.prisma_datasource", CONFIGURATION, line)
    for each in files:
        if "aws-sdk" in each.imports and any(re.search(r"\bS3\b", value) for value in each.values.values()):
            yield say("backing_services", "s3", each.path, "node.aws_storage", SOURCE, 1)
            return
