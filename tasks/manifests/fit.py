"""What would not run on a target, found from values alone before anything is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import yaml

from tasks.models import Check, ClusterInfo, ContainerSpec, Image, ManifestObject, Manifests, Workload

_ARCHITECTURES = {"x86_64": "amd64", "x64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i386": "386", "i686": "386"}
_POD_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"})


def fit(info: ClusterInfo, image: Image, workload: Workload) -> tuple[Check, ...]:
    """Each reason why this workload would not run there; empty when none is known."""
    if isinstance(workload, Manifests):
        own = (_architecture(info, image), *_users(image, workload))
    else:
        own = (_architecture(info, image), _mounts(workload))
    return (*info.failed, *(check for check in own if check is not None))


def _architecture(info: ClusterInfo, image: Image) -> Check | None:
    offered = sorted({_ARCHITECTURES.get(name, name) for name in info.architectures})
    needed = _ARCHITECTURES.get(image.architecture, image.architecture)
    if not offered or needed in offered:
        return None
    return Check(
        name="architecture",
        passed=False,
        detail=f"the image is for {needed}, {info.name} runs {', '.join(offered)}",
        hint=f"build it for linux/{offered[0]}",
    )


def _mounts(spec: ContainerSpec) -> Check | None:
    """Mounts in memory count against the limit: full ones leave the application none."""
    mounted = sum(mount.size_bytes for mount in spec.mounts)
    limit = spec.resources.memory_bytes
    if mounted < limit:
        return None
    return Check(
        name="memory",
        passed=False,
        detail=f"{len(spec.mounts)} writable paths may take {_mib(mounted)} of {_mib(limit)} memory",
        hint="give it more memory or fewer writable paths",
    )


def _users(image: Image, manifests: Manifests) -> Iterator[Check]:
    """The kubelet refuses to start what must not be root when the image does not say so by a number."""
    if _is_numeric_non_root(image.user):
        return
    for each in manifests.objects:
        if each.kind in _POD_KINDS and _relies_on_the_image_user(each):
            user = (
                f"runs as {image.user!r}, which only the image can resolve" if _is_named(image.user) else "runs as root"
            )
            yield Check(
                name="user",
                passed=False,
                detail=f"the image {user}, and {each.kind} {each.name} demands a user that is not root",
                hint="give the Dockerfile a last USER with a number, or use --dockerfile improved",
            )


def _is_numeric_non_root(user: str) -> bool:
    number = user.partition(":")[0]
    return number.isdigit() and int(number) != 0


def _is_named(user: str) -> bool:
    name = user.partition(":")[0]
    return bool(name) and name != "root" and not name.isdigit()


def _relies_on_the_image_user(each: ManifestObject) -> bool:
    pod = _pod(_mapping(yaml.safe_load(each.yaml)))
    of_pod = _mapping(pod.get("securityContext"))
    containers = pod.get("containers")
    for container in containers if isinstance(containers, Sequence) else ():
        # what a container says goes before what its pod says
        security = {**of_pod, **_mapping(_mapping(container).get("securityContext"))}
        if security.get("runAsNonRoot") is True and security.get("runAsUser") is None:
            return True
    return False


def _pod(node: Mapping[str, object]) -> Mapping[str, object]:
    """The PodSpec, however deep the kind has it."""
    while "containers" not in node:
        spec, template = _mapping(node.get("spec")), _mapping(node.get("template"))
        job = _mapping(node.get("jobTemplate"))
        deeper = spec or template or job
        if not deeper:
            return {}
        node = deeper
    return node


def _mapping(node: object) -> Mapping[str, object]:
    return node if isinstance(node, Mapping) else {}


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / 1024 / 1024:g} MiB"
