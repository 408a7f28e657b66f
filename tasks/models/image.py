"""From a component to an image in a registry: what steps 2, 3, 5 and 6 ask for and return."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from tasks.models.model import Label, Model, Name, Outcome
from tasks.models.profile import AppProfile, Component
from tasks.models.reference import ImageRef

DockerfileChoice = Literal["auto", "generated", "improved"]
"""auto: the repository's own where there is one, unchanged; improved: that one with our security lines."""


class ImagePlan(Model):
    """What the Dockerfile is rendered from."""

    component: Component
    context: Path
    """The folder that the build may read: the analysed root."""
    choice: DockerfileChoice = "auto"


class Dockerfile(Outcome):
    """The text of a Dockerfile and of the .dockerignore beside it."""

    text: str
    dockerignore: str
    origin: Literal["generated", "existing", "improved"]
    bases: tuple[ImageRef, ...] = ()
    """The images of its FROM lines, stages left out."""

    def summary(self) -> str:
        """Where the text came from."""
        return f"{self.origin}, from {', '.join(f'{ref.repository}:{ref.tag}' for ref in self.bases) or 'scratch'}"


class BuildArgument(Model):
    """An ARG of a Dockerfile. Never a secret: it stays in the image's history."""

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    value: str


class BuildRequest(Model):
    """Build this; an image whose label holds `key` is the same build."""

    dockerfile: Dockerfile
    context: Path
    key: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Hash of Dockerfile, context content, arguments and platform."""
    name: ImageRef
    """The local name that keeps the image from being pruned."""
    platform: str | None = None
    """os/architecture; None is the engine's own."""
    arguments: tuple[BuildArgument, ...] = ()
    labels: tuple[Label, ...] = ()
    log_file: Path
    """Where the complete log of the build is written."""


class Image(Outcome):
    """An image on an engine, as the engine describes it."""

    id: str
    """sha256:… of the image's configuration."""
    names: tuple[str, ...] = ()
    digests: tuple[ImageRef, ...] = ()
    """Where registries hold it, as far as the engine knows."""
    os: str
    architecture: str
    user: str = ""
    """As USER says; empty means root."""
    ports: tuple[int, ...] = ()
    """EXPOSEd TCP ports."""
    command: tuple[str, ...] = ()
    """Entry point and command together."""
    size_bytes: int
    labels: tuple[Label, ...] = ()
    builder: Literal["buildkit", "classic"] | None = None
    log_file: Path | None = None

    def summary(self) -> str:
        """Short id and size."""
        return f"{self.id.removeprefix('sha256:')[:12]}, {self.size_bytes / 1_000_000:.0f} MB"


class TagRequest(Model):
    """Name this image after the commit, version and branch it was built from."""

    image: Image
    profile: AppProfile
    component: str
    repository: ImageRef | None
    """Where it will be pushed; None when the target needs no registry."""


class TaggedImage(Outcome):
    """The image under every name that it will be pushed by; the first is the most exact."""

    image: Image
    references: tuple[ImageRef, ...] = ()

    def summary(self) -> str:
        """The names."""
        return ", ".join(f"{ref.repository}:{ref.tag}" for ref in self.references)


class PushRequest(Model):
    """Upload every reference of this image, once its scan was passed."""

    tagged: TaggedImage
    pull_name: ImageRef | None = None
    """The repository's name as the target sees it, where that differs."""


class PushedImage(Outcome):
    """An image that a target can start: by digest when a registry holds it, else by its id on the engine."""

    image: Image
    reference: ImageRef | None = None
    """Pinned by the digest that the registry answered."""
    references: tuple[ImageRef, ...] = ()
    """The tags that were pushed."""

    def summary(self) -> str:
        """What a target is given."""
        return self.startable

    @property
    def startable(self) -> str:
        """What a target is given to start."""
        return str(self.reference) if self.reference else self.image.id


class RuntimeDescription(Model):
    """A container engine that answered."""

    name: Literal["docker", "podman"]
    version: str
    api_version: str
    endpoint: str
    why: str
    """Which setting or socket led to this endpoint."""
    architecture: str
    os: str
    builder: Literal["buildkit", "classic"]
    root_folder: str | None = None
    free_bytes: int | None = None
    """Free space where images are stored; None where the engine's disk cannot be seen from here."""


class Container(Model):
    """A container of ours on an engine."""

    id: str
    name: str
    application: Name
    image_id: str
    state: Literal["created", "running", "restarting", "paused", "exited", "dead"]
    exit_code: int | None = None
    oom_killed: bool = False
    restarts: int = 0
    created: str
    """RFC 3339."""
    started: str | None = None
    address: str | None = None
    """host:port on which the engine publishes its port."""
    labels: tuple[Label, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the engine could not do as it was asked, when the container was made."""
