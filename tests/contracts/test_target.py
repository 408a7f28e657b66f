"""The DeploymentTarget suite in memory, on the engine target over the in-memory engine, and on real engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.kubernetes_lab import KubernetesLab, namespaces
from tests.contracts.target_contract import HistoryContract, TargetContract
from tests.contracts.target_labs import MemoryEngineLab, PlainLab, docker_engine, podman_engine
from tests.contracts.target_shop import TargetLab


class TestInMemory(TargetContract, HistoryContract):
    @pytest.fixture
    def lab(self) -> Iterator[TargetLab]:
        yield PlainLab()  # noqa: PT022 - the suite's fixture yields


class TestOnTheInMemoryEngine(TargetContract, HistoryContract):
    @pytest.fixture
    def lab(self, tmp_path: Path) -> Iterator[TargetLab]:
        lab = MemoryEngineLab(tmp_path)
        with lab.opened:
            yield lab


@pytest.mark.docker
class TestOnDocker(TargetContract, HistoryContract):
    @pytest.fixture
    def lab(self, tmp_path: Path) -> Iterator[TargetLab]:
        lab = docker_engine(tmp_path)
        with lab.opened:
            yield lab


@pytest.mark.podman
class TestOnPodman(TargetContract):
    @pytest.fixture
    def lab(self, tmp_path: Path) -> Iterator[TargetLab]:
        lab = podman_engine(tmp_path)
        with lab.opened:
            yield lab


@pytest.fixture(scope="module")
def places() -> Iterator[tuple[str, str]]:
    with namespaces() as found:
        yield found


@pytest.mark.kubernetes
class TestOnKubernetes(TargetContract, HistoryContract):
    @pytest.fixture
    def lab(self, places: tuple[str, str]) -> Iterator[TargetLab]:
        lab = KubernetesLab(*places)
        with lab.opened:
            yield lab
