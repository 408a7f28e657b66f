"""Applications on a real cluster for tests: their clients, their objects, and what is done to their namespace."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from tasks.errors import StepError
from tasks.models import DeployRequest, Manifests, Progress, ReleasePlan
from tests.contracts.cluster import Cluster
from tests.contracts.kubernetes_lab import KubernetesLab
from tests.contracts.real import eventually
from tests.contracts.target_shop import Shop
from tests.e2e.traffic import Clients, PatientTraffic, Traffic

_PORT = 80


class ProxyTraffic(Traffic):
    """Asks through the API server: for machines that have no route to the addresses of Services."""

    def __init__(self, cluster: Cluster, path: str) -> None:
        super().__init__(0, path=path)
        self._cluster = cluster

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        del connection
        answer = self._cluster.ask("GET", self._path)
        if answer.status < 500:
            self.answered += 1
            self.bodies.add(answer.text)
        else:
            self.failures.append(f"status {answer.status}: {answer.message}")


@dataclass
class Timed:
    """A sink that remembers when it was told what."""

    seen: list[tuple[float, str]] = field(default_factory=list)

    def report(self, *, progress: Progress) -> None:
        self.seen.append((time.monotonic(), progress.message))

    def when(self, words: str) -> float:
        """The last time that this was said."""
        return next(at for at, message in reversed(self.seen) if words in message)


@dataclass
class Stage:
    """A shop, and its cluster as an administrator sees it."""

    shop: Shop
    admin: Cluster

    @property
    def lab(self) -> KubernetesLab:
        assert isinstance(self.shop.lab, KubernetesLab)
        return self.shop.lab

    @property
    def namespace(self) -> str:
        return self.shop.application.namespace

    def path(self, kind: str, name: str = "") -> str:
        """Where the namespace has this: `apps/v1/deployments`, `v1/pods`."""
        prefix = "/apis" if kind.count("/") > 1 else "/api"
        version, _, plural = kind.rpartition("/")
        return f"{prefix}/{version}/namespaces/{self.namespace}/{plural}" + (f"/{name}" if name else "")

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """All of a kind in the namespace."""
        found: list[dict[str, Any]] = self.admin.have("GET", self.path(kind))["items"]
        return found

    def deployment(self) -> dict[str, Any]:
        """The application's own."""
        found: dict[str, Any] = self.admin.have("GET", self.path("apps/v1/deployments", self.shop.application.name))
        return found

    def pods(self) -> dict[str, str]:
        """Those of the application that nobody ends: name to the number of their release."""
        name = self.shop.application.name
        return {
            each["metadata"]["name"]: each["metadata"]["labels"]["io.containerkit.release"]
            for each in self.objects("v1/pods")
            if each["metadata"]["labels"].get("app.kubernetes.io/name") == name
            and "deletionTimestamp" not in each["metadata"]
        }

    def clients(self) -> Clients:
        """Clients of the Service: at its own address where this machine has a route to it, else by the API server."""
        name = self.shop.application.name
        address = self.admin.have("GET", self.path("v1/services", name))["spec"]["clusterIP"]
        with socket.socket() as probe:
            probe.settimeout(2)
            if probe.connect_ex((address, _PORT)) == 0:
                kinds = (Traffic, PatientTraffic)
                return Clients(traffic=tuple(kind(_PORT, path="/version", host=address) for kind in kinds))
        return self.proxied()

    def proxied(self) -> Clients:
        """A client that asks the API server."""
        proxy = self.path("v1/services", f"{self.shop.application.name}:http/proxy/version")
        return Clients(traffic=(ProxyTraffic(self.admin, proxy),))

    def manifests(self, plan: ReleasePlan, change: Callable[[dict[str, Any]], None] | None = None) -> Manifests:
        """The plan's objects; `change` is given its Deployment."""
        workload = self.lab.workload(plan)
        assert isinstance(workload, Manifests)
        if change is None:
            return workload
        return workload.changed(
            objects=tuple(
                each.changed(yaml=_edited(each.yaml, change)) if each.kind == "Deployment" else each
                for each in workload.objects
            )
        )

    def refusal(self, workload: Manifests, *, timeout_s: float = 60) -> Refusal:
        """How a deploy of it ends that must end badly, and how long all that took."""
        sink, started = Timed(), time.monotonic()
        request = DeployRequest(workload=workload, source="https://git.invalid/team/shop", timeout_s=timeout_s)
        try:
            release = self.shop.target.deploy(request=request, progress=sink)
        except StepError as error:
            return Refusal(error, time.monotonic() - started, sink)
        message = f"{release.summary()} should have failed"
        raise AssertionError(message)

    def settled(self, number: int) -> float:
        """The time when the pods of this release are the only ones, and ready."""

        def look() -> bool:
            status = self.shop.target.status(application=self.shop.application)
            return status.ready and set(self.pods().values()) == {str(number)}

        eventually(look, within_s=60)
        return time.monotonic()


@dataclass
class Refusal:
    """A deploy that failed."""

    error: StepError
    took_s: float
    sink: Timed


def _edited(text: str, change: Callable[[dict[str, Any]], None]) -> str:
    node = yaml.safe_load(text)
    change(node)
    return yaml.safe_dump(node, sort_keys=True)


def container(deployment: dict[str, Any]) -> dict[str, Any]:
    """The one container of its pods."""
    found: dict[str, Any] = deployment["spec"]["template"]["spec"]["containers"][0]
    return found
