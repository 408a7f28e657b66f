"""The Kubernetes objects of a release, built as data and dumped as canonical YAML: the same plan, the same bytes.

Fit for Pod Security "restricted". The one port fact feeds container port, probes and Service. What the user's variables
hold is not here: pods refer to a Secret by name, which the target writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from tasks.manifests.exemptions import exemptions
from tasks.manifests.pod import pod_spec
from tasks.models import ManifestObject, Manifests, ReleasePlan
from tasks.models.labels import COMMIT, SOURCE

Node = Mapping[str, object]

MANAGER = "containerkit"
_PROGRESS_DEADLINE_S = 120
_HISTORY = 10
_SETTLE_S = 2


def kubernetes_manifests(plan: ReleasePlan) -> Manifests:
    """ServiceAccount, then Deployment and Service, or a Job; in the order in which they are applied.

    A Namespace goes before them where the run was asked to make it.
    """
    objects = [_service_account(plan)]
    if plan.kind == "job":
        objects.append(_job(plan))
    else:
        objects.append(_deployment(plan))
    if plan.port is not None:
        objects.append(_service(plan))
    if plan.missing_namespace == "create":
        objects.insert(0, _namespace(plan))
    return Manifests(application=plan.application, objects=tuple(_dumped(item) for item in objects))


def object_labels(plan: ReleasePlan) -> dict[str, str]:
    """The recommended labels; only what a label may hold."""
    version = _label_text(plan.version or (plan.commit or "")[:12])
    return {**pod_labels(plan), "app.kubernetes.io/version": version} if version else pod_labels(plan)


def pod_labels(plan: ReleasePlan) -> dict[str, str]:
    """What every pod of the application bears, whatever its version."""
    return {**selector(plan), "app.kubernetes.io/managed-by": MANAGER, "app.kubernetes.io/component": plan.kind}


def selector(plan: ReleasePlan) -> dict[str, str]:
    """What selects the pods; it never changes, because a Deployment's selector cannot."""
    name = plan.application.name
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": name}


def _namespace(plan: ReleasePlan) -> Node:
    labels = {"app.kubernetes.io/managed-by": MANAGER, "pod-security.kubernetes.io/enforce": plan.pod_security}
    name = plan.application.namespace
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def _service_account(plan: ReleasePlan) -> Node:
    return {**_head(plan, "v1", "ServiceAccount"), "automountServiceAccountToken": False}


def _deployment(plan: ReleasePlan) -> Node:
    return {
        **_head(plan, "apps/v1", "Deployment"),
        "spec": {
            "replicas": plan.replicas,
            "revisionHistoryLimit": _HISTORY,
            "progressDeadlineSeconds": _PROGRESS_DEADLINE_S,
            # what listens on no port is ready when it has run for a while
            **({} if plan.port else {"minReadySeconds": _SETTLE_S}),
            "selector": {"matchLabels": selector(plan)},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            "template": _template(plan),
        },
    }


def _job(plan: ReleasePlan) -> Node:
    """A Job's template cannot change: the target gives each release's Job a name of its own."""
    return {**_head(plan, "batch/v1", "Job"), "spec": {"backoffLimit": 1, "template": _template(plan)}}


def _template(plan: ReleasePlan) -> Node:
    """Without commit: another one with the same image is no reason to start new pods."""
    return {
        "metadata": {"labels": pod_labels(plan), "annotations": {SOURCE: plan.source, **exemptions(plan)}},
        "spec": pod_spec(plan),
    }


def _service(plan: ReleasePlan) -> Node:
    return {
        **_head(plan, "v1", "Service"),
        "spec": {
            "type": "ClusterIP",
            "selector": selector(plan),
            "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}],
        },
    }


def _head(plan: ReleasePlan, api_version: str, kind: str) -> dict[str, object]:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {
            "name": plan.application.name,
            "namespace": plan.application.namespace,
            "labels": object_labels(plan),
            "annotations": _annotations(plan),
        },
    }


def _annotations(plan: ReleasePlan) -> dict[str, str]:
    commit = {COMMIT: plan.commit} if plan.commit else {}
    return {SOURCE: plan.source, **commit, **exemptions(plan)}


def _label_text(text: str) -> str:
    kept = "".join(each if each.isascii() and (each.isalnum() or each in "-_.") else "-" for each in text)
    return kept[:63].strip("-_.")


def _mapping(node: object) -> Mapping[str, object]:
    return node if isinstance(node, Mapping) else {}


class _Canonical(yaml.SafeDumper):
    """Without anchors: the same part twice is written twice."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _dumped(node: Node) -> ManifestObject:
    metadata = _mapping(node["metadata"])
    text = yaml.dump(_plain(node), Dumper=_Canonical, sort_keys=True, default_flow_style=False)
    return ManifestObject(
        api_version=str(node["apiVersion"]),
        kind=str(node["kind"]),
        name=str(metadata["name"]),
        namespace=str(metadata["namespace"]) if "namespace" in metadata else None,
        yaml=text,
    )


def _plain(node: object) -> object:
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [_plain(value) for value in node]
    return node
