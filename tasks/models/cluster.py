"""What a target is before anything is deployed to it: what was looked at, and the facts that decide what fits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from tasks.models.model import Model, Outcome
from tasks.models.release import Application, MissingNamespace, ObjectName, TargetKind

Quantity = Annotated[str, StringConstraints(pattern=r"^[+-]?[0-9.]+([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$")]
"""An amount as Kubernetes writes it: 250m, 512Mi, 10."""

SecurityLevel = Literal["privileged", "baseline", "restricted"]
"""What Pod Security lets into a namespace."""


class ClusterRequest(Model):
    """Ask the target whether it could take this application, before anything is built."""

    application: Application
    published_port: int | None = None
    missing_namespace: MissingNamespace = "refuse"
    secrets: tuple[ObjectName, ...] = ()
    config_maps: tuple[ObjectName, ...] = ()
    """Objects of the user's own, from which the application will take variables."""


class Check(Model):
    """One thing that was looked at, and what was seen."""

    name: str
    passed: bool
    detail: str
    hint: str = ""


class Amount(Model):
    """So much of a resource: cpu, memory, ephemeral-storage, pods."""

    resource: str
    quantity: Quantity


class Node(Model):
    """A node that is ready and takes pods, with what it can give to them."""

    name: str
    architecture: str
    addresses: tuple[str, ...] = ()
    is_local: bool = False
    """One of its addresses is this machine's: what listens on loopback here does so there."""
    allocatable: tuple[Amount, ...] = ()


class Quota(Model):
    """A namespace's limit for one resource, and how much of it is taken."""

    name: str
    resource: str
    hard: Quantity
    used: Quantity = "0"


class ResourceLimit(Model):
    """What a LimitRange lets one container or one pod have of a resource."""

    name: str
    of: Literal["Container", "Pod"]
    resource: str
    least: Quantity | None = None
    most: Quantity | None = None
    most_ratio: Quantity | None = None
    """Of a limit to its request."""


class Permission(Model):
    """One verb on one kind of object, in the API's words; a subresource is part of the resource: pods/log."""

    group: str = ""
    resource: str
    verb: str
    needed_by: str | None = None
    """The kind of object that needs it in a release; None: every release does."""

    def __str__(self) -> str:
        """As people read it: create deployments.apps."""
        return f"{self.verb} {self.resource}" + (f".{self.group}" if self.group else "")


class ClusterInfo(Outcome):
    """What the target is and whether it is fit."""

    target: TargetKind
    name: str
    version: str
    architectures: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    nodes: tuple[Node, ...] = ()
    """Empty when they may not be seen."""
    pull_registries: tuple[str, ...] = ()
    """Registries of which the cluster says that its nodes pull from them, whatever their name."""
    security_level: SecurityLevel | None = None
    quotas: tuple[Quota, ...] = ()
    limits: tuple[ResourceLimit, ...] = ()
    refused: tuple[Permission, ...] = ()
    """What these credentials may not do, of what some releases need."""
    variables: tuple[str, ...] = ()
    """Names of the variables that the Secrets and ConfigMaps of the request hold."""
    live_image: str | None = None
    """What the application runs there now; None before its first release."""

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that a run cannot pass."""
        return tuple(check for check in self.checks if not check.passed)

    def summary(self) -> str:
        """What it is."""
        return f"{self.name} {self.version}"
