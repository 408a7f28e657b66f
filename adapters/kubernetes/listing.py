"""Which applications of ours a namespace has."""

from __future__ import annotations

from adapters.kubernetes.api import MANAGER, Api
from adapters.kubernetes.deadline import Deadline
from adapters.kubernetes.documents import Objects
from adapters.kubernetes.errors import Subject
from adapters.kubernetes.objects import collection
from tasks.models import Application

_NAME = "app.kubernetes.io/name"
_WORKLOADS = (("apps/v1", "deployments"), ("batch/v1", "jobs"))


def applications(api: Api, namespace: str, deadline: Deadline) -> tuple[Application, ...]:
    """By name."""
    names = set[str]()
    for api_version, plural in _WORKLOADS:
        found = api.listed(
            collection(api_version, plural, namespace),
            Objects,
            Subject("read", f"the {plural}", namespace),
            timeout_s=deadline.left_s(),
            labelSelector=f"app.kubernetes.io/managed-by={MANAGER}",
        )
        names |= {(each.metadata.labels or {}).get(_NAME, "") for each in found.items}
    return tuple(Application(name=name, namespace=namespace) for name in sorted(names - {""}))
