"""How a suite says that a real system is not there, and how it waits for one."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import NoReturn, TypeVar

import pytest

T = TypeVar("T")


def absent(system: str, reason: str) -> NoReturn:
    """Skip, or fail when REQUIRE_REAL names this system."""
    if system in os.environ.get("REQUIRE_REAL", "").split(","):
        pytest.fail(f"{system} is required and absent: {reason}")
    pytest.skip(f"no {system}: {reason}")


def eventually(look: Callable[[], T | None], *, within_s: float = 20) -> T:
    """The first thing that is seen, looked for until the deadline."""
    end = time.monotonic() + within_s
    pause = threading.Event()
    while (seen := look()) is None or seen is False:
        if time.monotonic() > end:
            pytest.fail(f"not seen within {within_s:g} s")
        pause.wait(0.05)
    return seen
