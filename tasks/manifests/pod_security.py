"""What Pod Security would refuse, by the rules of its two levels, for the fields that our manifests can have."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.manifests.reading import Node, PodShape, node, nodes
from tasks.models import SecurityLevel

_HARMLESS = frozenset({
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
})  # fmt: skip
_VOLUMES = frozenset({
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret",
})  # fmt: skip
_PROFILES = frozenset({"RuntimeDefault", "Localhost"})


def violations(level: SecurityLevel, pod: PodShape) -> tuple[str, ...]:
    """Each field that this level refuses, in its own words."""
    if level == "privileged":
        return ()
    found = [*_baseline(pod.spec)]
    if level == "restricted":
        found += _restricted(pod.spec)
    for container in pod.containers:
        name = container.get("name")
        own = [*_baseline_container(container)]
        if level == "restricted":
            own += _restricted_container(node(pod.spec.get("securityContext")), container)
        found += [f"container {name}: {each}" for each in own]
    return tuple(found)


def _baseline(spec: Node) -> Iterator[str]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield f"{field} must not be set"
    for volume in nodes(spec.get("volumes")):
        if "hostPath" in volume:
            yield f"volume {volume.get('name')} must not be a hostPath"
    if _profile(node(spec.get("securityContext"))) == "Unconfined":
        yield "seccompProfile must not be Unconfined"


def _restricted(spec: Node) -> Iterator[str]:
    for volume in nodes(spec.get("volumes")):
        kinds = {*volume} - {"name"}
        if "hostPath" not in kinds and not kinds <= _VOLUMES:
            yield f"volume {volume.get('name')} must not be a {', '.join(sorted(kinds))}"
    if node(spec.get("securityContext")).get("runAsUser") == 0:
        yield "runAsUser must not be 0"


def _baseline_container(container: Node) -> Iterator[str]:
    security = node(container.get("securityContext"))
    if security.get("privileged"):
        yield "privileged must not be set"
    added = {*_texts(node(security.get("capabilities")).get("add"))} - _HARMLESS
    if added:
        yield f"capabilities.add must not have {', '.join(sorted(added))}"
    if any(port.get("hostPort") for port in nodes(container.get("ports"))):
        yield "hostPort must not be set"
    if _profile(security) == "Unconfined":
        yield "seccompProfile must not be Unconfined"


def _restricted_container(of_pod: Node, container: Node) -> Iterator[str]:
    security = node(container.get("securityContext"))
    # what a container says goes before what its pod says
    together = {**of_pod, **security}
    capabilities = node(security.get("capabilities"))
    if security.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation must be false"
    if "ALL" not in _texts(capabilities.get("drop")):
        yield "capabilities.drop must have ALL"
    if added := {*_texts(capabilities.get("add"))} & _HARMLESS - {"NET_BIND_SERVICE"}:
        yield f"capabilities.add must not have {', '.join(sorted(added))}"
    if together.get("runAsNonRoot") is not True:
        yield "runAsNonRoot must be true"
    if security.get("runAsUser") == 0:
        yield "runAsUser must not be 0"
    if _profile(together) not in _PROFILES | {"Unconfined"}:
        yield "seccompProfile must be RuntimeDefault or Localhost"


def _profile(security: Node) -> str:
    return str(node(security.get("seccompProfile")).get("type") or "")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, (list, tuple)) else ()
