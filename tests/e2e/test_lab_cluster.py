"""Whether the lab's cluster is a cluster: what deployments and their tests rely on, each thing once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contracts import cluster
from tests.contracts.cluster import Cluster
from tests.contracts.real import eventually

pytestmark = pytest.mark.kubernetes

REGISTRY = f"localhost:{os.environ.get('CONTAINERKIT_LAB_REGISTRY', '127.0.0.1:5000').rpartition(':')[2]}"
IMAGE = f"{REGISTRY}/library/python:3.11-slim"  # of the lab's bases
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}


@pytest.fixture(scope="module")
def admin() -> Iterator[Cluster]:
    with Cluster(cluster.kubeconfig()) as found:
        yield found


@pytest.fixture
def namespace(admin: Cluster) -> Iterator[str]:
    with admin.namespace() as name:
        yield name


def pod(image: str = IMAGE) -> dict[str, Any]:
    probe = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1}
    command = ["python3", "-m", "http.server", "8080"]
    container = {"name": "web", "image": image, "command": command, "readinessProbe": probe}
    spec = {"terminationGracePeriodSeconds": 0, "containers": [container]}
    return {"metadata": {"name": "web", "labels": {"app": "web"}}, "spec": spec}


def deployment(**changes: int) -> dict[str, Any]:
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": pod(), **changes}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def test_the_node_is_ready(admin: Cluster) -> None:
    nodes = admin.have("GET", "/api/v1/nodes")["items"]

    conditions = [{found["type"]: found["status"] for found in node["status"]["conditions"]} for node in nodes]
    assert [found["Ready"] for found in conditions] == ["True"] * len(nodes) != []


def test_an_image_of_the_registry_rolls_out_and_its_service_answers(admin: Cluster, namespace: str) -> None:
    deployments, services = (
        f"/apis/apps/v1/namespaces/{namespace}/deployments",
        f"/api/v1/namespaces/{namespace}/services",
    )
    admin.have("POST", deployments, deployment())
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    admin.have("POST", services, {"metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}, "ports": ports}})

    eventually(
        lambda: admin.have("GET", f"{deployments}/web")["status"].get("availableReplicas") == 2,
        within_s=120,
    )
    answer = eventually(lambda: (found := admin.ask("GET", f"{services}/web:http/proxy/")).status == 200 and found.text)

    assert "Directory listing" in str(answer)


def test_an_image_that_the_registry_lacks_is_said_to_be_missing(admin: Cluster, namespace: str) -> None:
    pods = f"/api/v1/namespaces/{namespace}/pods"
    admin.have("POST", pods, pod(image=f"{REGISTRY}/library/no-such-thing:1"))

    def failed_pull() -> str | None:
        statuses = admin.have("GET", f"{pods}/web")["status"].get("containerStatuses", [])
        waiting = [status["state"].get("waiting", {}) for status in statuses]
        return next((found["message"] for found in waiting if found.get("reason") == "ErrImagePull"), None)

    assert "not found" in eventually(failed_pull, within_s=60)


def test_pod_security_refuses_a_pod_that_is_not_restricted(admin: Cluster) -> None:
    with admin.namespace(**RESTRICTED) as strict:
        refused = admin.ask("POST", f"/api/v1/namespaces/{strict}/pods", pod())

    assert refused.status == 403
    assert 'violates PodSecurity "restricted:latest"' in refused.message


def test_a_dry_run_of_server_side_apply_names_unknown_fields_and_changes_nothing(
    admin: Cluster, namespace: str
) -> None:
    deployments = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    dry_run = {"fieldManager": "test", "fieldValidation": "Strict", "dryRun": "All"}

    accepted = admin.ask("PATCH", f"{deployments}/web", deployment(), **dry_run)
    refused = admin.ask("PATCH", f"{deployments}/web", deployment(replicaz=3), **dry_run)

    assert accepted.body["spec"]["replicas"] == 2
    assert refused.status >= 400
    assert "replicaz: field not declared in schema" in refused.message
    assert admin.have("GET", deployments)["items"] == []


def test_a_user_without_rights_is_denied(namespace: str) -> None:
    with Cluster(cluster.kubeconfig_of_nobody()) as alice:
        denied = alice.ask("GET", f"/api/v1/namespaces/{namespace}/pods")

    assert denied.status == 403
    assert 'User "alice" cannot list resource "pods"' in denied.message


def test_a_service_account_may_do_what_its_role_gives_it(admin: Cluster, namespace: str, tmp_path: Path) -> None:
    pods, roles = f"/api/v1/namespaces/{namespace}/pods", f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}"
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    admin.have("POST", f"{roles}/roles", {"metadata": {"name": "reader"}, "rules": rules})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}
    subjects = [{"kind": "ServiceAccount", "name": "deployer", "namespace": namespace}]
    binding = {"metadata": {"name": "deployer-reads"}, "roleRef": role, "subjects": subjects}
    with Cluster(admin.service_account(namespace, "deployer", tmp_path)) as deployer:
        assert deployer.ask("GET", pods).status == 403

        admin.have("POST", f"{roles}/rolebindings", binding)

        assert eventually(lambda: deployer.ask("GET", pods).status == 200)
        assert deployer.ask("POST", pods, pod()).status == 403
