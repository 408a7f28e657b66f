"""What other files than package.json name: services and variables of Prisma's schemas, and AWS's storage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.environment import Read
from tasks.detection.evidence import CONFIGURATION, SOURCE, say
from tasks.detection.files import FileTree
from tasks.detection.node.source import JsFile
from tasks.models import Evidence

_DATASOURCE: Final = re.compile(r"\bdatasource\s+\w+\s*\{([^}]{0,2000})\}")
_PROVIDER: Final = re.compile(r"\bprovider\s*=\s*\"(\w+)\"")
_VARIABLE: Final = re.compile(r"\b(?:url|directUrl)\s*=\s*env\(\s*\"(\w{1,60})\"\s*\)")
_SERVICES: Final = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "cockroachdb": "postgres",
    "mysql": "mysql",
    "mongodb": "mongodb",
    "sqlserver": "sqlserver",
}
_BUN_CLIENTS: Final = {"RedisClient": "redis", "SQL": "postgres"}
_MAX_SCHEMAS: Final = 20


def service_statements(tree: FileTree, folders: tuple[str, ...], files: list[JsFile]) -> Iterator[Evidence]:
    """The services that schemas below the folders name, and object storage that AWS's whole client is used for."""
    for path, line, source in _datasources(tree, folders):
        provider = _PROVIDER.search(source)
        service = _SERVICES.get(provider[1]) if provider else None
        if service:
            yield say("backing_services", service, path, "node.prisma_datasource", CONFIGURATION, line)
    yield from _of_bun(files)
    for each in files:
        if "aws-sdk" in each.imports and any(re.search(r"\bS3\b", value) for value in each.values.values()):
            yield say("backing_services", "s3", each.path, "node.aws_storage", SOURCE, 1)
            return


def _of_bun(files: list[JsFile]) -> Iterator[Evidence]:
    """The services that clients of Bun's own speak to, which no dependency shows."""
    for each in (each for each in files if "bun" in each.imports):
        for made, service in _BUN_CLIENTS.items():
            if any(re.match(rf"(?:await\s+)?new\s+{made}\s*\(", value) for value in each.values.values()):
                yield say("backing_services", service, each.path, "node.bun_client", SOURCE, 1)


def schema_reads(tree: FileTree, folders: tuple[str, ...]) -> Iterator[Read]:
    """The variables without which Prisma's client does not connect."""
    for path, line, source in _datasources(tree, folders):
        for match in _VARIABLE.finditer(source):
            yield Read(match[1], path, line + source.count("\n", 0, match.start()), required=match[0].startswith("url"))


def _datasources(tree: FileTree, folders: tuple[str, ...]) -> Iterator[tuple[str, int, str]]:
    """File, line and content of the data source of each schema."""
    below = dict.fromkeys(path for folder in folders for path in tree.below(folder))
    schemas = [path for path in below if path.endswith(".prisma")]
    for path in schemas[:_MAX_SCHEMAS]:
        text = tree.text(path) or ""
        source = _DATASOURCE.search(text)
        if source:
            yield path, text.count("\n", 0, source.start()) + 1, source[1]
