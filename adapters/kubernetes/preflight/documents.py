"""The API server's documents, as much of them as the preflight reads."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from adapters.kubernetes.preflight.asking import Many, Seen


class Metadata(Seen):
    """What every object has."""

    name: str = ""
    labels: Mapping[str, str] | None = None
    resume: str = Field(default="", alias="continue")


class NamespaceStatus(Seen):
    """Active or Terminating."""

    phase: str = "Active"


class Namespace(Seen):
    """Its labels hold the Pod Security level."""

    metadata: Metadata
    status: NamespaceStatus = NamespaceStatus()


class Condition(Seen):
    """One of a node's conditions."""

    type: str
    status: str
    message: str = ""


class Address(Seen):
    """One of a node's addresses."""

    type: str
    address: str


class System(Seen):
    """What a node runs on."""

    architecture: str = ""


class NodeStatus(Seen):
    """What a node says of itself."""

    conditions: Many[Condition] = ()
    addresses: Many[Address] = ()
    allocatable: Mapping[str, str] = {}
    node_info: System = System()


class Taint(Seen):
    """What keeps pods away."""

    key: str
    effect: str


class NodeSpec(Seen):
    """Whether it takes pods."""

    unschedulable: bool = False
    taints: Many[Taint] = ()


class Node(Seen):
    """A node."""

    metadata: Metadata
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()


class Nodes(Seen):
    """One page of them."""

    metadata: Metadata = Metadata()
    items: Many[Node] = ()


class QuotaSpec(Seen):
    """Which pods a quota counts."""

    scopes: Many[str] = ()
    scope_selector: object = None


class QuotaStatus(Seen):
    """Limit and use."""

    hard: Mapping[str, str] = {}
    used: Mapping[str, str] = {}


class Quota(Seen):
    """A ResourceQuota."""

    metadata: Metadata
    spec: QuotaSpec = QuotaSpec()
    status: QuotaStatus = QuotaStatus()


class Quotas(Seen):
    """All of a namespace."""

    items: Many[Quota] = ()


class Limit(Seen):
    """One of a LimitRange's limits."""

    type: str
    least: Mapping[str, str] = Field(default={}, alias="min")
    most: Mapping[str, str] = Field(default={}, alias="max")
    max_limit_request_ratio: Mapping[str, str] = {}


class RangeSpec(Seen):
    """Its limits."""

    limits: Many[Limit] = ()


class Range(Seen):
    """A LimitRange."""

    metadata: Metadata
    spec: RangeSpec = RangeSpec()


class Ranges(Seen):
    """All of a namespace."""

    items: Many[Range] = ()


class Hosting(Seen):
    """The ConfigMap by which local clusters say what registry their nodes pull from."""

    data: Mapping[str, str] = {}


class Keys(Seen):
    """A Secret or a ConfigMap."""

    data: Mapping[str, str] | None = None


class Container(Seen):
    """Its image."""

    image: str = ""


class PodSpec(Seen):
    """Its containers."""

    containers: Many[Container] = ()


class Template(Seen):
    """A pod template."""

    spec: PodSpec = PodSpec()


class DeploymentSpec(Seen):
    """Its template."""

    template: Template = Template()


class Deployment(Seen):
    """A Deployment."""

    spec: DeploymentSpec = DeploymentSpec()


class Version(Seen):
    """What answers at /version."""

    major: str = ""
    minor: str = ""
    git_version: str = ""
