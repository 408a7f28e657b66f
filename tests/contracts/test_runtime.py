"""The ContainerRuntime suite in memory, on Docker and on Podman; and what only a real engine can show."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.docker import EngineLocation
from tests.contracts.engine_under_test import Engine
from tests.contracts.real_engine_contract import RealContract
from tests.contracts.runtime_contract import RuntimeContract, taken_port
from tests.world.runtime import MemoryRuntime

__all__ = ["taken_port"]


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


@pytest.mark.docker
class TestOnDocker(RealContract):
    system = "docker"
    location = EngineLocation(docker_host=os.environ.get("DOCKER_HOST"))


@pytest.mark.podman
class TestOnPodman(RealContract):
    system = "podman"
    ends_within_s = 12  # 4.3 lets the instruction that runs come to its end, and begins no other one
    tells_out_of_memory = False  # with runc on cgroup v1: the exit code alone says 137
    location = EngineLocation(
        container_host=os.environ.get("CONTAINERKIT_LAB_PODMAN") or os.environ.get("CONTAINER_HOST"),
        run_folder=Path(os.environ["XDG_RUNTIME_DIR"]) if "XDG_RUNTIME_DIR" in os.environ else None,
    )
