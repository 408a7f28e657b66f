"""What suites of DeploymentTarget release: an application that does what its variables say, and where it runs."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from pydantic import SecretStr

from tasks.errors import Rejected, StepError
from tasks.models import (
    Application,
    DeployRequest,
    Kind,
    Progress,
    PushedImage,
    Release,
    ReleasePlan,
    Resources,
    Setting,
    TargetKind,
    Variable,
    Workload,
)
from tasks.ports import DeploymentTarget

PORT = 8000
LAST_WORDS = "cannot reach the flux capacitor"
"""What the application of the suite prints before it crashes."""


@dataclass
class Recorder:
    """A sink that remembers."""

    seen: list[Progress] = field(default_factory=list)

    def report(self, *, progress: Progress) -> None:
        self.seen.append(progress)


class TargetLab(ABC):
    """A world with a target in it. The suite's application does what its MODE says: see target_app/app.py."""

    kind: TargetKind
    ready_s: float
    """Enough for any good release to become ready."""
    patience_s: float
    """How long to wait for one that never does."""
    namespace = "default"
    other_namespace = "other"

    def __init__(self) -> None:
        self.mark = uuid4().hex[:8]
        self.sink = Recorder()

    @abstractmethod
    def target(self, *variables: Variable) -> DeploymentTarget:
        """The target as a run sees it that was given these variables. The lab closes it."""

    @abstractmethod
    def pushed(self) -> PushedImage:
        """The suite's application."""

    @abstractmethod
    def workload(self, plan: ReleasePlan) -> Workload:
        """What this target takes."""

    @abstractmethod
    def free_port(self) -> int:
        """A port that can be published."""

    def application(self, name: str = "shop") -> Application:
        return Application(name=f"{name}-{self.mark}", namespace=self.namespace)


@dataclass
class Shop:
    """One application on the target, and short words for what is done with it."""

    lab: TargetLab
    target: DeploymentTarget
    application: Application
    port: int

    def plan(self, mode: str = "web", version: str = "1", *, variables: tuple[str, ...] = ()) -> ReleasePlan:
        kinds: dict[str, Kind] = {"worker": "worker", "crashing-worker": "worker", "job": "job", "failing-job": "job"}
        kind = kinds.get(mode, "web")
        settings = {"MODE": mode, "VERSION": version, **({"PORT": str(PORT)} if kind == "web" else {})}
        return ReleasePlan(
            application=self.application,
            target=self.lab.kind,
            pushed=self.lab.pushed(),
            kind=kind,
            port=PORT if kind == "web" else None,
            published_port=self.port if kind == "web" else None,
            health_path="/healthz" if kind == "web" else None,
            settings=tuple(Setting(name=name, value=value) for name, value in settings.items()),
            variables=variables,
            resources=Resources(memory_bytes=64 * 1024 * 1024, cpu_millicores=500),
            source="https://git.invalid/team/shop",
        )

    def deploy(self, mode: str = "web", version: str = "1", *, variables: tuple[str, ...] = ()) -> Release:
        return self.deploy_plan(self.plan(mode, version, variables=variables))

    def deploy_plan(self, plan: ReleasePlan, *, timeout_s: float | None = None) -> Release:
        request = DeployRequest(
            workload=self.lab.workload(plan),
            source=plan.source,
            commit="c" * 40,
            version="1.0.0",
            timeout_s=timeout_s or self.lab.ready_s,
        )
        return self.target.deploy(request=request, progress=self.lab.sink)

    def refused(self, mode: str, version: str = "bad") -> Rejected:
        timeout_s = self.lab.patience_s if mode in {"elsewhere", "unwell"} else self.lab.ready_s
        with pytest.raises(Rejected) as raised:
            self.deploy_plan(self.plan(mode, version), timeout_s=timeout_s)
        return raised.value

    def ask(self, path: str = "/version") -> str:
        return self.target.request(application=self.application, path=path).body

    def states(self) -> dict[int, str]:
        return {each.number: each.state for each in self.target.history(application=self.application)}

    def with_variables(self, **values: str) -> Shop:
        variables = tuple(Variable(name=name, value=SecretStr(value)) for name, value in values.items())
        return Shop(self.lab, self.lab.target(*variables), self.application, self.port)

    @contextmanager
    def visited(self) -> Iterator[list[str | StepError]]:
        """A client that asks for the version all the time; what it got, in order."""
        seen: list[str | StepError] = []
        ended = threading.Event()

        def visit() -> None:
            while not ended.wait(0.02):
                try:
                    seen.append(self.ask())
                except StepError as error:
                    seen.append(error)

        with ThreadPoolExecutor(1) as pool:
            visitor = pool.submit(visit)
            try:
                yield seen
            finally:
                ended.set()
                visitor.result(timeout=30)
