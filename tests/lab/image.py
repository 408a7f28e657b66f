"""An image written into a registry without any engine: its layers, its configuration, its manifest."""

import hashlib
import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from lab import REGISTRY, LabError
from layers import Blob

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_CONFIG = "application/vnd.docker.container.image.v1+json"
_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


@dataclass(frozen=True)
class ImageConfig:
    """What `docker inspect` shows under Config."""

    architecture: str
    env: tuple[str, ...]
    cmd: tuple[str, ...]
    entrypoint: tuple[str, ...] = ()
    user: str = ""
    workdir: str = ""
    ports: tuple[str, ...] = ()
    stop_signal: str = ""
    labels: tuple[tuple[str, str], ...] = field(default=())


def labels(repository: str, tag: str) -> dict[str, str]:
    """The labels of an image in the registry; empty when it has no such image."""
    status, body = _ask("GET", f"/v2/{repository}/manifests/{tag}", headers={"Accept": _MANIFEST})
    if status != http.client.OK:
        return {}
    digest = json.loads(body).get("config", {}).get("digest")
    status, body = _ask("GET", f"/v2/{repository}/blobs/{digest}")
    return (json.loads(body)["config"].get("Labels") or {}) if status == http.client.OK else {}


def push(repository: str, tags: Sequence[str], config: ImageConfig, layers: Sequence[Blob]) -> None:
    """Write the image under these tags; layers that the registry has already are not sent again."""
    document = json.dumps(_config_document(config, layers)).encode()
    for layer in layers:
        _push_blob(repository, layer.digest, layer.path)
    _push_blob(repository, _digest(document), document)
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": {"mediaType": _CONFIG, "size": len(document), "digest": _digest(document)},
        "layers": [{"mediaType": _LAYER, "size": layer.size_bytes, "digest": layer.digest} for layer in layers],
    }
    for tag in tags:
        path = f"/v2/{repository}/manifests/{tag}"
        status, body = _ask("PUT", path, json.dumps(manifest).encode(), headers={"Content-Type": _MANIFEST})
        _require(status, http.client.CREATED, path, body)


def _config_document(config: ImageConfig, layers: Sequence[Blob]) -> dict[str, object]:
    settings = {"User": config.user, "WorkingDir": config.workdir, "StopSignal": config.stop_signal}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "architecture": config.architecture,
        "os": "linux",
        "created": now,
        "config": {
            "Env": list(config.env),
            "Cmd": list(config.cmd) or None,
            "Entrypoint": list(config.entrypoint) or None,
            "ExposedPorts": {port: {} for port in config.ports} or None,
            "Labels": dict(config.labels),
            **{name: value for name, value in settings.items() if value},
        },
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
        "history": [{"created": now, "created_by": layer.path.name} for layer in layers],
    }


def _push_blob(repository: str, digest: str, content: Path | bytes) -> None:
    if _ask("HEAD", f"/v2/{repository}/blobs/{digest}")[0] == http.client.OK:
        return
    connection = http.client.HTTPConnection(REGISTRY, timeout=120)
    try:
        path = f"/v2/{repository}/blobs/uploads/"
        connection.request("POST", path, headers={"Content-Length": "0"})
        answer = connection.getresponse()
        _require(answer.status, http.client.ACCEPTED, path, answer.read())
        place = urlsplit(answer.headers["Location"])
        target = f"{place.path}?{place.query}&{urlencode({'digest': digest})}"
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        if isinstance(content, bytes):
            connection.request("PUT", target, content, headers)
        else:
            with content.open("rb") as file:
                connection.request("PUT", target, file, headers)
        answer = connection.getresponse()
        _require(answer.status, http.client.CREATED, path, answer.read())
    finally:
        connection.close()


def _ask(method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(REGISTRY, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _require(status: int, wanted: int, path: str, body: bytes) -> None:
    if status != wanted:
        text = body.decode(errors="replace").strip()
        raise LabError(f"the registry answered {status} to {path}: {text}", hint="python3 tests/lab status")


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
