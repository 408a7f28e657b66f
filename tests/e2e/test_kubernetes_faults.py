"""Faults that are made on a real cluster and found by preflight and `fit`, before anything is deployed.

Those that nobody makes on a cluster where others work: tests/unit/adapters/test_kubernetes_faults.py.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.kubernetes import KubernetesLocation, KubernetesTarget
from tasks.errors import Denied, Missing
from tasks.manifests.fit import fit
from tasks.models import Application, Check, ClusterRequest, Image, Manifests, PushedImage, ReleasePlan, Resources
from tests.contracts.certificates import make_authority, make_identity
from tests.contracts.cluster import kubeconfig_of_nobody
from tests.contracts.real import eventually
from tests.e2e.cluster_stage import Stage, container

pytestmark = pytest.mark.kubernetes

GIB = 1024**3


@dataclass
class World:
    """What a run would meet: changed by a fault, then looked at."""

    stage: Stage
    folder: Path
    undone: ExitStack

    def __post_init__(self) -> None:
        self.application: Application = self.stage.shop.application
        self.kubeconfig = self.stage.lab.kubeconfig
        self.plan: ReleasePlan = self.stage.shop.plan()
        self.image: Image = self.stage.lab.pushed().image
        self.edit: Callable[[dict[str, Any]], None] | None = None

    def manifests(self) -> Manifests:
        return self.stage.manifests(self.plan.changed(application=self.application), self.edit)

    def in_a_namespace(self, **labels: str) -> str:
        """One that only this test has."""
        name = self.undone.enter_context(self.stage.admin.namespace(**labels))
        self.application = self.application.changed(namespace=name)
        return name

    def have(self, plural: str, name: str, **document: object) -> None:
        """An object in the application's namespace, seen once the cluster has taken it up."""
        path = f"/api/v1/namespaces/{self.application.namespace}/{plural}"
        self.stage.admin.have("POST", path, {"metadata": {"name": name}, **document})

    def change_kubeconfig(
        self, *, cluster: Mapping[str, str] | None = None, user: Mapping[str, str] | None = None
    ) -> None:
        """Another way to the same cluster; a `user` in place of its administrator."""
        document = yaml.safe_load(self.kubeconfig.read_text())
        document["clusters"][0]["cluster"].update(cluster or {})
        if user:
            document["users"][0]["user"] = user
        self.kubeconfig = self.folder / "kubeconfig"
        self.kubeconfig.touch(mode=0o600)
        self.kubeconfig.write_text(json.dumps(document))

    def found(self) -> tuple[Check, ...]:
        """What speaks against the release, as a run asks it."""
        target = KubernetesTarget(location=KubernetesLocation(kubeconfig=str(self.kubeconfig)))
        try:
            info = target.preflight(request=ClusterRequest(application=self.application))
        finally:
            target.close()
        return fit(info, self.image, self.manifests())


def no_namespace(world: World) -> None:
    world.application = world.application.changed(namespace="no-such-namespace")


def terminating_namespace(world: World) -> None:
    name = world.in_a_namespace()
    path = f"/api/v1/namespaces/{name}/configmaps"
    kept = {"name": "kept", "finalizers": ["tests.invalid/kept"]}
    world.stage.admin.have("POST", path, {"metadata": kept})
    world.stage.admin.have("DELETE", f"/api/v1/namespaces/{name}")
    world.undone.callback(
        lambda: world.stage.admin.have("PUT", f"{path}/kept", {"metadata": {"name": "kept", "finalizers": []}})
    )


def no_rights(world: World) -> None:
    world.kubeconfig = kubeconfig_of_nobody()


def small_quota(world: World) -> None:
    name = world.in_a_namespace()
    world.have("resourcequotas", "small", spec={"hard": {"limits.memory": "32Mi"}})
    path = f"/api/v1/namespaces/{name}/resourcequotas/small"
    eventually(lambda: world.stage.admin.have("GET", path).get("status", {}).get("used"))


def used_up_quota(world: World) -> None:
    name = world.in_a_namespace()
    world.have("resourcequotas", "objects", spec={"hard": {"count/secrets": "0"}})
    path = f"/api/v1/namespaces/{name}/resourcequotas/objects"
    eventually(lambda: world.stage.admin.have("GET", path).get("status", {}).get("used"))


def limit_range(world: World) -> None:
    world.in_a_namespace()
    world.have("limitranges", "small", spec={"limits": [{"type": "Container", "max": {"memory": "48Mi"}}]})


def baseline_pods(world: World) -> None:
    world.plan = world.plan.changed(pod_security="baseline")


def too_much_memory(world: World) -> None:
    world.plan = world.plan.changed(resources=Resources(memory_bytes=4096 * GIB))


def too_much_cpu(world: World) -> None:
    world.plan = world.plan.changed(resources=Resources(cpu_millicores=10_000_000))


def other_architecture(world: World) -> None:
    world.image = world.image.changed(architecture="s390x")


def image_not_pushed(world: World) -> None:
    world.plan = world.plan.changed(pushed=PushedImage(image=world.image.changed(id=f"sha256:{'1' * 64}")))


def image_of_root(world: World) -> None:
    world.image = world.image.changed(user="")
    world.edit = without_a_user


def image_of_a_name(world: World) -> None:
    world.image = world.image.changed(user="node")
    world.edit = without_a_user


def without_a_user(deployment: dict[str, Any]) -> None:
    deployment["spec"]["template"]["spec"]["securityContext"].pop("runAsUser")


def unknown_field(world: World) -> None:
    world.edit = lambda deployment: container(deployment).update(replicaz=3)


def ended_certificate(world: World) -> None:
    identity = make_identity(ended=True)
    data = {"client-certificate-data": identity.certificate, "client-key-data": identity.key}
    world.change_kubeconfig(user={name: base64.b64encode(text).decode() for name, text in data.items()})


def unknown_authority(world: World) -> None:
    other = make_authority(world.folder).ca_file.read_bytes()
    world.change_kubeconfig(cluster={"certificate-authority-data": base64.b64encode(other).decode()})


def other_name(world: World) -> None:
    world.change_kubeconfig(cluster={"tls-server-name": "elsewhere.invalid"})


def ended_token(world: World) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": 1_700_000_000}).encode()).decode().rstrip("=")
    world.change_kubeconfig(user={"token": f"e30.{claims}.c2lnbmVk"})


FAULTS: dict[str, tuple[Callable[[World], None], str, str, str]] = {
    "no namespace": (
        no_namespace, "namespace", "there is no namespace no-such-namespace", "kubectl create namespace",
    ),
    "namespace terminating": (terminating_namespace, "namespace", "is being deleted (Terminating)", "wait until"),
    "no permission": (no_rights, "permissions", "these credentials may not: get, create, patch", "containerkit doctor"),
    "quota too small": (
        small_quota, "quota", "quota small allows 32 MiB limits.memory; the release needs 64 MiB", "larger quota",
    ),
    "quota used up": (
        used_up_quota, "quota", "quota objects has 0 of 0 count/secrets left; the release needs 1 more", "larger quota",
    ),
    "limit range": (
        limit_range, "limit range", "may take 64 MiB memory; at most 48 MiB is let (limit range small)", "limit range",
    ),
    "Pod Security refuses baseline pods": (baseline_pods, "Pod Security", "restricted refuses the pods", "restricted"),
    "more memory than a node has": (
        too_much_memory, "memory", "requests 1024 GiB memory; the largest node", "larger node",
    ),
    "more cpu than a node has": (too_much_cpu, "cpu", "requests 1000 cpu; the largest node", "larger node"),
    "image of another architecture": (
        other_architecture, "architecture", "the image is for s390x", "build it for linux/",
    ),
    "image not pushed": (image_not_pushed, "registry", "the image was not pushed", "--image REGISTRY/NAME"),
    "image runs as root": (image_of_root, "user", "the image runs as root", "--dockerfile improved"),
    "image runs as a name": (image_of_a_name, "user", "'node', which only the image can resolve", "with a number"),
    "field that the cluster does not know": (unknown_field, "schema", "'replicaz' was unexpected", "containerkit plan"),
    "client certificate ended": (ended_certificate, "client certificate", "it ended at ", "new kubeconfig"),
    "unknown authority": (
        unknown_authority, "server certificate", "unable to get local issuer certificate", "get its kubeconfig anew",
    ),
    "server by another name": (other_name, "server certificate", "elsewhere.invalid", "tls-server-name"),
    "token ended": (ended_token, "token", "it ended at 2023-11-14 22:13 UTC", "new token"),
}  # fmt: skip


@pytest.fixture
def world(stage: Stage, tmp_path: Path) -> Iterator[World]:
    with ExitStack() as undone:
        yield World(stage, tmp_path, undone)


def test_a_cluster_and_a_release_that_are_well_have_nothing_against_them(world: World) -> None:
    assert world.found() == ()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_before_a_release(
    world: World, name: str, record_property: Callable[[str, object], None]
) -> None:
    fault, check, words, hint = FAULTS[name]
    fault(world)

    seen = world.found()[0]

    record_property(name, f"{seen.name}: {seen.detail} → {seen.hint}")
    assert (seen.name, words in seen.detail, hint in seen.hint) == (check, True, True), seen
    assert world.stage.objects("apps/v1/deployments") == []


def test_a_token_that_the_server_does_not_know_is_denied(world: World) -> None:
    world.change_kubeconfig(user={"token": "nobody-s"})

    with pytest.raises(Denied, match="Unauthorized") as raised:
        world.found()

    assert "log in to the cluster again" in raised.value.hint


def test_a_server_that_nobody_listens_at_is_missing(world: World) -> None:
    world.change_kubeconfig(cluster={"server": "https://127.0.0.1:1"})

    with pytest.raises(Missing, match="refused") as raised:
        world.found()

    assert "start the cluster" in raised.value.hint
