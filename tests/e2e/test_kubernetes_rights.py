"""With the Role that `containerkit doctor` prints, everything works; a part of it that is missing is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from adapters.kubernetes.api import Api, Reply
from adapters.kubernetes.preflight.permissions import TABLE, Row, needed_role
from tasks.manifests.fit import fit
from tasks.models import ClusterInfo, ClusterRequest, Permission, Variable, Workload
from tests.contracts.cluster import Cluster
from tests.contracts.kubernetes_lab import KubernetesLab
from tests.contracts.real import eventually
from tests.contracts.target_shop import LAST_WORDS, Shop
from tests.e2e.cluster_stage import Stage

pytestmark = pytest.mark.kubernetes

NAME = "containerkit"
_RBAC = "rbac.authorization.k8s.io/v1"
_OBJECT = re.compile(
    r"/apis?/(?:(?P<group>[^/]+\.[^/]+|apps|autoscaling|batch|policy)/)?v\d+/(?:namespaces/[^/]+/)?"
    r"(?P<resource>[a-z]+)(?:/(?P<name>[^/]+)(?:/(?P<part>[a-z]+).*)?)?"
)
_VERBS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


class Role:
    """The Role of a service account that releases, to be made smaller."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._admin = stage.admin
        self._path = f"/apis/{_RBAC}/namespaces/{stage.namespace}"
        self.whole: dict[str, Any] = yaml.safe_load(needed_role(stage.namespace))
        self.kubeconfig = stage.admin.service_account(stage.namespace, NAME, folder)
        self._admin.have("POST", f"{self._path}/roles", self.whole)
        subject = {"kind": "ServiceAccount", "name": NAME, "namespace": stage.namespace}
        given = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": NAME}
        self._admin.have(
            "POST",
            f"{self._path}/rolebindings",
            {"metadata": {"name": NAME}, "roleRef": given, "subjects": [subject]},
        )

    def without(self, *rows: Row) -> None:
        """Take these rules out, and wait until the server goes by it."""
        lost = [{"apiGroups": [row.group], "resources": [row.resource], "verbs": list(row.verbs)} for row in rows]
        rules = [rule for rule in self.whole["rules"] if rule not in lost]
        assert len(rules) == len(self.whole["rules"]) - len(rows)
        self._admin.have("PUT", f"{self._path}/roles/{NAME}", {**self.whole, "rules": rules})
        with Cluster(self.kubeconfig) as account:
            eventually(lambda: not any(self._allowed(account, row) for row in rows))

    def _allowed(self, account: Cluster, row: Row) -> bool:
        resource, _, part = row.resource.partition("/")
        attributes = {
            "namespace": self.whole["metadata"]["namespace"],
            "group": row.group, "resource": resource, "subresource": part, "verb": row.verbs[0],
        }  # fmt: skip
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
        asked = {**review, "spec": {"resourceAttributes": attributes}}
        answer = account.have("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", asked)
        return bool(answer["status"]["allowed"])

    def take_away(self) -> None:
        """Role, binding and account."""
        for path in (f"{self._path}/rolebindings", f"{self._path}/roles"):
            self._admin.have("DELETE", f"{path}/{NAME}")


@pytest.fixture
def role(stage: Stage, tmp_path: Path) -> Iterator[Role]:
    role = Role(stage, tmp_path)
    yield role
    role.take_away()


@pytest.fixture
def account(stage: Stage, role: Role) -> Iterator[Shop]:
    """The shop, as the service account may see it."""
    lab = KubernetesLab(stage.namespace, stage.namespace, account=role.kubeconfig)
    with lab.opened:
        yield Shop(
            lab, lab.target(Variable(name="GREETING", value=SecretStr("moin"))), stage.shop.application, lab.free_port()
        )


class Noted(Api):
    """Remembers which permissions its calls take."""

    def __init__(self, api: Api) -> None:
        super().__init__(api.connection)
        self.used = set[tuple[str, str, str]]()

    def call(self, method: str, path: str, *given: object, **named: object) -> Reply:
        found = _OBJECT.fullmatch(path)
        assert found, path
        verb = _VERBS[method] if found["name"] or method != "GET" else "list"
        resource = found["resource"] + (f"/{found['part']}" if found["part"] else "")
        self.used.add((found["group"] or "", resource, verb))
        return super().call(method, path, *given, **named)  # type: ignore[arg-type]  # as they came


def everything(shop: Shop) -> None:
    """What a user can do, once."""
    application, target = shop.application, shop.target
    assert target.preflight(request=ClusterRequest(application=application)).failed == ()
    shop.deploy(version="1", variables=("GREETING",))
    assert shop.ask("/greeting") == "moin"
    assert shop.deploy(version="2").number == 2
    assert shop.target.dry_run(workload=shop.lab.workload(shop.plan(version="2"))) == ()
    assert LAST_WORDS in shop.refused("crash").failure.log_tail  # type: ignore[union-attr]  # the contract has it
    status = target.status(application=application)
    assert (status.ready, status.running) == (True, 1)
    assert "web 2 begins" in target.logs(application=application)
    assert target.restore(application=application, number=None).number == 1
    assert target.suspend(application=application).state == "failed"
    assert shop.deploy("worker", "3").state == "live"
    assert shop.deploy("job", "4").state == "live"
    assert len(target.history(application=application)) >= 4
    assert target.delete(application=application)


def test_the_printed_role_is_enough_for_everything_and_each_part_of_it_is_used(account: Shop) -> None:
    target = account.target
    target._opened = noted = Noted(target._api)  # type: ignore[attr-defined]  # the lab's own

    everything(account)

    needed = {(row.group, row.resource, verb) for row in TABLE for verb in row.verbs if row.need != "helpful"}
    # whoever patches what is not there yet must be allowed to create it, too
    made = {(group, resource, "create") for group, resource, verb in noted.used if verb == "patch"}
    asked_directly = {("", "services/proxy", "get")}
    assert needed - noted.used - made - asked_directly == set()


def test_what_only_helps_may_be_missing(account: Shop, role: Role) -> None:
    role.without(*(row for row in TABLE if row.need == "helpful"))

    everything(account)


def fitness(shop: Shop, workload: Workload) -> tuple[ClusterInfo, str]:
    """What would stop a run before it changes anything."""
    info = shop.target.preflight(request=ClusterRequest(application=shop.application))
    found = fit(info, shop.lab.pushed().image, workload)
    return info, "; ".join(f"{each.name}: {each.detail}" for each in found)


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.need != "helpful"], ids=lambda row: f"{row.resource}.{row.group}".strip(".")
)
def test_a_rule_that_is_missing_is_named_before_anything_is_changed(
    stage: Stage, account: Shop, role: Role, row: Row
) -> None:
    mode = "job" if row.need == "Job" else "web"
    workload = account.lab.workload(account.plan(mode))
    assert fitness(account, workload)[1] == ""
    role.without(row)

    info, said = fitness(account, workload)

    assert said.startswith("permissions: in ")
    assert "doctor" in fit(info, account.lab.pushed().image, workload)[0].hint
    for verb in row.verbs:
        assert Permission(group=row.group, resource=row.resource, verb=verb) in {
            each.changed(needed_by=None) for each in info.refused
        }
        assert verb in said
    assert row.resource in said
    assert stage.objects("apps/v1/deployments") == stage.objects("batch/v1/jobs") == []
    if row.need != "every":
        other = account.lab.workload(account.plan("web" if mode == "job" else "job"))
        assert fitness(account, other)[1] == "", "what does not need it is not refused"
