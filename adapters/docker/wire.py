"""What the Engine API answers, as far as we read it. Docker and Podman leave out, or set to null, different fields."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_GO_TYPE_BITS = 25


class Wire(BaseModel):
    """A JSON object of the engine: unknown fields are left aside."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


Texts = Annotated[tuple[str, ...], BeforeValidator(lambda value: value or ())]
Labels = Annotated[dict[str, str], BeforeValidator(lambda value: value or {})]
Text = Annotated[str, BeforeValidator(lambda value: value or "")]


class HelloComponent(Wire):
    """A part of the engine."""

    name: str = Field(alias="Name")


class Hello(Wire):
    """GET /version."""

    version: str = Field(alias="Version")
    api_version: str = Field(alias="ApiVersion")
    architecture: str = Field(alias="Arch")
    os: str = Field(alias="Os")
    components: tuple[HelloComponent, ...] = Field(default=(), alias="Components")

    @property
    def is_podman(self) -> bool:
        """Podman says so in the name of its first component."""
        return any("podman" in component.name.lower() for component in self.components)


class EngineFacts(Wire):
    """GET /info."""

    root_folder: str | None = Field(default=None, alias="DockerRootDir")
    log_driver: Text = Field(default="", alias="LoggingDriver")
    memory_limit: bool = Field(default=True, alias="MemoryLimit")
    swap_limit: bool = Field(default=True, alias="SwapLimit")
    cpu_quota: bool = Field(default=True, alias="CpuCfsQuota")
    pids_limit: bool = Field(default=True, alias="PidsLimit")
    cpus: int = Field(default=0, alias="NCPU")


class ImageConfig(Wire):
    """What an image was built to do."""

    user: Text = Field(default="", alias="User")
    exposed: Annotated[dict[str, object], BeforeValidator(lambda value: value or {})] = Field(
        default_factory=dict, alias="ExposedPorts"
    )
    entrypoint: Texts = Field(default=(), alias="Entrypoint")
    command: Texts = Field(default=(), alias="Cmd")
    labels: Labels = Field(default_factory=dict, alias="Labels")


class ImageInspect(Wire):
    """GET /images/NAME/json."""

    id: str = Field(alias="Id")
    tags: Texts = Field(default=(), alias="RepoTags")
    digests: Texts = Field(default=(), alias="RepoDigests")
    os: str = Field(alias="Os")
    architecture: str = Field(alias="Architecture")
    size: int = Field(default=0, alias="Size")
    created: Text = Field(default="", alias="Created")
    config: Annotated[ImageConfig, BeforeValidator(lambda value: value or {})] = Field(
        default_factory=ImageConfig, alias="Config"
    )


class ImageSummary(Wire):
    """One of GET /images/json."""

    id: str = Field(alias="Id")
    created: int = Field(alias="Created")
    tags: Texts = Field(default=(), alias="RepoTags")
    digests: Texts = Field(default=(), alias="RepoDigests")

    @property
    def was_built_here(self) -> bool:
        """It has a name that no registry gave it: a downloaded image may carry any label."""
        downloaded = {text.partition("@")[0] for text in self.digests}
        names = {text.rpartition(":")[0] for text in self.tags}
        return any(name.startswith("localhost/") or name not in downloaded for name in names)


class HostPort(Wire):
    """Where a container's port is published."""

    ip: Text = Field(default="", alias="HostIp")
    port: Text = Field(default="", alias="HostPort")


class NetworkSettings(Wire):
    """Published ports, by port/protocol, and the networks that a container is in, by name."""

    networks: Annotated[dict[str, object], BeforeValidator(lambda value: value or {})] = Field(
        default_factory=dict, alias="Networks"
    )

    ports: Annotated[dict[str, tuple[HostPort, ...] | None], BeforeValidator(lambda value: value or {})] = Field(
        default_factory=dict, alias="Ports"
    )


class ContainerState(Wire):
    """How a container is doing."""

    status: str = Field(alias="Status")
    exit_code: int | None = Field(default=None, alias="ExitCode")
    oom_killed: bool = Field(default=False, alias="OOMKilled")
    error: Text = Field(default="", alias="Error")
    started: Text = Field(default="", alias="StartedAt")
    finished: Text = Field(default="", alias="FinishedAt")


class ContainerConfig(Wire):
    """What a container was made from."""

    labels: Labels = Field(default_factory=dict, alias="Labels")
    user: Text = Field(default="", alias="User")


class HostConfig(Wire):
    """The part of the host configuration that we read back."""

    tmpfs: Labels = Field(default_factory=dict, alias="Tmpfs")


class ContainerInspect(Wire):
    """GET /containers/ID/json."""

    id: str = Field(alias="Id")
    name: str = Field(alias="Name")
    image: str = Field(alias="Image")
    created: str = Field(alias="Created")
    restarts: int = Field(default=0, alias="RestartCount")
    state: ContainerState = Field(alias="State")
    config: ContainerConfig = Field(alias="Config")
    host: HostConfig = Field(default_factory=HostConfig, alias="HostConfig")
    network: NetworkSettings = Field(default_factory=NetworkSettings, alias="NetworkSettings")


class Created(Wire):
    """POST /containers/create."""

    id: str = Field(alias="Id")
    warnings: Texts = Field(default=(), alias="Warnings")


class ContainerSummary(Wire):
    """One of GET /containers/json."""

    id: str = Field(alias="Id")


class NetworkContainer(Wire):
    """A container in a network."""

    name: Text = Field(default="", alias="Name")


class NetworkInspect(Wire):
    """GET /networks/NAME."""

    id: str = Field(alias="Id")
    name: str = Field(alias="Name")
    labels: Labels = Field(default_factory=dict, alias="Labels")
    containers: Annotated[dict[str, NetworkContainer], BeforeValidator(lambda value: value or {})] = Field(
        default_factory=dict, alias="Containers"
    )


class PathFacts(Wire):
    """What a path in a container is: GET /containers/ID/archive says it in a header."""

    size: int = 0
    mode: int = 0
    """Go's FileMode: its upper bits are set for everything that is no regular file."""

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.mode >> _GO_TYPE_BITS == 0


class EventError(Wire):
    """What went wrong, inside a stream."""

    message: Text = ""
    code: int | None = None


class LayerProgress(Wire):
    """How far a layer is."""

    current: int = 0
    total: int = 0


class Event(Wire):
    """One line of the stream of a build, a push or a pull."""

    stream: Text = ""
    status: Text = ""
    id: Text = ""
    aux: object = None
    error: Text = ""
    detail: EventError | None = Field(default=None, alias="errorDetail")
    layer: LayerProgress | None = Field(default=None, alias="progressDetail")
