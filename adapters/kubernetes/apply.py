"""Applies objects as ours: nothing by force, nothing of others, and everything tried dry before anything is changed."""

from __future__ import annotations

import base64
from typing import Literal, NamedTuple

from adapters.kubernetes.api import MANAGER, Api, Node, Reply
from adapters.kubernetes.deadline import Deadline
from adapters.kubernetes.differences import differences
from adapters.kubernetes.documents import Autoscalers, Deployment, Object, Secret
from adapters.kubernetes.errors import Subject
from adapters.kubernetes.nodes import at, mapping
from adapters.kubernetes.objects import Placed, collection, object_path, with_replicas
from tasks.errors import Denied, Invalid
from tasks.models import Application, Variable
from tasks.models.labels import APPLICATION, SOURCE

Others = Literal["refuse", "adopt"]
"""What becomes of an object that is there already and was not made by us."""
_MANAGED_BY = "app.kubernetes.io/managed-by"


class Tried(NamedTuple):
    """What a dry run told."""

    lines: tuple[str, ...]
    """One for each difference to what is live."""
    warnings: tuple[str, ...]


class Applier:
    """Changes objects in one application's name."""

    def __init__(self, api: Api, application: Application, *, others: Others) -> None:
        self._api = api
        self._application = application
        self._others = others

    def try_dry(self, objects: tuple[Placed, ...], deadline: Deadline) -> Tried:
        """What applying them would change. Raises Invalid for objects of others, and what the server says of ours."""
        lines, warnings = list[str](), list[str]()
        for each in objects:
            live = self._live(each, deadline)
            reply = self._apply(self._sized(each, deadline), deadline, dryRun="All")
            warnings += [text for text in reply.warnings if text not in warnings]
            if not live:
                lines.append(f"{each}: does not exist yet")
            else:
                lines += [f"{each}: {line}" for line in differences(live, reply.node())]
        return Tried(tuple(lines), tuple(warnings))

    def apply(self, objects: tuple[Placed, ...], deadline: Deadline) -> tuple[str, ...]:
        """The server's warnings."""
        found = [text for each in objects for text in self._apply(self._sized(each, deadline), deadline).warnings]
        return tuple(dict.fromkeys(found))

    def remove(self, objects: tuple[Placed, ...], deadline: Deadline) -> tuple[str, ...]:
        """The names of those that were there and ours."""
        return tuple(str(each) for each in objects if self._remove(each, deadline))

    def write_environment(self, name: str, variables: tuple[Variable, ...], deadline: Deadline) -> None:
        """The Secret with the values of a release's variables."""
        secret: Node = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": name,
                "namespace": self._application.namespace,
                "labels": {_MANAGED_BY: MANAGER, APPLICATION: self._application.name},
            },
            "type": "Opaque",
            "data": encoded(variables),
        }
        subject = Subject("apply", f"the Secret {name}", self._application.namespace)
        self._api.apply(self._secret_path(name), secret, subject, timeout_s=deadline.left_s())

    def environment(self, name: str | None, deadline: Deadline) -> Node | None:
        """The values in that Secret, in base64; None when it is not there."""
        if name is None:
            return {}
        subject = Subject("read", f"the Secret {name}", self._application.namespace)
        found = self._api.find(self._secret_path(name), Secret, subject, timeout_s=deadline.left_s())
        return None if found is None else found.data or {}

    def remove_secret(self, name: str, deadline: Deadline) -> tuple[str, ...]:
        """Its name, when it was there and ours."""
        secret = Placed("v1", "Secret", name, self._application.namespace, {})
        return (str(secret),) if self._remove(secret, deadline) else ()

    def _secret_path(self, name: str) -> str:
        return object_path("v1", "Secret", self._application.namespace, name)

    def _live(self, each: Placed, deadline: Deadline) -> Node:
        """The object as it is; empty when there is none. Raises Invalid for what is not ours."""
        reply = self._api.call(
            "GET", each.path, self._subject("read", each), timeout_s=deadline.left_s(), absent_is="answered"
        )
        live = reply.node() if reply.status < 400 else {}  # noqa: PLR2004 - any other failure was raised
        if live and self._others == "refuse" and not _is_ours(live):
            raise Invalid(
                f"{each} in {each.namespace} is there already, and containerkit did not make it",
                hint="--adopt takes it over, --name OTHER_NAME releases beside it",
            )
        return live

    def _sized(self, each: Placed, deadline: Deadline) -> Placed:
        """With as many pods as there are, where an autoscaler decides on that; a stopped one is not among them."""
        if each.kind != "Deployment" or not at(each.node, "spec", "replicas") or not self._is_scaled(each, deadline):
            return each
        live = self._api.find(each.path, Deployment, self._subject("read", each), timeout_s=deadline.left_s())
        return with_replicas(each, live.spec.replicas) if live and live.spec.replicas else each

    def _is_scaled(self, each: Placed, deadline: Deadline) -> bool:
        """Whether a HorizontalPodAutoscaler scales it; no, where we may not see them."""
        namespace = self._application.namespace
        path = collection("autoscaling/v2", "horizontalpodautoscalers", namespace)
        subject = Subject("read", "the autoscalers", namespace)
        try:
            found = self._api.listed(path, Autoscalers, subject, timeout_s=deadline.left_s())
        except Denied:
            return False
        scaled = [autoscaler.spec.scale_target_ref for autoscaler in found.items]
        return any((one.kind, one.name) == (each.kind, each.name) for one in scaled)

    def _apply(self, each: Placed, deadline: Deadline, **query: str) -> Reply:
        return self._api.apply(each.path, each.node, self._subject("apply", each), timeout_s=deadline.left_s(), **query)

    def _remove(self, each: Placed, deadline: Deadline) -> bool:
        subject = self._subject("delete", each)
        found = self._api.find(each.path, Object, subject, timeout_s=deadline.left_s())
        if found is None or (found.metadata.labels or {}).get(_MANAGED_BY) != MANAGER:
            return False
        exactly: Node = {"propagationPolicy": "Background", "preconditions": {"uid": found.metadata.uid}}
        return self._api.delete(each.path, exactly, subject, timeout_s=deadline.left_s())

    def _subject(self, action: Literal["read", "apply", "delete"], each: Placed) -> Subject:
        return Subject(action, str(each), each.namespace or self._application.namespace)


def encoded(variables: tuple[Variable, ...]) -> Node:
    """The values as a Secret holds them."""
    return {each.name: base64.b64encode(each.value.get_secret_value().encode()).decode() for each in variables}


def _is_ours(live: Node) -> bool:
    labels = mapping(at(live, "metadata", "labels"))
    return labels.get(_MANAGED_BY) == MANAGER and SOURCE in mapping(at(live, "metadata", "annotations"))
