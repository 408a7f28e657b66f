"""What every row of the lab's base images is made of: an image's names, its layers, what its configuration says."""

import hashlib
import json
from dataclasses import dataclass

import machine
from layers import Layer

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DOCKER_HUB = "docker.io"
GOOGLE = "gcr.io"
REGISTRIES = (DOCKER_HUB, GOOGLE)


@dataclass(frozen=True)
class Base:
    """One image: its repository and tags, its top layer, and what its configuration says."""

    repository: str
    tags: tuple[str, ...]
    layer: Layer
    cmd: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    user: str = ""
    workdir: str = ""
    ports: tuple[str, ...] = ()
    stop_signal: str = ""
    registry: str = DOCKER_HUB

    @property
    def names(self) -> tuple[str, ...]:
        """What Dockerfiles call it."""
        on_hub = self.registry == DOCKER_HUB
        repository = self.repository.removeprefix("library/") if on_hub else f"{self.registry}/{self.repository}"
        return tuple(f"{repository}:{tag}" for tag in self.tags)

    @property
    def name(self) -> str:
        """The first of its names."""
        return self.names[0]

    @property
    def key(self) -> str:
        """A hash of all that goes into the image."""
        given = {"user": self.user, "workdir": self.workdir, "stop_signal": self.stop_signal}
        settings = [*(f"{name}={value}" for name, value in given.items() if value), *self.ports]
        parts = [self.layer.key, *self.tags, *self.cmd, *self.env, *self.entrypoint, *settings]
        return hashlib.sha256("\0".join([*parts, json.dumps(machine.trust())]).encode()).hexdigest()[:16]


def debian(suite: str) -> Layer:
    """The root file system of debian:SUITE-slim."""
    site = json.dumps(machine.files(suite), sort_keys=True)
    given = (("SUITE", suite), ("SITE_KEY", hashlib.sha256(site.encode()).hexdigest()))
    return Layer(f"debian-{suite}", "debian", given)


def with_debs(name: str, parent: Layer, debs: str) -> Layer:
    """The parent with these Debian packages: what several images have in common is made once."""
    return Layer(name, "apt", (("DEBS", debs),), parent)
