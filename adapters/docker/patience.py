"""Patience with a container that changes its state while it is asked about.

Podman reads a container's state, then acts on it: when the container dies or restarts in between, the answer is a 500
that names the change, and the same question a moment later is answered. Seen with Podman 4.3 in one of seven removals
of a container in a crash loop. What is here may be asked twice: it does the same as once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar

from docker import APIClient
from docker.errors import APIError

from adapters.docker.errors import said
from adapters.docker.wire import ContainerInspect

T = TypeVar("T")

_CHANGING = re.compile(r"container state improper|no such process")
_PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8)


def inspect(client: APIClient, container_id: str) -> ContainerInspect:
    """What the engine holds about it."""
    return ContainerInspect.model_validate(_asked_again(lambda: client.inspect_container(container_id)))


def stop(client: APIClient, container_id: str, *, grace_s: float) -> None:
    """End it, by force after the grace."""
    _asked_again(lambda: client.stop(container_id, timeout=max(0, round(grace_s))))


def remove(client: APIClient, container_id: str) -> None:
    """Remove it and its unnamed volumes, whether it runs or not."""
    _asked_again(lambda: client.remove_container(container_id, v=True, force=True))


def _asked_again(ask: Callable[[], T]) -> T:
    for pause_s in _PAUSES_S:
        try:
            return ask()
        except APIError as error:
            if not _CHANGING.search(said(error)):
                raise
        time.sleep(pause_s)
    return ask()
