"""The ContainerRuntime suite in memory, on Docker and on Podman; and what only a real engine can show."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import docker
import pytest

from adapters.docker import EngineLocation, connect
from tasks.errors import StepError
from tests.contracts.engine_under_test import BASE, Engine
from tests.contracts.real import absent
from tests.contracts.runtime_contract import RuntimeContract, taken_port
from tests.world.runtime import MemoryRuntime

__all__ = ["taken_port"]

REGISTRY = os.environ.get("CONTAINERKIT_LAB_REGISTRY", "127.0.0.1:5000")


def _quiet(text: str) -> str:
    return text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "context"
    path.mkdir()
    return path


class TestInMemory(RuntimeContract):
    @pytest.fixture
    def engine(self, folder: Path) -> Iterator[Engine]:
        runtime = MemoryRuntime()
        yield Engine(runtime=runtime, folder=folder, registry="registry.invalid", add_foreign=runtime.add_foreign)
        runtime.close()

    def networks(self, engine: Engine, name: str) -> tuple[str, ...]:
        assert isinstance(engine.runtime, MemoryRuntime)
        return tuple(each for each in engine.runtime.networks if each == name)


class RealContract(RuntimeContract):
    """What Docker and Podman show beside the port's own suite."""

    system: Literal["docker", "podman"]
    location: EngineLocation

    @pytest.fixture
    def engine(self, folder: Path) -> Iterator[Engine]:
        runtime = connect(self.system, None, self.location, redact=_quiet)
        try:
            endpoint = runtime.describe().endpoint
        except StepError as error:
            absent(self.system, error.message)
        vendor = docker.DockerClient(base_url=endpoint, timeout=60)
        made: list[str] = []

        def add_foreign(name: str) -> str:
            made.append(str(vendor.containers.create(BASE, ["sleep", "60"], name=name).id))
            return made[-1]

        engine = Engine(runtime=runtime, folder=folder, registry=REGISTRY, add_foreign=add_foreign)
        yield engine
        engine.clear()
        for each in made:
            vendor.containers.get(each).remove(force=True)
        for image in vendor.images.list(filters={"label": "org.opencontainers.image.revision=abc"}):
            if any(engine.mark in tag for tag in image.tags):
                vendor.images.remove(str(image.id), force=True)
        vendor.close()

    def networks(self, engine: Engine, name: str) -> tuple[str, ...]:
        vendor = docker.DockerClient(base_url=engine.runtime.describe().endpoint)
        found = tuple(str(each.name) for each in vendor.networks.list(names=[name]))
        vendor.close()
        return found


@pytest.mark.docker
class TestOnDocker(RealContract):
    system = "docker"
    location = EngineLocation(docker_host=os.environ.get("DOCKER_HOST"))


@pytest.mark.podman
class TestOnPodman(RealContract):
    system = "podman"
    location = EngineLocation(
        container_host=os.environ.get("CONTAINERKIT_LAB_PODMAN") or os.environ.get("CONTAINER_HOST"),
        run_folder=Path(os.environ["XDG_RUNTIME_DIR"]) if "XDG_RUNTIME_DIR" in os.environ else None,
    )
