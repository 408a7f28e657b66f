"""What manifests ask for, read back from their text: the text is what a cluster is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import yaml

from tasks.manifests.quantities import amount
from tasks.models import ManifestObject, Manifests

Node = Mapping[str, object]
_POD_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"})


class PodShape(NamedTuple):
    """The pods of one object."""

    kind: str
    name: str
    replicas: int
    spec: Node

    @property
    def called(self) -> str:
        """As people name it."""
        return f"{self.kind} {self.name}"

    @property
    def containers(self) -> tuple[Node, ...]:
        """All of them, in the order in which they start."""
        return (*nodes(self.spec.get("initContainers")), *nodes(self.spec.get("containers")))

    @property
    def requests(self) -> Mapping[str, Decimal]:
        """What one pod is given for certain."""
        return self._sum("requests")

    @property
    def limits(self) -> Mapping[str, Decimal]:
        """What one pod may take at most."""
        return self._sum("limits")

    def _sum(self, part: str) -> Mapping[str, Decimal]:
        total: dict[str, Decimal] = {}
        for container in nodes(self.spec.get("containers")):
            for resource, value in resources(container, part).items():
                total[resource] = total.get(resource, Decimal(0)) + value
        # the first containers run one after the other, before the others
        for container in nodes(self.spec.get("initContainers")):
            for resource, value in resources(container, part).items():
                total[resource] = max(total.get(resource, Decimal(0)), value)
        return total


def pods(manifests: Manifests) -> Iterator[PodShape]:
    """The pods of each object that has some."""
    for each in manifests.objects:
        if each.kind in _POD_KINDS:
            document = node(yaml.safe_load(each.yaml))
            replicas = node(document.get("spec")).get("replicas")
            yield PodShape(each.kind, each.name, replicas if isinstance(replicas, int) else 1, _pod(document))


def resources(container: Node, part: str) -> Mapping[str, Decimal]:
    """A container's requests or limits; what has a limit alone requests it."""
    of = node(container.get("resources"))
    written = {**node(of.get("limits")), **node(of.get(part))} if part == "requests" else node(of.get(part))
    return {str(resource): amount(value) for resource, value in written.items()}


def kinds(objects: Sequence[ManifestObject]) -> Mapping[str, int]:
    """How many objects there are of each kind."""
    return {kind: sum(each.kind == kind for each in objects) for kind in {each.kind for each in objects}}


def node(value: object) -> Node:
    """The mapping, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def nodes(value: object) -> tuple[Node, ...]:
    """The mappings of a list."""
    return tuple(node(each) for each in value) if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _pod(document: Node) -> Node:
    """The PodSpec, however deep the kind has it."""
    while "containers" not in document:
        deeper = next((node(document.get(key)) for key in ("spec", "template", "jobTemplate") if document.get(key)), {})
        if not deeper:
            return {}
        document = deeper
    return document
