"""Faults of clusters that no test makes on a real one, found before a release; an emulated server answers.

The others are made on a real cluster: tests/e2e/test_kubernetes_faults.py.
"""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from adapters.kubernetes import KubernetesLocation, KubernetesTarget
from tasks.errors import Denied, Missing, Rejected, StepError, Unavailable
from tasks.manifests import kubernetes_manifests
from tasks.manifests.fit import fit
from tasks.models import Application, Check, ClusterInfo, ClusterRequest, Image, ImageRef, PushedImage, ReleasePlan
from tests.contracts.certificates import make_authority, make_identity
from tests.unit.cluster_server import EmulatedCluster, emulated, node

SHOP = Application(name="shop", namespace="team")
IMAGE = Image(id="sha256:1", os="linux", architecture="amd64", user="10001", size_bytes=1)
PLAN = ReleasePlan(
    application=SHOP,
    target="kubernetes",
    pushed=PushedImage(image=IMAGE, reference=ImageRef.parse(f"registry.invalid/shop@sha256:{'2' * 64}")),
    kind="web",
    port=8000,
    user_id=10001,
    source="https://git.invalid/shop",
)


@pytest.fixture
def cluster() -> Iterator[EmulatedCluster]:
    with emulated() as running:
        yield running


def looked_at(location: KubernetesLocation, *, timeout_s: float = 15) -> ClusterInfo:
    target = KubernetesTarget(location=location)
    try:
        return target.preflight(request=ClusterRequest(application=SHOP), timeout_s=timeout_s)
    finally:
        target.close()


def found(cluster: EmulatedCluster, plan: ReleasePlan = PLAN) -> tuple[Check, ...]:
    return fit(looked_at(KubernetesLocation(server=cluster.address)), IMAGE, kubernetes_manifests(plan))


def test_a_cluster_that_is_well_has_nothing_against_it_and_is_not_changed(cluster: EmulatedCluster) -> None:
    assert found(cluster) == ()
    changing = [each for each in cluster.asked if not each.startswith("GET ")]
    assert {each.rpartition("/")[2] for each in changing} == {"selfsubjectaccessreviews"}


Edit = Callable[[EmulatedCluster], object]


def says(call: str, document: object, status: int = 200) -> Edit:
    def change(cluster: EmulatedCluster) -> None:
        cluster.answers[call] = (status, document)

    return change


def clock(ahead_s: float) -> Edit:
    return lambda cluster: setattr(cluster, "ahead_s", ahead_s)


def refuses(verb: str, resource: str) -> Edit:
    return lambda cluster: setattr(cluster, "refused", frozenset({(verb, resource)}))


CORDONED, TAINTED, UNREADY = (
    node(unschedulable=True),
    node(taints=[{"key": "node.kubernetes.io/disk-pressure", "effect": "NoSchedule"}]),
    node(unready="Kubelet stopped posting node status."),
)
TERMINATING = {"metadata": {"name": "team"}, "status": {"phase": "Terminating"}}

FAULTS: dict[str, tuple[Edit, str, str, str]] = {
    "node cordoned": (says("GET /api/v1/nodes", CORDONED), "nodes", "node-1 is cordoned", "kubectl describe nodes"),
    "node not ready": (
        says("GET /api/v1/nodes", UNREADY), "nodes", "is not ready (Kubelet stopped", "kubectl describe nodes",
    ),
    "node tainted": (says("GET /api/v1/nodes", TAINTED), "nodes", "has the taint node.kub", "kubectl describe nodes"),
    "no nodes": (says("GET /api/v1/nodes", {"items": []}), "nodes", "the cluster has no nodes", "kubectl describe"),
    "server too old": (
        says("GET /version", {"major": "1", "minor": "29+", "gitVersion": "v1.29.4"}),
        "version", "the server is v1.29.4; our manifests need 1.30", "newer cluster",
    ),
    "clock behind": (clock(900), "clock", "behind the server's", "timedatectl set-ntp true"),
    "clock ahead": (clock(-7200), "clock", "2 hours ahead of the server's", "timedatectl set-ntp true"),
    "namespace terminating": (
        says("GET /api/v1/namespaces/team", TERMINATING), "namespace", "team is being deleted", "wait until",
    ),
    "one verb not allowed": (
        refuses("patch", "secrets"), "permissions", "in team these credentials may not: patch secrets", "doctor",
    ),
    "a verb of its kind not allowed": (
        refuses("create", "services"), "permissions", "in team these credentials may not: create services", "doctor",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_before_a_release(
    cluster: EmulatedCluster, name: str, record_property: Callable[[str, object], None]
) -> None:
    edit, check, words, hint = FAULTS[name]
    edit(cluster)

    (seen,) = found(cluster)

    record_property(name, f"{seen.name}: {seen.detail} → {seen.hint}")
    assert (seen.name, words in seen.detail, hint in seen.hint) == (check, True, True), seen


@pytest.mark.parametrize("apart_s", [-60, 60])
def test_a_clock_that_is_a_little_apart_is_a_warning(cluster: EmulatedCluster, apart_s: float) -> None:
    cluster.ahead_s = apart_s

    info = looked_at(KubernetesLocation(server=cluster.address))

    assert info.failed == ()
    assert "this machine's clock is" in info.warnings[0]


def test_a_registry_on_loopback_is_another_one_to_a_node_elsewhere(cluster: EmulatedCluster) -> None:
    reference = ImageRef.parse(f"127.0.0.1:5000/shop@sha256:{'2' * 64}")

    (seen,) = found(cluster, PLAN.changed(pushed=PLAN.pushed.changed(reference=reference)))

    assert (seen.name, "--pull-image" in seen.hint) == ("registry", True)
    assert "127.0.0.1:5000 is this machine to itself only: node node-1 (192.0.2.77)" in seen.detail


def test_a_registry_that_the_cluster_says_its_nodes_know_is_none_elsewhere(cluster: EmulatedCluster) -> None:
    hosting = {"data": {"localRegistryHosting.v1": 'host: "localhost:5000"\n'}}
    says("GET /api/v1/namespaces/kube-public/configmaps/local-registry-hosting", hosting)(cluster)
    reference = ImageRef.parse(f"localhost:5000/shop@sha256:{'2' * 64}")

    assert found(cluster, PLAN.changed(pushed=PLAN.pushed.changed(reference=reference))) == ()


def token(end: float) -> str:
    """A JSON web token that ends then; nobody signed it."""

    def part(claims: Mapping[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part({'sub': 'system:serviceaccount:team:shop', 'exp': end})}.c2lnbmVk"


def test_a_token_that_has_ended_is_named_without_asking(cluster: EmulatedCluster, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(token(1_700_000_000))

    info = looked_at(KubernetesLocation(server=cluster.address, token_file=tmp_path / "token"))

    (seen,) = info.failed
    assert (seen.name, seen.detail.startswith("it ended at 2023-11-14 22:13 UTC")) == ("token", True)
    assert "new token" in seen.hint
    assert cluster.asked == []


@pytest.mark.parametrize(
    ("server_ended", "trusted", "words", "hint"),
    [
        (True, True, "certificate has expired", "kubeadm certs renew"),
        (False, False, "unable to get local issuer certificate", "get its kubeconfig anew"),
    ],
)
def test_a_server_s_certificate_is_looked_at_before_anything_is_asked(
    tmp_path: Path, server_ended: bool, trusted: bool, words: str, hint: str,  # noqa: FBT001 - rows of the table
) -> None:  # fmt: skip
    authority = make_authority(tmp_path / "its", server_ended=server_ended)
    ca_file = authority.ca_file if trusted else make_authority(tmp_path / "another").ca_file
    with emulated(authority.server) as cluster:
        info = looked_at(KubernetesLocation(server=cluster.address, ca_file=ca_file))

    (seen,) = info.failed
    assert (seen.name, words in seen.detail, hint in seen.hint) == ("server certificate", True, True), seen
    assert cluster.asked == []


def test_a_client_certificate_that_has_ended_is_named_without_asking(tmp_path: Path) -> None:
    authority, identity = make_authority(tmp_path), make_identity(ended=True)
    with emulated(authority.server) as cluster:
        document = {
            "apiVersion": "v1", "kind": "Config", "current-context": "it",
            "clusters": [
                {"name": "it", "cluster": {"server": cluster.address, "certificate-authority": str(authority.ca_file)}},
            ],
            "users": [{"name": "somebody", "user": {
                "client-certificate-data": base64.b64encode(identity.certificate).decode(),
                "client-key-data": base64.b64encode(identity.key).decode(),
            }}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "somebody"}}],
        }  # fmt: skip
        path = tmp_path / "kubeconfig"
        path.write_text(json.dumps(document))
        info = looked_at(KubernetesLocation(kubeconfig=str(path)))

    (seen,) = info.failed
    assert (seen.name, seen.detail.startswith("it ended at ")) == ("client certificate", True)
    assert "new kubeconfig" in seen.hint
    assert cluster.asked == []


NO_LOGIN = {"kind": "Status", "apiVersion": "v1", "code": 401, "message": "Unauthorized"}
RAISED: dict[str, tuple[tuple[int, object], type[StepError], str, str]] = {
    "login refused": ((401, NO_LOGIN), Denied, "Unauthorized", "log in to the cluster again"),
    "not an API server": ((200, "<html>It works!</html>"), Rejected, "did not answer as a Kubernetes", "address"),
    "server starting": ((503, "apiserver is not ready"), Unavailable, "not ready", "readyz"),
    "too many questions": ((429, "Too many requests"), Unavailable, "Too many requests", "wait a moment"),
    "no answer": ((0, None), Unavailable, "timed out", "wait a moment"),
}


@pytest.mark.parametrize("name", RAISED)
def test_a_server_that_does_not_answer_as_it_should_is_named_by_its_remedy(cluster: EmulatedCluster, name: str) -> None:
    answer, kind, words, hint = RAISED[name]
    cluster.answers = {"*": answer}

    with pytest.raises(StepError) as raised:
        looked_at(KubernetesLocation(server=cluster.address), timeout_s=1)

    error = raised.value
    assert (type(error), words in error.message, hint in error.hint) == (kind, True, True), (error.message, error.hint)


def test_a_server_that_is_not_there_is_missing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = "http://{}:{}".format(*free.getsockname())

    with pytest.raises(Missing, match="refused") as raised:
        looked_at(KubernetesLocation(server=address))

    assert "start the cluster" in raised.value.hint
