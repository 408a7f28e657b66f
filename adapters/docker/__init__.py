"""Container engines: Docker, and Podman through the same API."""

from __future__ import annotations

from collections.abc import Callable

from adapters.docker.connection import MINIMUM_API, Connection
from adapters.docker.endpoint import EngineKind, EngineLocation, choose
from adapters.docker.runtime import DockerRuntime
from tasks.ports import ContainerRuntime

__all__ = ["MINIMUM_API", "EngineKind", "EngineLocation", "connect"]


def connect(
    kind: EngineKind, endpoint: str | None, location: EngineLocation, *, redact: Callable[[str], str]
) -> ContainerRuntime:
    """The engine that these settings mean; its first call raises Missing when there is none.

    `redact` is applied to everything that a build or a container printed before it is kept or shown.
    """
    connection = Connection(find=lambda: choose(kind, endpoint, location), kind=kind, config=location.docker_config)
    return DockerRuntime(connection, redact=redact)
