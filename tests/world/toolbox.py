"""A whole world for the flow: every port in memory, with faults where a test puts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from flows.place import Place, choose
from flows.toolbox import Toolbox
from tasks.models import Progress
from tasks.ports import ContainerRuntime, DeploymentTarget, DetectionAdvisor, Registry, Scanner
from tests.world.image_store import MemoryRegistries, StoredImage, base_image
from tests.world.registry import MemoryRegistry
from tests.world.releases import MemoryReleases
from tests.world.runtime import MemoryRuntime
from tests.world.scanner import MemoryScanner
from tests.world.target import MemoryTarget


class Faulty:
    """Any port, one of whose methods raises these errors first, one a call."""

    def __init__(self, port: object, method: str, errors: list[Exception]) -> None:
        self._port, self._method, self._errors = port, method, errors

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self._errors:
            return self._raise
        return getattr(self._port, name)

    def _raise(self, **_: object) -> None:
        raise self._errors.pop(0)


@dataclass
class News:
    """A sink that remembers."""

    said: list[Progress] = field(default_factory=list)

    def report(self, *, progress: Progress) -> None:
        self.said.append(progress)

    def phases(self, step: str) -> list[str]:
        return [line.phase for line in self.said if line.step == step]


@dataclass
class World:
    """What outlives a run, and which faults its next runs meet."""

    registries: MemoryRegistries = field(default_factory=lambda: MemoryRegistries(images=_bases()))
    releases: MemoryReleases = field(default_factory=MemoryReleases)
    faults: dict[str, tuple[str, list[Exception]]] = field(default_factory=dict)
    """By the toolbox's name of a port: the method and its errors."""
    closed: list[str] = field(default_factory=list)
    detection_advisor: DetectionAdvisor | None = None
    """Asked where the settings name a language model."""

    def __post_init__(self) -> None:
        self.runtime = MemoryRuntime(registries=self.registries)
        self.runtime.programs = {"pip", "python", "npm", "find", "groupadd", "mkdir", "chown"}
        self.registry = MemoryRegistry(store=self.registries)
        self.scanner = MemoryScanner(database_date="2026-01-01T00:00:00Z")

    def toolbox(self) -> type[Toolbox]:
        """A choice of adapters that finds this world."""
        world = self

        class WorldToolbox(Toolbox):
            @cached_property
            def place(self) -> Place:
                # whatever cluster this machine knows
                return choose(self._request, self.settings.kubernetes, lambda: None)

            @cached_property
            def source_control(self) -> Any:
                return world.met("source_control", super().source_control)

            @cached_property
            def runtime(self) -> ContainerRuntime:
                self._stack.callback(world.closed.append, "runtime")
                return cast("ContainerRuntime", world.met("runtime", world.runtime))

            @cached_property
            def registry(self) -> Registry:
                self._stack.callback(world.closed.append, "registry")
                return cast("Registry", world.met("registry", world.registry))

            @cached_property
            def scanner(self) -> Scanner:
                return cast("Scanner", world.met("scanner", world.scanner))

            @cached_property
            def target(self) -> DeploymentTarget:
                self._stack.callback(world.closed.append, "target")
                target = MemoryTarget(world.releases, variables=self.variables)
                return cast("DeploymentTarget", world.met("target", target))

            @cached_property
            def detection_advisor(self) -> DetectionAdvisor | None:
                return world.detection_advisor

        return WorldToolbox

    def met(self, name: str, port: object) -> object:
        """The port, with its fault when there is one."""
        fault = self.faults.get(name)
        return Faulty(port, *fault) if fault else port


Give = Callable[[World], type[Toolbox]]


def _bases() -> dict[str, StoredImage]:
    names = ("python:3.11-slim", "python:3.13-slim", "node:20-slim", "node:22-slim", "node:24-slim")
    return {f"docker.io/library/{name}": base_image(name) for name in names}
