"""The end of a container's log, also where the engine cannot be asked for the end alone."""

from __future__ import annotations

from typing import Literal

from docker import APIClient

MOST_BYTES = 1024 * 1024


def last_lines(client: APIClient, container_id: str, tail_lines: int, engine: Literal["docker", "podman"]) -> bytes:
    """The last lines, of at most the last MOST_BYTES."""
    if engine == "docker":
        raw: bytes = client.logs(container_id, stdout=True, stderr=True, tail=tail_lines)
        return raw[-MOST_BYTES:]
    # Podman, asked for a tail, loses what a line began with when the program wrote it in parts
    kept = bytearray()
    for chunk in client.logs(container_id, stdout=True, stderr=True, stream=True, follow=False, tail="all"):
        kept += chunk
        if len(kept) > 2 * MOST_BYTES:
            del kept[:-MOST_BYTES]
    lines = bytes(kept[-MOST_BYTES:]).splitlines(keepends=True)
    return b"".join(lines[max(len(lines) - tail_lines, 0) :])
