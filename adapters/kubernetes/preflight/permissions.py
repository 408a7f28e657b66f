"""What the target does on a cluster, as one table: asked for verb by verb before a run, and printed as a Role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import yaml

from tasks.models import Permission

Need = Literal["every", "Deployment", "Service", "Job", "helpful"]
"""The kind of object that needs it; `every` release does, `helpful` ones only make more known."""


class Row(NamedTuple):
    """Verbs on one kind of object, and what for."""

    group: str
    resource: str
    verbs: tuple[str, ...]
    need: Need
    purpose: str


_KINDS = frozenset({"Deployment", "Service", "Job"})
_APPLY = ("get", "create", "patch", "delete")

TABLE = (
    Row("", "serviceaccounts", _APPLY, "every", "the application's own account"),
    Row("", "secrets", (*_APPLY, "update"), "every", "variables and the release history"),
    Row("coordination.k8s.io", "leases", ("get", "create", "update", "delete"), "every", "runs one after the other"),
    Row("", "pods", ("list",), "every", "how the release is doing"),
    Row("", "pods/log", ("get",), "every", "what it printed"),
    Row("apps", "deployments", _APPLY, "Deployment", "releases"),
    Row("", "services", _APPLY, "Service", "its address"),
    Row("", "services/proxy", ("get",), "Service", "asking whether it answers"),
    Row("batch", "jobs", _APPLY, "Job", "releases that end"),
    Row("", "events", ("list",), "helpful", "why it does not start"),
    Row("apps", "deployments", ("list",), "helpful", "which applications there are"),
    Row("batch", "jobs", ("list",), "helpful", "the same"),
    Row("", "configmaps", ("get",), "helpful", "whether those of --env-from-configmap are there"),
    Row("", "endpoints", ("get",), "helpful", "which pods its Service sends to"),
    Row("discovery.k8s.io", "endpointslices", ("list",), "helpful", "the same"),
    Row("autoscaling", "horizontalpodautoscalers", ("list",), "helpful", "how many pods an autoscaler decided on"),
    Row("", "namespaces", ("get",), "helpful", "whether the namespace exists, and what Pod Security it has"),
    Row("", "resourcequotas", ("list",), "helpful", "what is left of the quota"),
    Row("", "limitranges", ("list",), "helpful", "what one container may have"),
)
"""What the target asks for and nothing more: a test releases with this Role alone."""

SERVICE_PROXY = Permission(resource="services/proxy", verb="get", needed_by="Service")
PORT_FORWARD = tuple(Permission(resource="pods/portforward", verb=verb) for verb in ("get", "create"))
"""The other way to ask; a Role that has the first needs none of these."""


def permissions(*needs: Need) -> Iterator[Permission]:
    """Each permission for these needs."""
    for row in TABLE:
        if row.need in needs:
            kind = row.need if row.need in _KINDS else None
            for verb in row.verbs:
                yield Permission(group=row.group, resource=row.resource, verb=verb, needed_by=kind)


def needed_role(namespace: str) -> str:
    """The Role with which containerkit works in this namespace, as YAML."""
    rules = [{"apiGroups": [row.group], "resources": [row.resource], "verbs": list(row.verbs)} for row in TABLE]
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "containerkit", "namespace": namespace},
        "rules": rules,
    }
    return (
        "# What containerkit needs. To whom it is given:\n"
        f"#   kubectl create rolebinding containerkit --namespace {namespace} --role containerkit --user NAME\n"
        + yaml.safe_dump(role, sort_keys=False)
    )
