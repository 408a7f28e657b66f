"""A tiny image made by hand and loaded into a real engine: no build, no base image, no network."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class Engine:
    """A real engine's socket; what is loaded is removed again by `remove`."""

    socket: str

    def answers(self) -> bool:
        """Whether an engine speaks there."""
        try:
            return self._ask("GET", "/_ping", timeout_s=3).is_success
        except httpx.HTTPError:
            return False

    def load(self, files: Mapping[str, bytes], *, environment: tuple[str, ...] = ()) -> str:
        """The id of an image that holds these files in one layer."""
        layer = _tar(files)
        config = {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Env": list(environment), "Labels": {"io.containerkit.test": "scanner"}},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
        }
        content = json.dumps(config).encode()
        image_id = hashlib.sha256(content).hexdigest()
        manifest = json.dumps([{"Config": f"{image_id}.json", "RepoTags": None, "Layers": ["layer.tar"]}]).encode()
        archive = _tar({f"{image_id}.json": content, "layer.tar": layer, "manifest.json": manifest})
        self._ask("POST", "/images/load", content=archive).raise_for_status()
        return f"sha256:{image_id}"

    def remove(self, image_id: str) -> None:
        """Take the image away again."""
        self._ask("DELETE", f"/images/{image_id}?force=1").raise_for_status()

    def _ask(self, method: str, path: str, *, content: bytes = b"", timeout_s: float = 60) -> httpx.Response:
        with httpx.Client(transport=httpx.HTTPTransport(uds=self.socket), base_url="http://engine") as client:
            return client.request(method, path, content=content, timeout=timeout_s)


def _tar(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
