"""What an image is built for."""

from __future__ import annotations

import pytest

from flows.requests import platform
from tasks.models import ClusterInfo, RuntimeDescription

ENGINE = RuntimeDescription(
    name="docker",
    version="28",
    api_version="1.41",
    endpoint="unix:///engine.sock",
    why="a test",
    architecture="amd64",
    os="linux",
    builder="buildkit",
)


@pytest.mark.parametrize(
    ("offered", "wanted"),
    [((), None), (("amd64",), None), (("amd64", "arm64"), None), (("arm64",), "linux/arm64")],
)
def test_another_architecture_is_built_for_only_where_no_node_has_the_engine_s(
    offered: tuple[str, ...], wanted: str | None
) -> None:
    info = ClusterInfo(target="kubernetes", name="kind", version="v1.33.0", architectures=offered)

    assert platform(info, ENGINE) == wanted
