"""A runtime under test, with all that its suite needs to make builds and containers that meet nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

from tasks.context import build_key
from tasks.models import (
    Application,
    BuildArgument,
    BuildRequest,
    Container,
    ContainerSpec,
    Dockerfile,
    Image,
    ImageRef,
    Label,
    Progress,
    Resources,
    WritableMount,
)
from tasks.ports import ContainerRuntime
from tests.contracts.real import eventually

BASE = "python:3.11-slim"
SERVE = ("python3", "-m", "http.server", "8000")
SHELL = ("sh", "-c")


@dataclass
class Recorder:
    """A sink that remembers."""

    seen: list[Progress] = field(default_factory=list)

    def report(self, *, progress: Progress) -> None:
        self.seen.append(progress)


@dataclass
class Engine:
    """A runtime under test, and what the suite needs beside it."""

    runtime: ContainerRuntime
    folder: Path
    """Empty, for build contexts."""
    registry: str
    """A registry that takes uploads without a login."""
    add_foreign: Callable[[str], str]
    """Makes a container that is not ours; returns its id."""
    mark: str = field(default_factory=lambda: uuid4().hex[:8])
    """In every name, so that suites do not meet each other's leavings."""
    sink: Recorder = field(default_factory=Recorder)

    @property
    def application(self) -> Application:
        return Application(name=f"shop-{self.mark}", namespace="contract")

    def name(self, what: str = "app") -> str:
        return f"{what}-{self.mark}"

    def reference(self, tag: str = "1") -> ImageRef:
        return ImageRef(registry=self.registry, repository=f"contract/{self.mark}", tag=tag)

    def request(self, text: str, *, dockerignore: str = "", arguments: tuple[BuildArgument, ...] = ()) -> BuildRequest:
        dockerfile = Dockerfile(text=text, dockerignore=dockerignore, origin="generated")
        key = build_key(dockerfile, self.folder, (*arguments, BuildArgument(name="MARK", value=self.mark)))
        return BuildRequest(
            dockerfile=dockerfile,
            context=self.folder,
            key=key,
            name=ImageRef(registry="localhost", repository=f"contract-{self.mark}", tag=key[:12]),
            arguments=arguments,
            labels=(Label(key="org.opencontainers.image.revision", value="abc"),),
            log_file=self.folder.parent / "logs" / f"{key[:12]}.log",
        )

    def build(self, text: str, *, dockerignore: str = "") -> Image:
        request = self.request(text, dockerignore=dockerignore)
        return self.runtime.build(request=request, progress=self.sink, timeout_s=120)

    def spec(self, image: str, what: str = "app", **changes: object) -> ContainerSpec:
        spec = ContainerSpec(
            name=self.name(what),
            application=self.application,
            kind="web",
            image=image,
            mounts=(WritableMount(path="/tmp"),),  # noqa: S108 - inside the container
            resources=Resources(memory_bytes=64 * 1024 * 1024),
            restart="no",
        )
        return spec.changed(**changes)

    def run(self, image: str, what: str = "app", **changes: object) -> Container:
        return self.runtime.run(spec=self.spec(image, what, **changes), variables=(), timeout_s=60)

    def now(self, container: Container) -> Container:
        return next(each for each in self.runtime.list(application=self.application) if each.id == container.id)

    def ended(self, container: Container) -> Container:
        return eventually(lambda: found if (found := self.now(container)).state == "exited" else None)

    def clear(self) -> None:
        for each in self.runtime.list(application=self.application):
            self.runtime.remove(container_id=each.id)


def get(address: str | None, path: str = "/") -> int:
    """The status, as soon as there is one."""
    assert address is not None

    def answer() -> int | None:
        try:
            return httpx.get(f"http://{address}{path}", timeout=5).status_code
        except httpx.TransportError:
            return None

    return eventually(answer)
