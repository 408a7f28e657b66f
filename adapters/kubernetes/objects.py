"""The objects of a release as they are applied: what its manifests say, and what only the target knows.

The target knows the release's number, which its pods bear as a label, and which Secret holds the values of its
variables. Each release has its own Secret: a pod that is started again during a rollout, and a release that is
restored, have the values that they had.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

import yaml

from adapters.kubernetes.api import MANAGER, namespaced
from adapters.kubernetes.nodes import Node, at, changed, everywhere, items, mapping, text
from tasks.errors import Invalid
from tasks.models import Application, ManifestObject, Manifests
from tasks.models.labels import RELEASE

_PLURALS = {
    ("v1", "Namespace"): "namespaces",
    ("v1", "ServiceAccount"): "serviceaccounts",
    ("v1", "Secret"): "secrets",
    ("v1", "ConfigMap"): "configmaps",
    ("v1", "PersistentVolumeClaim"): "persistentvolumeclaims",
    ("v1", "Service"): "services",
    ("networking.k8s.io/v1", "NetworkPolicy"): "networkpolicies",
    ("apps/v1", "Deployment"): "deployments",
    ("batch/v1", "Job"): "jobs",
    ("policy/v1", "PodDisruptionBudget"): "poddisruptionbudgets",
    ("autoscaling/v2", "HorizontalPodAutoscaler"): "horizontalpodautoscalers",
    ("networking.k8s.io/v1", "Ingress"): "ingresses",
}
_ORDER = tuple(kind for _, kind in _PLURALS)
_TEMPLATE = ("spec", "template")
_CAUSE = "kubernetes.io/change-cause"


class Placed(NamedTuple):
    """One object, ready to be applied."""

    api_version: str
    kind: str
    name: str
    namespace: str | None
    node: Node

    @property
    def path(self) -> str:
        """Where it is."""
        return object_path(self.api_version, self.kind, self.namespace, self.name)

    def __str__(self) -> str:
        """As people name it: Deployment shop."""
        return f"{self.kind} {self.name}"

    def manifest(self) -> ManifestObject:
        """It as it is recorded."""
        dumped = yaml.safe_dump(self.node, sort_keys=True, default_flow_style=False)
        return ManifestObject(
            api_version=self.api_version, kind=self.kind, name=self.name, namespace=self.namespace, yaml=dumped
        )


def object_path(api_version: str, kind: str, namespace: str | None, name: str) -> str:
    """Where such an object is. Raises Invalid for a kind that no release of ours has."""
    plural = _PLURALS.get((api_version, kind))
    if plural is None:
        raise Invalid(f"{kind} of {api_version} is no kind that releases have", hint="take it out of the manifests")
    prefix = f"/api/{api_version}" if "/" not in api_version else f"/apis/{api_version}"
    return namespaced(prefix, namespace, plural, name) if namespace else f"{prefix}/{plural}/{quote(name, safe='')}"


def collection(api_version: str, plural: str, namespace: str) -> str:
    """Where all of a kind are."""
    return namespaced(f"/api/{api_version}" if "/" not in api_version else f"/apis/{api_version}", namespace, plural)


def read(manifest: ManifestObject) -> Placed:
    """A recorded object."""
    return Placed(
        manifest.api_version, manifest.kind, manifest.name, manifest.namespace, mapping(yaml.safe_load(manifest.yaml))
    )


def in_order(placed: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """What others need goes first."""
    return tuple(sorted(placed, key=lambda each: _ORDER.index(each.kind) if each.kind in _ORDER else len(_ORDER)))


def variable_names(manifests: Manifests) -> tuple[str, ...]:
    """The variables whose values the manifests take from the target's Secret."""
    secret, found = manifests.application.environment_secret, set[str]()

    def note(node: Node) -> Node:
        if at(node, "secretKeyRef", "name") == secret:
            found.add(text(at(node, "secretKeyRef", "key")))
        return node

    for each in manifests.objects:
        everywhere(yaml.safe_load(each.yaml), note)
    return tuple(sorted(found))


def environment_name(application: Application, number: int) -> str:
    """The Secret with the values that this release was given."""
    return f"{application.environment_secret}-{number}"


def placed(manifests: Manifests, number: int, environment: str | None) -> tuple[Placed, ...]:
    """The objects of this release, in the order in which they are applied. A namespace is of no release."""
    own = (each for each in manifests.objects if each.kind != "Namespace")
    return in_order(tuple(_placed(each, manifests.application, number, environment) for each in own))


def _placed(manifest: ManifestObject, application: Application, number: int, environment: str | None) -> Placed:
    def refer(node: Node) -> Node:
        if environment and at(node, "secretKeyRef", "name") == application.environment_secret:
            return {**node, "secretKeyRef": {**mapping(node["secretKeyRef"]), "name": environment}}
        return node

    node = mapping(everywhere(yaml.safe_load(manifest.yaml), refer))
    name = manifest.name
    if at(node, *_TEMPLATE) is not None:
        # on the object too, so that `kubectl get` and `kubectl rollout history` tell which release it is
        for path in (("metadata",), (*_TEMPLATE, "metadata")):
            node = mapping(changed(node, (*path, "labels"), lambda labels: _marked(labels, number)))
        cause = {_CAUSE: f"{MANAGER} release {number}"}
        node = mapping(changed(node, ("metadata", "annotations"), lambda noted: {**mapping(noted), **cause}))
    if manifest.kind == "Job":
        # its template cannot change, so that each release has its own
        name = f"{name}-{number}"
        node = mapping(changed(node, ("metadata", "name"), lambda _: name))
    return Placed(manifest.api_version, manifest.kind, name, manifest.namespace or application.namespace, node)


def _marked(labels: object, number: int) -> Node:
    return {**mapping(labels), RELEASE: str(number)}


def workload_of(objects: tuple[Placed, ...]) -> Placed:
    """The object that makes the pods. Raises Invalid without one."""
    found = next((each for each in objects if each.kind in {"Deployment", "Job"}), None)
    if found is None:
        raise Invalid("the manifests hold no Deployment and no Job", hint="look at the manifests")
    return found


def service_of(objects: tuple[Placed, ...]) -> Placed | None:
    """The object that gives it an address."""
    return next((each for each in objects if each.kind == "Service"), None)


def container_of(workload: Placed) -> Node:
    """The one container of its pods."""
    return mapping(next(iter(items(at(workload.node, *_TEMPLATE, "spec", "containers"))), {}))


def with_replicas(workload: Placed, replicas: int) -> Placed:
    """The same Deployment with so many pods."""
    return workload._replace(node=mapping(changed(workload.node, ("spec", "replicas"), lambda _: replicas)))


def stopped(workload: Placed) -> Placed:
    """The same Deployment or Job without pods that run; a Job that has ended keeps its own."""
    if workload.kind == "Deployment":
        return with_replicas(workload, 0)
    return workload._replace(node=mapping(changed(workload.node, ("spec", "suspend"), lambda _: True)))
