"""A container engine in memory: images, containers, networks and logs, with published ports that really answer."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

from tasks.errors import Invalid, Missing, Rejected
from tasks.models import (
    Application,
    Container,
    ContainerSpec,
    Image,
    RuntimeDescription,
    Variable,
)
from tests.world.containers import MemoryContainer, check_reachable
from tests.world.image_store import MemoryRegistries, StoredImage
from tests.world.images import MemoryImages
from tests.world.process import Behaviour, behaviour_of

__all__ = ["MemoryContainer", "MemoryRuntime"]

_LARGEST_FILE = 1024 * 1024
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


class MemoryRuntime(MemoryImages):
    """The ContainerRuntime port without an engine.

    `script` says what a command does; `registries` can be shared with other parts of the world.
    """

    def __init__(
        self, *, registries: MemoryRegistries | None = None, builder: Literal["buildkit", "classic"] = "buildkit"
    ) -> None:
        super().__init__(registries=registries, builder=builder)
        self.containers: dict[str, MemoryContainer] = {}
        self.networks: dict[str, bool] = {}
        """Whether a network is ours."""
        self.scripts: dict[str, Behaviour | Callable[[MemoryContainer], Behaviour]] = {}
        self._ticks = itertools.count()

    def script(self, command: str, behaviour: Behaviour | Callable[[MemoryContainer], Behaviour]) -> None:
        """From now on a container whose command, joined by spaces, holds this text behaves so."""
        self.scripts[command] = behaviour

    def at(self, network: str, name: str) -> MemoryContainer | None:
        """The running container that has this name or alias in a network."""
        running = (
            each for each in self.containers.values() if each.state == "running" and each.spec.network == network
        )
        return next((each for each in running if name in {each.name, each.spec.alias}), None)

    def add_foreign(self, name: str) -> str:
        """A container that somebody else has made."""
        spec = ContainerSpec(name=name, application=Application(name="foreign"), kind="web", image="foreign")
        made = self._made(
            spec, StoredImage(Image(id="sha256:foreign", os="linux", architecture="amd64", size_bytes=1)), {}
        )
        made.ours = False
        return made.id

    def describe(self, *, timeout_s: float = 5) -> RuntimeDescription:
        del timeout_s
        self._check()
        return RuntimeDescription(
            name="docker",
            version="0.0",
            api_version="1.41",
            endpoint="memory://",
            why="the in-memory world",
            architecture="amd64",
            os="linux",
            builder=self._builder,
            free_bytes=10**11,
        )

    def run(self, *, spec: ContainerSpec, variables: tuple[Variable, ...], timeout_s: float) -> Container:
        del timeout_s
        self._check()
        image_id = self._resolved(spec.image)
        if image_id is None:
            raise Missing(
                f"cannot run {spec.name}: no such image: {spec.image}", hint="look at the image's name and tag"
            )
        if spec.network:
            self.networks.setdefault(spec.network, True)
        values = {setting.name: setting.value for setting in spec.settings}
        values |= {variable.name: variable.value.get_secret_value() for variable in variables}
        made = self._made(spec, self.images[image_id], values)
        try:
            self._start(made)
        except (Invalid, Rejected):
            del self.containers[made.id]
            self._remove_network(spec.network)
            raise
        return made.seen()

    def start(self, *, container_id: str, timeout_s: float = 30) -> Container:
        del timeout_s
        found = self._container(container_id)
        if found.state != "running":
            self._start(found)
        return found.seen()

    def stop(self, *, container_id: str, grace_s: float = 10) -> None:
        del grace_s
        found = self._container(container_id)
        if found.state in {"running", "restarting"}:
            found.exit_code = found.exit_code if found.state == "restarting" else found.behaviour.stop_code
            found.state = "exited"
            found.release()

    def rename(self, *, container_id: str, name: str, timeout_s: float = 10) -> None:
        del timeout_s
        found = self._container(container_id)
        self._check_name(name)
        found.name = name

    def write(self, *, container_id: str, path: str, content: bytes, timeout_s: float = 10) -> None:
        del timeout_s
        found = self._container(container_id)
        check_reachable(found, path)
        if found.spec.read_only:
            raise Rejected(f"cannot change {path} in {found.name}: container rootfs is marked read-only")
        found.files[path] = content

    def read(self, *, container_id: str, path: str, timeout_s: float = 10) -> bytes | None:
        del timeout_s
        found = self._container(container_id)
        check_reachable(found, path)
        content = found.files.get(path)
        if content is not None and len(content) > _LARGEST_FILE:
            raise Invalid(f"{path} holds {len(content):,} bytes", hint="read a smaller file")
        return content

    def logs(self, *, container_id: str, tail_lines: int = 200, timeout_s: float = 10) -> str:
        del timeout_s
        lines = self._container(container_id).lines[-tail_lines:]
        return "".join(f"{line}\n" for line in lines)

    def list(self, *, application: Application | None = None, timeout_s: float = 10) -> tuple[Container, ...]:
        del timeout_s
        self._check()
        ours = (each for each in self.containers.values() if each.ours)
        return tuple(each.seen() for each in ours if application in {None, each.spec.application})

    def remove(self, *, container_id: str, timeout_s: float = 30) -> None:
        del timeout_s
        found = self._container(container_id)
        if not found.ours:
            raise Invalid(f"{found.name} is no container of ours", hint=f"docker rm {container_id}")
        found.release()
        del self.containers[found.id]
        self._remove_network(found.spec.network)

    def _remove_network(self, network: str | None) -> None:
        if (
            network
            and self.networks.get(network)
            and not any(each.spec.network == network for each in self.containers.values())
        ):
            del self.networks[network]

    def close(self) -> None:
        """Free every port. What an engine holds stays."""
        for each in self.containers.values():
            each.release()

    def _check_name(self, name: str) -> None:
        if any(each.name == name for each in self.containers.values()):
            raise Invalid(f"the container name {name} is already in use", hint="remove or rename the other one first")

    def _container(self, container_id: str) -> MemoryContainer:
        self._check()
        found = [each for each in self.containers.values() if container_id in {each.id, each.name}]
        if not found:
            raise Missing(f"no such container: {container_id}", hint="`containerkit list` shows what runs")
        return found[0]

    def _now(self) -> str:
        return (_BEGINNING + timedelta(seconds=next(self._ticks))).isoformat().replace("+00:00", "Z")

    def _made(self, spec: ContainerSpec, stored: StoredImage, variables: dict[str, str]) -> MemoryContainer:
        self._check_name(spec.name)
        created = self._now()
        made = MemoryContainer(
            id=hashlib.sha256(f"{spec.name} {created}".encode()).hexdigest(),
            spec=spec,
            stored=stored,
            behaviour=Behaviour(),
            variables={**stored.variables, **variables},
            name=spec.name,
            created=created,
            files=dict(stored.files),
        )
        self.containers[made.id] = made
        return made

    def _start(self, made: MemoryContainer) -> None:
        made.start(self._behaviour(made, made.command), self._now())

    def _behaviour(self, made: MemoryContainer, command: tuple[str, ...]) -> Behaviour:
        text = " ".join(command)
        fitting = [each for each in self.scripts if each in text]
        if not fitting:
            return behaviour_of(command, made.variables)
        found = self.scripts[max(fitting, key=len)]
        return found if isinstance(found, Behaviour) else found(made)
