"""Logins as Docker writes them, and what they are for, in tests of registries."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from tasks.models import ImageRef
from tests.contracts.registry_server import (
    PASSWORD,
    USER,
    EmulatedRegistry,
)

NOBODY = ImageRef(registry="127.0.0.1:1", repository="team/app")


def log_in(folder: Path, registry: str, **entry: str) -> None:
    """What `docker login` writes."""
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {registry: entry or {"auth": auth}}}))


def app(server: EmulatedRegistry) -> ImageRef:
    return ImageRef(registry=server.address, repository="team/app", tag="v1")
