"""The API server's documents, as much of them as a release reads."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from adapters.kubernetes.preflight.asking import Many, Seen

Texts = Mapping[str, str]


class Metadata(Seen):
    """What every object has."""

    name: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: str = ""
    deletion_timestamp: str | None = None
    labels: Texts | None = None
    annotations: Texts | None = None


class Object(Seen):
    """Any object."""

    kind: str = ""
    metadata: Metadata


class Objects(Seen):
    """A list of any objects."""

    items: Many[Object] = ()


class Secret(Seen):
    """A Secret; values are base64."""

    metadata: Metadata
    data: Texts | None = None


class LeaseSpec(Seen):
    """Who holds it until when."""

    holder_identity: str | None = None
    lease_duration_seconds: int | None = None
    renew_time: str | None = None


class Lease(Seen):
    """A lock."""

    metadata: Metadata
    spec: LeaseSpec = LeaseSpec()


class Condition(Seen):
    """One of an object's conditions."""

    type: str
    status: str
    reason: str = ""
    message: str = ""


class DeploymentSpec(Seen):
    """How many pods are wanted."""

    replicas: int = 1


class DeploymentStatus(Seen):
    """How many pods there are."""

    observed_generation: int = 0
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    conditions: Many[Condition] = ()


class Deployment(Seen):
    """A Deployment."""

    metadata: Metadata
    spec: DeploymentSpec = DeploymentSpec()
    status: DeploymentStatus = DeploymentStatus()


class JobStatus(Seen):
    """How far it is."""

    active: int = 0
    succeeded: int = 0
    failed: int = 0
    conditions: Many[Condition] = ()


class Job(Seen):
    """A Job."""

    metadata: Metadata
    status: JobStatus = JobStatus()


class Ended(Seen):
    """How a container ended."""

    exit_code: int = 0
    reason: str = ""
    message: str = ""


class Waiting(Seen):
    """Why a container does not run."""

    reason: str = ""
    message: str = ""


class ContainerState(Seen):
    """Running, waiting or ended."""

    running: object | None = None
    waiting: Waiting | None = None
    terminated: Ended | None = None


class ContainerStatus(Seen):
    """One container of a pod."""

    name: str = ""
    ready: bool = False
    restart_count: int = 0
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()


class PodStatus(Seen):
    """How a pod is doing."""

    phase: str = "Pending"
    reason: str = ""
    message: str = ""
    conditions: Many[Condition] = ()
    container_statuses: Many[ContainerStatus] = ()


class Pod(Seen):
    """A pod."""

    metadata: Metadata
    status: PodStatus = PodStatus()

    @property
    def ready(self) -> bool:
        """Whether it is asked by its Service."""
        return self.metadata.deletion_timestamp is None and any(
            each.type == "Ready" and each.status == "True" for each in self.status.conditions
        )


class Pods(Seen):
    """A list of them."""

    items: Many[Pod] = ()


class Event(Seen):
    """What a part of the cluster said about an object."""

    type: str = "Normal"
    reason: str = ""
    message: str = ""
    count: int | None = None
    last_timestamp: str | None = None
    event_time: str | None = None
    metadata: Metadata = Metadata()

    @property
    def when(self) -> str:
        """When it was last said."""
        return self.last_timestamp or self.event_time or self.metadata.creation_timestamp


class Events(Seen):
    """A list of them."""

    items: Many[Event] = ()


class Reference(Seen):
    """The object behind an address."""

    kind: str = ""
    name: str = ""


class EndpointAddress(Seen):
    """An address that a Service sends to."""

    target_ref: Reference | None = None


class Subset(Seen):
    """Addresses with the same ports."""

    addresses: Many[EndpointAddress] = ()


class Endpoints(Seen):
    """Whom the API server's proxy sends to."""

    subsets: Many[Subset] = ()


class EndpointConditions(Seen):
    """Whether it takes requests."""

    ready: bool | None = None


class Endpoint(Seen):
    """One address of a slice."""

    conditions: EndpointConditions = EndpointConditions()
    target_ref: Reference | None = None


class Slice(Seen):
    """A part of whom the nodes send to."""

    endpoints: Many[Endpoint] = ()


class Slices(Seen):
    """All parts."""

    items: Many[Slice] = ()


class Scaler(Seen):
    """What a HorizontalPodAutoscaler scales."""

    scale_target_ref: Reference = Field(default=Reference())


class Autoscaler(Seen):
    """A HorizontalPodAutoscaler."""

    metadata: Metadata
    spec: Scaler = Scaler()


class Autoscalers(Seen):
    """A list of them."""

    items: Many[Autoscaler] = ()
