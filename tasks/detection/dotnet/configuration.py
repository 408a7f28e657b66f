"""What settings files beside a project say: appsettings.json, and the database that its connection strings name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import CONFIGURATION, WEAK, line_of, say
from tasks.detection.files import FileTree, join
from tasks.models import Evidence

_FILES: Final = ("appsettings.Production.json", "appsettings.json")
_PORT: Final = re.compile(r"https?://[^:/\s]*:(\d{2,5})")
_SCHEMES: Final = {
    "postgres": re.compile(r"^(?:postgres(?:ql)?://|Host=)", re.IGNORECASE),
    "mongodb": re.compile(r"^mongodb(?:\+srv)?://"),
    "redis": re.compile(r"^(?:redis://|[\w.-]+:6379\b)"),
    "rabbitmq": re.compile(r"^amqps?://"),
}


def configuration_evidence(tree: FileTree, folder: str) -> Iterator[Evidence]:
    """Ports and backing services of the settings for production, then of those for everywhere."""
    for position, name in enumerate(_FILES):
        path = join(folder, name)
        text = tree.text(path)
        settings = shape.loose_json(text) if text else {}
        for written in _addresses(settings):
            match = _PORT.match(written)
            if match and text:
                confidence = CONFIGURATION - position / 100
                yield say("port", int(match[1]), path, "dotnet.appsettings", confidence, line_of(text, written))
        for written in _texts(settings.get("ConnectionStrings")):
            service = next((name for name, scheme in _SCHEMES.items() if scheme.search(written)), None)
            if service and text:
                yield say("backing_services", service, path, "dotnet.connection_string", WEAK, line_of(text, written))


def _addresses(settings: Mapping[str, object]) -> Iterator[str]:
    yield from _texts([settings.get("Urls"), settings.get("urls")])
    endpoints = shape.table(shape.table(settings.get("Kestrel")).get("Endpoints"))
    # plain HTTP first: certificates are the cluster's affair
    for _, endpoint in sorted(endpoints.items(), key=lambda pair: "https" in str(pair[0]).lower()):
        yield from _texts([shape.table(endpoint).get("Url")])


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else list(shape.table(value).values())
    return tuple(text for each in values if (text := shape.text(each)))
