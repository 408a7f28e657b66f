"""The Registry port over the OCI distribution protocol."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from adapters.registry.address import protocol
from adapters.registry.client import Client
from adapters.registry.transport import Answer, Deadline
from tasks.errors import Rejected

if TYPE_CHECKING:
    from tasks.models import ImageRef

_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_DIGEST = re.compile(r"^sha256:[0-9a-f]{64}$")
_NEXT = re.compile(r'<([^<>]*)>\s*;\s*(?:[^,]*;\s*)?rel="?next"?', re.IGNORECASE)
_TAGS_A_PAGE = 1000
_MOST_PAGES = 100
_NOT_A_HEAD = frozenset({httpx.codes.METHOD_NOT_ALLOWED, httpx.codes.NOT_IMPLEMENTED})


class HttpRegistry:
    """Registries by name, each asked as the user whom `docker login` knows there."""

    def __init__(
        self,
        *,
        docker_config: Path,
        plain_http: tuple[str, ...] = (),
        ca_files: tuple[tuple[str, Path], ...] = (),
    ) -> None:
        self._docker_config = docker_config
        self._plain_http = plain_http
        self._ca_files = dict(ca_files)
        self._clients: dict[str, Client] = {}

    def digest(self, *, reference: ImageRef, timeout_s: float = 10) -> str | None:
        """The digest behind the reference; see the port."""
        deadline = Deadline(timeout_s)
        path = f"/v2/{reference.repository}/manifests/{reference.digest or reference.tag or 'latest'}"
        client = self._client(reference)
        answer = client.ask("HEAD", path, scope=_scope(reference, "pull"), deadline=deadline, accept=_MANIFESTS)
        found: str = answer.headers.get("Docker-Content-Digest", "")
        if answer.status in _NOT_A_HEAD or (answer.status == httpx.codes.OK and not _DIGEST.fullmatch(found)):
            answer = client.ask("GET", path, scope=_scope(reference, "pull"), deadline=deadline, accept=_MANIFESTS)
            found = f"sha256:{hashlib.sha256(answer.body).hexdigest()}"
        if answer.status == httpx.codes.NOT_FOUND:
            return None
        if answer.status != httpx.codes.OK:
            raise client.error(answer, repository=reference.repository)
        return found

    def check_access(self, *, repository: ImageRef, timeout_s: float = 10) -> None:
        """Begin an upload and take it back; see the port."""
        deadline = Deadline(timeout_s)
        scope = _scope(repository, "pull,push")
        client = self._client(repository)
        begun = client.ask("POST", f"/v2/{repository.repository}/blobs/uploads/", scope=scope, deadline=deadline)
        if begun.status not in {httpx.codes.ACCEPTED, httpx.codes.CREATED}:
            raise client.error(begun, repository=repository.repository)
        place = _on_this_server(begun, begun.headers.get("Location", ""))
        if place is not None:
            # nothing refers to the upload: a registry that cannot delete it forgets it by itself, and what the storage
            # of one keeps of a deleted upload (distribution: an empty hash state) no client can reach
            client.ask("DELETE", place, scope=scope, deadline=deadline)

    def tags(self, *, repository: ImageRef, timeout_s: float = 10) -> tuple[str, ...]:
        """All tags, sorted; see the port."""
        deadline = Deadline(timeout_s)
        client = self._client(repository)
        found: set[str] = set()
        path = f"/v2/{repository.repository}/tags/list?n={_TAGS_A_PAGE}"
        for _ in range(_MOST_PAGES):
            answer = client.ask("GET", path, scope=_scope(repository, "pull"), deadline=deadline)
            if answer.status == httpx.codes.NOT_FOUND:
                return ()
            if answer.status != httpx.codes.OK:
                raise client.error(answer, repository=repository.repository)
            found.update(_tags_in(answer, repository))
            following = _NEXT.search(answer.headers.get("Link", ""))
            if following is None:
                return tuple(sorted(found))
            path = _on_this_server(answer, following[1]) or ""
            if not path:
                raise Rejected(f"{repository.registry} continues its tags elsewhere", hint="ask its operator")
        raise Rejected(
            f"{repository.name} has more than {_MOST_PAGES * _TAGS_A_PAGE} tags", hint="remove some in the registry"
        )

    def close(self) -> None:
        """Close every registry's sockets."""
        while self._clients:
            self._clients.popitem()[1].close()

    def _client(self, reference: ImageRef) -> Client:
        registry = reference.registry
        if registry not in self._clients:
            self._clients[registry] = Client(
                registry,
                protocol=protocol(registry, plain_http=self._plain_http, with_ca_file=tuple(self._ca_files)),
                ca_file=self._ca_files.get(registry),
                plain_http=self._plain_http,
                docker_config=self._docker_config,
            )
        return self._clients[registry]


def _scope(reference: ImageRef, actions: str) -> str:
    return f"repository:{reference.repository}:{actions}"


def _on_this_server(answer: Answer, location: str) -> str | None:
    """Path and query of a link that a registry gave, when it leads to the registry itself."""
    if not location:
        return None
    try:
        target = answer.url.join(location)
    except httpx.InvalidURL:
        return None
    # behind a proxy that ends TLS the protocol, and so the port, may be wrong
    return target.raw_path.decode("ascii") if target.host == answer.url.host else None


def _tags_in(answer: Answer, repository: ImageRef) -> tuple[str, ...]:
    try:
        listed = json.loads(answer.body)
    except ValueError:
        listed = None
    tags = listed.get("tags") or [] if isinstance(listed, dict) else None
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Rejected(f"{repository.registry} does not answer as a registry does", hint="check the registry's name")
    return tuple(tags)
