"""The pod of a release: one container, confined as Pod Security asks, probed at its one port."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.models import ReleasePlan, Setting

_MIB = 1024 * 1024
_DRAIN_S = 5
"""After a pod was told to end, endpoints still name it for a moment."""
_START_S = 90


def pod_spec(plan: ReleasePlan) -> Mapping[str, object]:
    """The PodSpec as data."""
    restricted = plan.pod_security == "restricted"
    security: dict[str, object] = {"seccompProfile": {"type": "RuntimeDefault"}}
    if restricted:
        security["runAsNonRoot"] = True
    if plan.user_id is not None:
        security |= {"runAsUser": plan.user_id, "runAsGroup": plan.user_id}
    spec: dict[str, object] = {
        "serviceAccountName": plan.application.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": security,
        "terminationGracePeriodSeconds": 30,
        "containers": [_container(plan)],
        "volumes": _volumes(plan),
    }
    return {**spec, "restartPolicy": "Never"} if plan.kind == "job" else spec


def _container(plan: ReleasePlan) -> Mapping[str, object]:
    restricted = plan.pod_security == "restricted"
    taken = _taken(plan)
    container: dict[str, object] = {
        **({"envFrom": taken} if taken else {}),
        "name": plan.application.name,
        "image": plan.pushed.startable,
        # a digest never means another image: with it a pod starts again while the registry is away
        "imagePullPolicy": "IfNotPresent",
        "env": _environment(plan),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            # without a capability root in a container can still read and bind, but not take over files or users
            **({"capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True} if restricted else {}),
        },
        "resources": _resources(plan),
        "volumeMounts": [
            {"name": f"writable-{number}", "mountPath": path} for number, path in enumerate(_writable(plan))
        ],
    }
    return {**container, **_ports_and_probes(plan)} if plan.port is not None else container


def _writable(plan: ReleasePlan) -> list[str]:
    return sorted(set(plan.writable_paths))


def _volumes(plan: ReleasePlan) -> list[Mapping[str, object]]:
    """All together they leave half of the disk to the log and what the application writes elsewhere."""
    paths = _writable(plan)
    size = _mib(plan.resources.ephemeral_bytes // 2 // max(len(paths), 1))
    return [{"name": f"writable-{number}", "emptyDir": {"sizeLimit": size}} for number in range(len(paths))]


def _environment(plan: ReleasePlan) -> list[Mapping[str, object]]:
    own = {setting.name: setting for setting in plan.settings if setting.name not in plan.variables}
    secret = plan.application.environment_secret
    given = [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": name}}}
        for name in sorted(set(plan.variables))
    ]
    return [*(_plain(own[name]) for name in sorted(own)), *given]


def _taken(plan: ReleasePlan) -> list[Mapping[str, object]]:
    """Whole objects of the user's; what is set one by one goes before what they hold."""
    maps = [{"configMapRef": {"name": name}} for name in sorted(set(plan.config_maps))]
    return [*maps, *({"secretRef": {"name": name}} for name in sorted(set(plan.secrets)))]


def _plain(setting: Setting) -> Mapping[str, object]:
    return {"name": setting.name, "value": setting.value}


def _resources(plan: ReleasePlan) -> Mapping[str, object]:
    limits = plan.resources
    return {
        "requests": {
            "cpu": f"{max(limits.cpu_millicores // 10, 10)}m",
            "memory": _mib(limits.memory_bytes // 4),
            "ephemeral-storage": _mib(limits.ephemeral_bytes // 4),
        },
        "limits": {
            "cpu": f"{limits.cpu_millicores}m",
            "memory": _mib(limits.memory_bytes),
            "ephemeral-storage": _mib(limits.ephemeral_bytes),
        },
    }


def _ports_and_probes(plan: ReleasePlan) -> Mapping[str, object]:
    # a path that is not known cannot be asked for: an open port is all that can be required
    how: Mapping[str, object] = (
        {"httpGet": {"path": plan.health_path, "port": "http"}} if plan.health_path else {"tcpSocket": {"port": "http"}}
    )
    return {
        "ports": [{"name": "http", "containerPort": plan.port, "protocol": "TCP"}],
        "startupProbe": {**how, "periodSeconds": 1, "timeoutSeconds": 2, "failureThreshold": _START_S},
        "readinessProbe": {**how, "periodSeconds": 2, "timeoutSeconds": 2, "failureThreshold": 3},
        "livenessProbe": {**how, "periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 3},
        "lifecycle": {"preStop": {"sleep": {"seconds": _DRAIN_S}}},
    }


def _mib(size_bytes: int) -> str:
    return f"{max(size_bytes // _MIB, 1)}Mi"
