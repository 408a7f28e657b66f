"""A gateway that is ended in order, and backends that are closed."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.adapters.gateway_kit import Backend, Behaviour, Gateway


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    started = Gateway(tmp_path)
    with started.process:
        yield started
        started.process.send_signal(signal.SIGTERM)
    assert started.process.returncode == 0


@pytest.fixture
def backend() -> Iterator[Callable[[Behaviour], Backend]]:
    with contextlib.ExitStack() as stack:

        def start(behaviour: Behaviour) -> Backend:
            server = Backend(behaviour)
            stack.callback(server.close)
            return server

        yield start
