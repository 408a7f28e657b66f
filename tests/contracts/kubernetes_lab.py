"""Where the DeploymentTarget suite runs on a cluster: two namespaces that enforce "restricted", gone afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import docker
import httpx
from docker.errors import DockerException

from adapters.kubernetes import KubernetesLocation, KubernetesTarget, Pace
from tasks.manifests import kubernetes_manifests
from tasks.models import Image, ImageRef, PushedImage, ReleasePlan, Variable, Workload
from tests.contracts.cluster import Cluster, kubeconfig
from tests.contracts.real import absent
from tests.contracts.target_labs import built
from tests.contracts.target_shop import TargetLab

_REGISTRY = os.environ.get("CONTAINERKIT_LAB_REGISTRY", "127.0.0.1:5000")
_REPOSITORY = "containerkit-tests/target-app"
_LEVEL = "pod-security.kubernetes.io/enforce"
_MANIFEST = (
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json,"
    "application/vnd.docker.distribution.manifest.v2+json"
)


class KubernetesLab(TargetLab):
    """Two namespaces of a real cluster."""

    kind = "kubernetes"
    ready_s, patience_s = 60, 6

    def __init__(self, namespace: str, other_namespace: str, *, account: Path | None = None) -> None:
        super().__init__()
        self.namespace, self.other_namespace = namespace, other_namespace
        self.kubeconfig = account or kubeconfig()
        self.opened = ExitStack()

    def target(self, *variables: Variable) -> KubernetesTarget:
        target = KubernetesTarget(
            location=KubernetesLocation(kubeconfig=str(self.kubeconfig)), variables=variables, pace=Pace(lease_s=6)
        )
        self.opened.callback(target.close)
        return target

    def pushed(self) -> PushedImage:
        digest, image = _pushed()
        return PushedImage(image=image, reference=ImageRef.parse(f"{_REGISTRY}/{_REPOSITORY}@{digest}"))

    def workload(self, plan: ReleasePlan) -> Workload:
        return kubernetes_manifests(plan.changed(user_id=10001))

    def free_port(self) -> int:
        return 8080


@contextmanager
def namespaces() -> Iterator[tuple[str, str]]:
    """Two of them, or a skip."""
    _pushed()
    with (
        Cluster(kubeconfig()) as cluster,
        cluster.namespace(**{_LEVEL: "restricted"}) as one,
        cluster.namespace(**{_LEVEL: "restricted"}) as other,
    ):
        yield one, other


@cache
def _pushed() -> tuple[str, Image]:
    """The suite's application in the registry that the cluster pulls from, pushed once: its digest, and what it is."""
    kubeconfig()
    try:
        client = docker.from_env(timeout=120)
        client.ping()
    except DockerException as error:
        absent("kubernetes", f"no engine to build the suite's application with: {error}")
    with ExitStack() as opened:
        opened.callback(client.close)
        image = client.images.get(built(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")))
        image.tag(f"{_REGISTRY}/{_REPOSITORY}", "suite")
        said = client.images.push(f"{_REGISTRY}/{_REPOSITORY}", "suite")
        if '"error"' in said:
            absent("kubernetes", f"no registry at {_REGISTRY}: {said[-200:]}")
        answer = httpx.head(
            f"http://{_REGISTRY}/v2/{_REPOSITORY}/manifests/suite", headers={"Accept": _MANIFEST}, trust_env=False
        )
        known = Image(
            id=str(image.id), os="linux", architecture="amd64", user="10001", size_bytes=int(image.attrs["Size"])
        )
        return answer.headers["Docker-Content-Digest"], known
