"""Containers: what we ask the engine for, and what it says of them in our words."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from adapters.docker.images import labels_of, with_algorithm
from adapters.docker.wire import ContainerInspect, EngineFacts
from tasks.models import Container, ContainerSpec, Variable, labels

State = Literal["created", "running", "restarting", "paused", "exited", "dead"]
Json = dict[str, object]

MOST_PROCESSES = 1024
"""Room for a JVM or a pool of workers, and an end to a fork bomb."""

_STATES: dict[str, State] = {
    "created": "created",
    "configured": "created",
    "initialized": "created",
    "running": "running",
    "stopping": "running",
    "restarting": "restarting",
    "paused": "paused",
    "exited": "exited",
    "stopped": "exited",
    "removing": "exited",
    "dead": "dead",
}
_NEVER = "0001-01-01"
_LOOPBACK = "127.0.0.1"
_LOG_SIZE = {"max-size": "10m", "max-file": "3"}


def payload(spec: ContainerSpec, variables: tuple[Variable, ...], facts: EngineFacts) -> Json:
    """The body of POST /containers/create.

    `resources.ephemeral_bytes` is not sent: overlay file systems take a limit only with project quotas. The sizes of
    the writable mounts hold, and a read-only root file system has nothing else to fill.
    """
    environment = {setting.name: setting.value for setting in spec.settings}
    environment |= {variable.name: variable.value.get_secret_value() for variable in variables}
    body: Json = {
        "Image": spec.image,
        "Env": [f"{name}={value}" for name, value in environment.items()],
        "Labels": our_labels(spec),
        "HostConfig": _host(spec, facts),
    }
    if spec.command:
        body["Entrypoint"], body["Cmd"] = [spec.command[0]], list(spec.command[1:])
    if spec.user is not None:
        body["User"] = spec.user
    if spec.port is not None:
        body["ExposedPorts"] = {f"{spec.port}/tcp": {}}
    if spec.network:
        aliases = [spec.alias] if spec.alias else []
        body["NetworkingConfig"] = {"EndpointsConfig": {spec.network: {"Aliases": aliases}}}
    return body


def unlimited(facts: EngineFacts) -> tuple[str, ...]:
    """What this engine's kernel lets a container use without end, as warnings."""
    known = {
        "memory": facts.memory_limit,
        "swap": facts.swap_limit or not facts.memory_limit,
        "processor time": facts.cpu_quota,
        "the number of processes": facts.pids_limit,
    }
    return tuple(f"this engine cannot limit {what}" for what, possible in known.items() if not possible)


def our_labels(spec: ContainerSpec) -> dict[str, str]:
    """The spec's labels and those by which we find it again."""
    given = {label.key: label.value for label in spec.labels}
    return {**given, labels.APPLICATION: spec.application.name, labels.NAMESPACE: spec.application.namespace}


def container_of(found: ContainerInspect) -> Container:
    """What the engine runs, or ran."""
    state = _STATES.get(found.state.status.lower(), "dead")
    ended = state in {"exited", "dead", "restarting"}
    return Container(
        id=found.id,
        name=found.name.removeprefix("/"),
        application=found.config.labels[labels.APPLICATION],
        image_id=with_algorithm(found.image),
        state=state,
        exit_code=found.state.exit_code if ended else None,
        oom_killed=found.state.oom_killed,
        restarts=found.restarts,
        created=found.created,
        started=found.state.started if found.state.started and not found.state.started.startswith(_NEVER) else None,
        address=_address(found) if state == "running" else None,
        labels=labels_of(found.config.labels),
    )


def created_at(container: Container) -> datetime:
    """When it was made: text would sort wrongly, its fractions have different lengths."""
    return datetime.fromisoformat(container.created)


def _host(spec: ContainerSpec, facts: EngineFacts) -> Json:
    host: Json = {
        "ReadonlyRootfs": spec.read_only,
        "Tmpfs": {mount.path: f"rw,exec,nosuid,nodev,size={mount.size_bytes},mode=1777" for mount in spec.mounts},
        "CapDrop": list(spec.dropped_capabilities),
        "SecurityOpt": ["no-new-privileges"] if spec.no_new_privileges else [],
        "RestartPolicy": {"Name": spec.restart},
        **_limits(spec, facts),
    }
    if spec.network:
        host["NetworkMode"] = spec.network
    if spec.port is not None and spec.published_port is not None:
        port = str(spec.published_port) if spec.published_port else ""
        host["PortBindings"] = {f"{spec.port}/tcp": [{"HostIp": _LOOPBACK, "HostPort": port}]}
    if facts.log_driver in {"json-file", "local", "k8s-file"}:
        host["LogConfig"] = {"Type": facts.log_driver, "Config": _LOG_SIZE}
    return host


def _limits(spec: ContainerSpec, facts: EngineFacts) -> Json:
    """The limits that this engine's kernel can hold: one that it cannot would make it refuse the container.

    So would more processors than it has.
    """
    memory = spec.resources.memory_bytes
    limits: Json = {}
    if facts.memory_limit:
        limits["Memory"] = memory
        if facts.swap_limit:
            limits["MemorySwap"] = memory
    if facts.cpu_quota:
        most = facts.cpus * 1000 or spec.resources.cpu_millicores
        limits["NanoCpus"] = min(spec.resources.cpu_millicores, most) * 1_000_000
    if facts.pids_limit:
        limits["PidsLimit"] = MOST_PROCESSES
    return limits


def _address(found: ContainerInspect) -> str | None:
    for port, bindings in sorted(found.network.ports.items()):
        if port.endswith("/tcp") and bindings and bindings[0].port not in {"", "0"}:
            host = bindings[0].ip if bindings[0].ip not in {"", "0.0.0.0", "::"} else _LOOPBACK  # noqa: S104 - read back
            return f"{host}:{bindings[0].port}"
    return None
