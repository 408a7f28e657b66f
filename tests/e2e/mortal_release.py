"""Changes releases on a cluster in a process of its own, which kills itself at a given call to the API server."""

from __future__ import annotations

import os
import re
import signal
import sys
from typing import Literal

from adapters.kubernetes.api import Api, Reply
from tasks.models import Application, Progress
from tests.contracts.kubernetes_lab import KubernetesLab
from tests.contracts.target_shop import Shop

Moment = Literal["before", "after", "never"]


class MortalApi(Api):
    """SIGKILL before or after the n-th call that fits; dry runs do not count."""

    def __init__(self, alive: Api, call: str, count: int, moment: Moment) -> None:
        super().__init__(alive.connection)
        self._fitting = re.compile(call)
        self._left = count
        self._moment = moment

    def call(self, method: str, path: str, *given: object, **named: object) -> Reply:
        query = named.get("query")
        dry = isinstance(query, dict) and "dryRun" in query
        if dry or self._moment == "never" or not self._fitting.fullmatch(f"{method} {path}"):
            return super().call(method, path, *given, **named)  # type: ignore[arg-type]  # as they came
        self._left -= 1
        if self._left == 0 and self._moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        reply = super().call(method, path, *given, **named)  # type: ignore[arg-type]  # as they came
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return reply


class Aloud:
    """A sink that says everything at once."""

    def report(self, *, progress: Progress) -> None:
        print(progress.message, flush=True)


def main(namespace: str, name: str, act: str, mode: str, version: str, call: str, count: str, moment: Moment) -> None:
    """Do it; does not return when the call comes."""
    lab = KubernetesLab(namespace, namespace)
    lab.sink = Aloud()  # type: ignore[assignment]  # a sink is all that is needed
    with lab.opened:
        target = lab.target()
        target._opened = MortalApi(target._api, call, int(count), moment)
        shop = Shop(lab, target, Application(name=name, namespace=namespace), lab.free_port())
        if act == "restore":
            target.restore(application=shop.application, number=None)
        elif act == "delete":
            target.delete(application=shop.application)
        else:
            shop.deploy(mode, version)


if __name__ == "__main__":
    # a runner that ignores Ctrl-C would hand that down
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main(*sys.argv[1:])  # type: ignore[arg-type]  # the test's own words
