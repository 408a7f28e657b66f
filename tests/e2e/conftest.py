"""containerkit as a user has it: the console script, an engine, a state folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contracts.cluster import Cluster, kubeconfig
from tests.contracts.kubernetes_lab import KubernetesLab, namespaces
from tests.contracts.real import absent
from tests.contracts.target_shop import Shop
from tests.e2e.cluster_stage import Stage
from tests.e2e.kit import APPS, Kit


@pytest.fixture(scope="session")
def session_kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    kit = Kit(tmp_path_factory.mktemp("containerkit"))
    yield kit
    kit("server", "stop")


@pytest.fixture
def kit(session_kit: Kit, engine: None) -> Iterator[Kit]:
    del engine
    yield session_kit
    while session_kit.names:
        session_kit("delete", session_kit.names.pop(), "--yes")


@pytest.fixture(scope="session")
def engine() -> None:
    """An engine that answers; a skip without one, a failure where REQUIRE_REAL wants it."""
    docker = shutil.which("docker")
    answered = docker and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0
    if not answered:
        absent("docker", "no container engine answers; python3 tests/lab up")


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def app(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of one of tests/apps, to be changed."""

    def copy(name: str) -> Path:
        return Path(shutil.copytree(APPS / name, tmp_path / name))

    return copy


@pytest.fixture(scope="session")
def lab_registry() -> str:
    """A registry on this machine that takes pushes."""
    address = os.environ.get("CONTAINERKIT_LAB_REGISTRY", "127.0.0.1:5000")
    try:
        urllib.request.urlopen(f"http://{address}/v2/", timeout=5).close()
    except OSError:
        absent("registry", f"none answers at {address}; python3 tests/lab up registry")
    return address


@pytest.fixture(scope="session")
def admin() -> Iterator[Cluster]:
    """A real cluster, by its administrator."""
    with Cluster(kubeconfig()) as found:
        yield found


@pytest.fixture(scope="module")
def places() -> Iterator[tuple[str, str]]:
    """Two namespaces that enforce "restricted"."""
    with namespaces() as found:
        yield found


@pytest.fixture
def stage(admin: Cluster, places: tuple[str, str]) -> Iterator[Stage]:
    """A shop on the cluster, deleted after the test."""
    lab = KubernetesLab(*places)
    with lab.opened:
        stage = Stage(Shop(lab, lab.target(), lab.application(), lab.free_port()), admin)
        yield stage
        stage.shop.target.delete(application=stage.shop.application)
