"""The whole run on Podman, through the API that it shares with Docker."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contracts.real import absent
from tests.e2e.kit import Kit, get

pytestmark = pytest.mark.podman

SOCKET = os.environ.get("CONTAINERKIT_LAB_PODMAN", "unix:///run/podman/podman.sock")


def test_a_repository_becomes_an_answering_application_on_podman(
    session_kit: Kit, app: Callable[[str], Path], free_port: int
) -> None:
    if not Path(SOCKET.removeprefix("unix://")).is_socket():
        absent("podman", f"no socket at {SOCKET}; python3 tests/lab up podman")
    engine = ("--runtime", "podman", "--engine-endpoint", SOCKET)
    run = ("run", str(app("hello-python")), "--name", "e2e-podman", "--progress", "json", "--publish", str(free_port))
    try:
        ended = session_kit(*run, *engine)
        assert ended.code == 0, ended.out + ended.err
        assert get(free_port) == (200, "Hello from hello-python\n")
        record = next(line["record"] for line in ended.lines if line["event"] == "result")
        assert isinstance(record, dict)
        build = next(step for step in record["steps"] if step["name"] == "build")
        assert any("builder" in warning for warning in build["warnings"]), build
    finally:
        session_kit("delete", "e2e-podman", "--yes", *engine)
