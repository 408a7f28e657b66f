"""What must hold on an engine before a release is tried: room on its disk, and an address that nobody else has."""

from __future__ import annotations

import errno
import shutil
import socket
from collections.abc import Callable, Iterator

from tasks.models import Application, Check, Container, RuntimeDescription, label_value
from tasks.models.labels import NAMESPACE

_GIB = 1024**3
_LEAST_BYTES = 1 * _GIB
_FULL = 0.95
_LAST_PORT = 65535
_TRIED_PORTS = 500


def engine_checks(found: RuntimeDescription) -> tuple[Check, ...]:
    """Engine, architecture and disk."""
    return (
        Check(
            name="engine",
            passed=True,
            detail=f"{found.name} {found.version}, API {found.api_version}, at {found.endpoint} ({found.why})",
        ),
        Check(name="architecture", passed=True, detail=f"{found.os}/{found.architecture}"),
        _disk(found),
    )


def port_check(
    port: int, application: Application, containers: tuple[Container, ...], found: RuntimeDescription
) -> Check:
    """Whether the application may have this port of the engine's host: it is free, or its own already."""
    holder = next((each for each in containers if each.address == f"127.0.0.1:{port}"), None)
    name = "published port"
    if holder and (holder.application, _namespace(holder)) == (application.name, application.namespace):
        return Check(name=name, passed=True, detail=f"127.0.0.1:{port} is {application.name}'s already")
    # ports of an engine elsewhere cannot be tried from here
    taken = _is_taken if _is_local(found) else _never
    if not holder and not taken(port):
        return Check(name=name, passed=True, detail=f"127.0.0.1:{port} is free")
    free = next(_free_ports(port, containers, taken), None)
    return Check(
        name=name,
        passed=False,
        detail=f"127.0.0.1:{port} is taken by {_holder(holder)}" + (f"; {free} is free" if free else ""),
        hint=f"--publish {free}" if free else "--publish PORT",
    )


def _disk(found: RuntimeDescription) -> Check:
    if found.free_bytes is None:
        return Check(name="disk", passed=True, detail="the engine's disk cannot be seen from here")
    total = _total_bytes(found)
    share = f" of {total / _GIB:.1f} GiB" if total else ""
    full = total is not None and found.free_bytes < (1 - _FULL) * total
    return Check(
        name="disk",
        passed=not full and found.free_bytes >= _LEAST_BYTES,
        detail=f"{found.free_bytes / _GIB:.1f} GiB{share} are free in {found.root_folder}",
        hint=f"`{found.name} system df` shows what fills it; `{found.name} image prune` frees what nothing uses",
    )


def _total_bytes(found: RuntimeDescription) -> int | None:
    try:
        return shutil.disk_usage(found.root_folder).total if found.root_folder else None
    except OSError:
        return None


def _is_local(found: RuntimeDescription) -> bool:
    scheme, _, place = found.endpoint.partition("://")
    return scheme == "unix" or place.partition(":")[0] in {"127.0.0.1", "localhost"}


def _is_taken(port: int) -> bool:
    """Whether somebody listens there. A port that we may not bind is only asked."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE or tried.connect_ex(("127.0.0.1", port)) == 0
    return False


def _never(_port: int) -> bool:
    return False


def _free_ports(port: int, containers: tuple[Container, ...], taken: Callable[[int], bool]) -> Iterator[int]:
    ours = {each.address for each in containers}
    for candidate in range(port + 1, min(port + _TRIED_PORTS, _LAST_PORT + 1)):
        if f"127.0.0.1:{candidate}" not in ours and not taken(candidate):
            yield candidate


def _holder(container: Container | None) -> str:
    if container is None:
        return "another program"
    return f"{container.application} ({container.name})"


def _namespace(container: Container) -> str:
    return label_value(container.labels, NAMESPACE) or "default"
