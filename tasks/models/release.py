"""From an image to a verified release: what steps 7 to 10 ask for and return."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints

from tasks.models.image import PushedImage
from tasks.models.model import Label, Model, Name, Outcome
from tasks.models.profile import Kind
from tasks.models.provision import Resources, Setting

TargetKind = Literal["engine", "kubernetes"]
PodSecurity = Literal["restricted", "baseline"]
ObjectName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")]
"""The name of a user's own object: an RFC 1123 subdomain."""
MissingNamespace = Literal["refuse", "create"]
"""What becomes of a run whose namespace is not there."""
_MIB = 1024 * 1024


class Application(Model):
    """The name under which a target knows what we released."""

    name: Name
    namespace: Name = "default"

    @property
    def environment_secret(self) -> str:
        """What manifests call the Secret that holds the values of its variables."""
        return f"{self.name}-environment"


class Variable(Model):
    """A value of the environment. It travels only in memory, from the user to the target."""

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")
    value: SecretStr


class ReleasePlan(Model):
    """Everything that decides how the application will run."""

    application: Application
    target: TargetKind
    pushed: PushedImage
    kind: Kind
    port: int | None = Field(default=None, ge=1, le=65535)
    published_port: int | None = Field(default=None, ge=1, le=65535)
    """Port on the engine's host; None takes the application's own."""
    health_path: str | None = None
    settings: tuple[Setting, ...] = ()
    variables: tuple[str, ...] = ()
    """Names of the variables whose values the target was given."""
    secrets: tuple[ObjectName, ...] = ()
    config_maps: tuple[ObjectName, ...] = ()
    """Objects of the user's own on a cluster, whose keys become variables."""
    resources: Resources = Resources()
    writable_paths: tuple[str, ...] = ("/tmp",)  # noqa: S108 - a mount point inside the container
    pod_security: PodSecurity = "restricted"
    user_id: int | None = Field(default=None, ge=1)
    """The numeric user of the image, where it names one."""
    replicas: int = Field(default=1, ge=0, le=100)
    missing_namespace: MissingNamespace = "refuse"
    source: str
    commit: str | None = None
    version: str | None = None


class WritableMount(Model):
    """A path that is kept in memory and may be written to."""

    path: str = Field(pattern=r"^/[^\x00-\x1f:,]*$")
    size_bytes: int = Field(default=64 * _MIB, ge=1)


class ContainerSpec(Outcome):
    """One container on an engine, as strict as the application allows."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,126}$")
    """The application's name; the target derives the containers' names from it, with namespace and state."""
    application: Application
    kind: Kind
    image: str
    command: tuple[str, ...] = ()
    """Empty: the image's own."""
    settings: tuple[Setting, ...] = ()
    variables: tuple[str, ...] = ()
    port: int | None = None
    published_port: int | None = None
    """Port on the host's loopback; None: nothing is published, 0: one that the engine chooses."""
    user: str | None = None
    """None: the image's own."""
    read_only: bool = True
    mounts: tuple[WritableMount, ...] = ()
    dropped_capabilities: tuple[str, ...] = ("ALL",)
    no_new_privileges: bool = True
    resources: Resources = Resources()
    health_path: str | None = None
    restart: Literal["no", "unless-stopped"] = "unless-stopped"
    network: str | None = None
    alias: str | None = None
    """A further name in that network."""
    labels: tuple[Label, ...] = ()

    def summary(self) -> str:
        """How the container is confined."""
        return f"container {self.name}, {'read-only' if self.read_only else 'writable'}, port {self.port or 'none'}"


class ManifestObject(Model):
    """One Kubernetes object as canonical YAML."""

    api_version: str
    kind: str
    name: str
    namespace: str | None = None
    yaml: str


class Manifests(Outcome):
    """The objects of a release, in the order in which they are applied."""

    application: Application
    objects: tuple[ManifestObject, ...]

    def summary(self) -> str:
        """The kinds of the objects."""
        return ", ".join(item.kind for item in self.objects)


Workload = ContainerSpec | Manifests


class DeployRequest(Model):
    """Make this workload the live one."""

    workload: Workload
    source: str
    commit: str | None = None
    version: str | None = None
    timeout_s: float = Field(default=120, gt=0)


class Release(Outcome):
    """One entry of an application's history on a target."""

    application: Application
    number: int = Field(ge=1)
    state: Literal["candidate", "live", "former", "failed"]
    image: str
    source: str = ""
    commit: str | None = None
    version: str | None = None
    created: str
    """RFC 3339, by the target's clock."""
    url: str | None = None
    """Where a person can reach it."""

    def summary(self) -> str:
        """Number and address."""
        return f"release {self.number} {self.state}" + (f" at {self.url}" if self.url else "")


class VerifyRequest(Model):
    """Ask whether this release answers as it should."""

    release: Release
    kind: Kind
    port: int | None = None
    health_path: str | None = None
    timeout_s: float = Field(default=20, gt=0)
    """It was ready before: what still answers errors is put away soon."""
    soak_s: Annotated[float, Field(ge=0)] = 1.0


class HttpAnswer(Model):
    """What the application answered, and the way the question took."""

    url: str
    way: str
    status: int
    content_type: str = ""
    body: str = ""
    """At most the first 2,000 characters."""
    duration_ms: float


class DeploymentStatus(Outcome):
    """How a release is doing."""

    application: Application
    release: Release | None
    ready: bool
    running: int = 0
    wanted: int = 1
    restarts: int = 0
    message: str
    answer: HttpAnswer | None = None
    events: tuple[str, ...] = ()
    log_tail: str = ""

    def summary(self) -> str:
        """What was seen."""
        return self.message
