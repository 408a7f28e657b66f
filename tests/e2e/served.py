"""`containerkit serve` as a terminal has it: a process group of its own, Ctrl-C to all of it, and Prefect's API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contracts.real import eventually
from tests.e2e.kit import SCRIPT, Kit

_LIMIT_S = 120


@dataclass
class Service:
    """A command that goes on until Ctrl-C."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.said.append(line)

    def says(self, words: str) -> bool:
        return any(words in line for line in list(self.said))

    def interrupt(self) -> int:
        """Ctrl-C, which a terminal sends to every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(_LIMIT_S)


@contextmanager
def running(kit: Kit, *argv: str, cwd: Path, ready: str) -> Iterator[Service]:
    """The command from the moment at which it says that it is ready; killed when a test forgot to end it."""
    process = subprocess.Popen(
        [str(SCRIPT), *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env={**kit.environment(), "COLUMNS": "300"},
        start_new_session=True,
        # a runner that ignores Ctrl-C would hand that down
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    service = Service(process)
    try:
        eventually(lambda: service.says(ready) or process.poll() is not None, within_s=_LIMIT_S)
        assert process.poll() is None, service.said
        yield service
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(_LIMIT_S)
        service.listener.join(_LIMIT_S)


@dataclass(frozen=True)
class PrefectApi:
    """What the UI asks."""

    url: str

    def __call__(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.url}{path}", data, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def start_by_form(self, request: dict[str, Any]) -> str:
        """A run, as the UI's form starts it: its id."""
        deployment = self("/deployments/name/containerize/containerize")["id"]
        body = {"state": {"type": "SCHEDULED"}, "parameters": {"request": request}}
        return str(self(f"/deployments/{deployment}/create_flow_run", body)["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self(f"/flow_runs/{run_id}")
        return found

    def ended(self, run_id: str) -> dict[str, Any]:
        """The run, once it has ended."""
        final = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
        eventually(lambda: self.run(run_id)["state_type"] in final, within_s=_LIMIT_S)
        return self.run(run_id)
