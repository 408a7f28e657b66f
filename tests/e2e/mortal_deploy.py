"""Deploys in a process of its own, which kills itself at a given call to the engine."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from tasks.models import Application
from tasks.ports import ContainerRuntime
from tests.contracts.target_labs import docker_engine
from tests.contracts.target_shop import Shop

Moment = Literal["before", "after"]


class Mortal:
    """An engine; SIGKILL before or after the n-th call of one method."""

    def __init__(self, runtime: ContainerRuntime, method: str, count: int, moment: Moment) -> None:
        self._runtime = runtime
        self._method = method
        self._left = count
        self._moment = moment

    def __getattr__(self, name: str) -> object:
        method: Callable[..., object] = getattr(self._runtime, name)
        if name != self._method:
            return method

        def call(**arguments: object) -> object:
            self._left -= 1
            if self._left == 0 and self._moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = method(**arguments)
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call


def main(folder: str, image: str, name: str, port: str, version: str, method: str, count: str, moment: Moment) -> None:
    """Release this version; does not return when the call comes."""
    lab = docker_engine(Path(folder))
    lab.image = image
    lab.runtime = Mortal(lab.runtime, method, int(count), moment)  # type: ignore[assignment]  # by name, like the port
    Shop(lab, lab.target(), Application(name=name), int(port)).deploy(version=version)


if __name__ == "__main__":
    main(*sys.argv[1:])  # type: ignore[arg-type]  # the test's own words
