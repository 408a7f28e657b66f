"""Images of the in-memory world, and what registries hold of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

from tasks.errors import Denied, Missing, Unavailable
from tasks.models import Image, ImageRef


@dataclass(frozen=True)
class StoredImage:
    """An image with what is in it."""

    image: Image
    files: dict[str, bytes] = field(default_factory=dict)
    folder: str = "/"
    """WORKDIR."""
    variables: dict[str, str] = field(default_factory=dict)


def base_image(name: str, *, command: tuple[str, ...] = ("python3",)) -> StoredImage:
    """An image that nobody here has built."""
    digest = f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"
    return StoredImage(Image(id=digest, os="linux", architecture="amd64", command=command, size_bytes=50_000_000))


@dataclass
class MemoryRegistries:
    """Every registry of the world. Docker Hub's Python and Node are there from the beginning."""

    images: dict[str, StoredImage] = field(
        default_factory=lambda: {
            f"docker.io/library/{name}": base_image(name)
            for name in ("python:3.11-slim", "python:3.13-slim", "node:22-slim", "debian:bookworm-slim")
        }
    )
    """By registry/repository:tag or registry/repository@digest."""
    denied: set[str] = field(default_factory=set)
    """Registries that ask for a login which nobody has."""
    unreachable: set[str] = field(default_factory=set)
    full: set[str] = field(default_factory=set)
    """Registries whose quota is used up."""

    def put(self, reference: ImageRef, stored: StoredImage) -> str:
        """Take an upload; the digest of its manifest."""
        self._check(reference)
        if reference.registry in self.full:
            raise Denied(f"cannot push {reference}: quota exceeded", hint="ask for more storage, or delete old tags")
        digest = digest_of(stored)
        self.images[str(_tagged(reference))] = stored
        self.images[str(reference.pinned(digest))] = stored
        return digest

    def get(self, reference: ImageRef) -> StoredImage:
        """What is downloaded. Raises Missing when there is none."""
        self._check(reference)
        stored = self.images.get(str(reference if reference.digest else _tagged(reference)))
        if stored is None:
            raise Missing(f"cannot pull {reference}: manifest unknown", hint="look at the image's name and tag")
        digests = tuple({*stored.image.digests, reference.pinned(digest_of(stored))})
        return replace(stored, image=stored.image.changed(digests=digests, names=()))

    def digest(self, reference: ImageRef) -> str | None:
        """The digest behind a tag."""
        self._check(reference)
        stored = self.images.get(str(_tagged(reference)))
        return digest_of(stored) if stored else None

    def _check(self, reference: ImageRef) -> None:
        if reference.registry in self.unreachable:
            raise Unavailable(f"cannot reach {reference.registry}: connection refused", hint="wait and run again")
        if reference.registry in self.denied:
            raise Denied(f"{reference}: unauthorized", hint=f"docker login {reference.registry}")


def digest_of(stored: StoredImage) -> str:
    """What a registry would call it: another hash than the image's id."""
    return f"sha256:{hashlib.sha256(f'manifest of {stored.image.id}'.encode()).hexdigest()}"


def _tagged(reference: ImageRef) -> ImageRef:
    return reference if reference.tag else reference.tagged("latest")
