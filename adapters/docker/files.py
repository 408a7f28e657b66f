"""Small files of a container, in and out, as the one-member archives that the Engine API takes and gives."""

from __future__ import annotations

import io
import posixpath
import tarfile
from collections.abc import Iterator

from docker import APIClient
from docker.errors import NotFound

from adapters.docker import patience
from adapters.docker.wire import PathFacts
from tasks.errors import Invalid

LARGEST_BYTES = 1024 * 1024


def write_file(client: APIClient, container_id: str, path: str, content: bytes) -> None:
    """Put it there, readable by everybody."""
    _check_reachable(client, container_id, path)
    folder, name = posixpath.split(path)
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o644
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.GNU_FORMAT) as tar:
        tar.addfile(member, io.BytesIO(content))
    client.put_archive(container_id, folder, archive.getvalue())


def read_file(client: APIClient, container_id: str, path: str) -> bytes | None:
    """Its content; None when it is not there or no regular file. Raises Invalid for a larger one."""
    _check_reachable(client, container_id, path)
    try:
        stream, given = client.get_archive(container_id, path)
    except NotFound:
        return None
    facts = PathFacts.model_validate(given)
    if not facts.is_file:
        return None
    if facts.size > LARGEST_BYTES:
        raise Invalid(f"{path} holds {facts.size:,} bytes, more than {LARGEST_BYTES:,}", hint="read a smaller file")
    with tarfile.open(fileobj=io.BytesIO(_capped(stream, path)), mode="r:") as tar:
        member = tar.next()
        file = tar.extractfile(member) if member and member.isreg() else None
        return file.read() if file else None


def _check_reachable(client: APIClient, container_id: str, path: str) -> None:
    """Raise for a path that only the container's own processes see: the engine would use the folder beneath it."""
    found = patience.inspect(client, container_id)
    for mount in found.host.tmpfs:
        if posixpath.commonpath((mount, path)) == posixpath.normpath(mount):
            raise Invalid(f"{path} lies in {mount}, which is kept in memory", hint="use a path on the root file system")


def _capped(stream: Iterator[bytes], path: str) -> bytes:
    held = b""
    for chunk in stream:
        held += chunk
        if len(held) > LARGEST_BYTES + 10 * tarfile.RECORDSIZE:
            raise Invalid(f"{path} is larger than {LARGEST_BYTES:,} bytes", hint="read a smaller file")
    return held
