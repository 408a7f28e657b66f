"""What the suites of registries share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.registry import HttpRegistry


@pytest.fixture
def docker_config(tmp_path: Path) -> Path:
    folder = tmp_path / "docker"
    folder.mkdir()
    return folder


@pytest.fixture
def tool(docker_config: Path) -> Iterator[HttpRegistry]:
    registry = HttpRegistry(docker_config=docker_config)
    yield registry
    registry.close()
