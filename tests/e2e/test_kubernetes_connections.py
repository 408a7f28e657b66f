"""Ways to a real cluster besides a kubeconfig with certificates, and to an application besides its Service's proxy."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.kubernetes import KubernetesLocation, KubernetesTarget
from adapters.kubernetes.preflight.permissions import TABLE
from tasks.models import ClusterRequest
from tests.contracts.target_shop import Shop
from tests.e2e.cluster_stage import Stage
from tests.e2e.test_kubernetes_rights import Role, account, role

pytestmark = pytest.mark.kubernetes
__all__ = ["account", "role"]  # fixtures that these tests share with those of rights


def answers(stage: Stage, location: KubernetesLocation) -> bool:
    """Whether the cluster can be asked that way, and tells what it is."""
    target = KubernetesTarget(location=location)
    try:
        info = target.preflight(request=ClusterRequest(application=stage.shop.application))
    finally:
        target.close()
    return info.version.startswith("v1.") and not info.failed


def test_an_address_with_a_ca_and_a_token_file_stands_for_a_kubeconfig(
    stage: Stage, role: Role, tmp_path: Path
) -> None:
    known = json.loads(role.kubeconfig.read_text())
    cluster = known["clusters"][0]["cluster"]
    ca, token = tmp_path / "ca.pem", tmp_path / "token"
    ca.write_bytes(base64.b64decode(cluster["certificate-authority-data"]))
    token.write_text(known["users"][0]["user"]["token"] + "\n")

    assert answers(stage, KubernetesLocation(server=cluster["server"], ca_file=ca, token_file=token))


def test_a_login_program_of_the_kubeconfig_is_asked_for_the_token(stage: Stage, role: Role, tmp_path: Path) -> None:
    known: dict[str, Any] = json.loads(role.kubeconfig.read_text())
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": known["users"][0]["user"]["token"]},
    }
    program = tmp_path / "login.py"
    program.write_text(f"print({json.dumps(credential)!r})\n")
    login = {"apiVersion": credential["apiVersion"], "command": sys.executable, "args": [str(program)]}
    known["users"][0]["user"] = {"exec": {**login, "interactiveMode": "Never"}}
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(known))

    assert answers(stage, KubernetesLocation(kubeconfig=str(file)))


def test_a_port_is_forwarded_where_the_service_may_not_be_asked(role: Role, account: Shop) -> None:
    (proxy,) = (row for row in TABLE if row.resource == "services/proxy")
    forward = {"apiGroups": [""], "resources": ["pods/portforward"], "verbs": ["get", "create"]}
    role.whole["rules"].append(forward)
    role.without(proxy)

    account.deploy(version="1")
    answer = account.target.request(application=account.application, path="/version")

    assert answer.way.startswith("port-forward to ")
    assert (answer.status, answer.body) == (200, "1")
    info = account.target.preflight(request=ClusterRequest(application=account.application))
    assert "services/proxy" not in {each.resource for each in info.refused}
