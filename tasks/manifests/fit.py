"""What would not run on a target, found from values alone before anything is deployed."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.manifests import room
from tasks.manifests.pod_security import violations
from tasks.manifests.pullable import pullable
from tasks.manifests.reading import PodShape, kinds, node, nodes, pods
from tasks.manifests.schema import misfits
from tasks.models import Check, ClusterInfo, ContainerSpec, Image, Manifests, Workload

_ARCHITECTURES = {"x86_64": "amd64", "x64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i386": "386", "i686": "386"}


def fit(info: ClusterInfo, image: Image, workload: Workload) -> tuple[Check, ...]:
    """Each reason why this workload would not run there; empty when none is known."""
    if isinstance(workload, Manifests):
        own: tuple[Check | None, ...] = (_architecture(info, image), *_on_cluster(info, image, workload))
    else:
        own = (_architecture(info, image), _mounts(workload))
    return (*info.failed, *(check for check in own if check is not None))


def _on_cluster(info: ClusterInfo, image: Image, manifests: Manifests) -> Iterator[Check | None]:
    found = tuple(pods(manifests))
    yield from misfits(manifests, info.version)
    yield _permissions(info, manifests)
    for pod in found:
        yield _user(image, pod)
        yield _security(info, pod)
        names = dict.fromkeys(str(container.get("image")) for container in pod.containers)
        yield from (pullable(info, name) for name in names if info.target == "kubernetes")
        yield from room.on_nodes(info, pod)
        yield from room.in_limits(info, pod)
    yield from room.in_quotas(info, manifests, found)


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


def _user(image: Image, pod: PodShape) -> Check | None:
    """The kubelet refuses to start what must not be root when the image does not say so by a number."""
    if _is_numeric_non_root(image.user) or not _relies_on_the_image_user(pod):
        return None
    user = f"runs as {image.user!r}, which only the image can resolve" if _is_named(image.user) else "runs as root"
    return Check(
        name="user",
        passed=False,
        detail=f"the image {user}, and {pod.called} demands a user that is not root",
        hint="give the Dockerfile a last USER with a number, or use --dockerfile improved",
    )


def _is_numeric_non_root(user: str) -> bool:
    number = user.partition(":")[0]
    return number.isdigit() and int(number) != 0


def _is_named(user: str) -> bool:
    name = user.partition(":")[0]
    return bool(name) and name != "root" and not name.isdigit()


def _relies_on_the_image_user(pod: PodShape) -> bool:
    of_pod = node(pod.spec.get("securityContext"))
    for container in nodes(pod.spec.get("containers")):
        # what a container says goes before what its pod says
        security = {**of_pod, **node(container.get("securityContext"))}
        if security.get("runAsNonRoot") is True and security.get("runAsUser") is None:
            return True
    return False


def _security(info: ClusterInfo, pod: PodShape) -> Check | None:
    found = violations(info.security_level, pod) if info.security_level else ()
    if not found:
        return None
    return Check(
        name="Pod Security",
        passed=False,
        detail=f"{info.security_level} refuses the pods of {pod.called}: {'; '.join(found)}",
        hint="leave --pod-security as it is (restricted), or choose a namespace that allows it",
    )


def _permissions(info: ClusterInfo, manifests: Manifests) -> Check | None:
    """What these kinds of objects need; what every release needs was looked at before."""
    there = kinds(manifests.objects)
    refused = [permission for permission in info.refused if permission.needed_by in there]
    if not refused:
        return None
    return Check(
        name="permissions",
        passed=False,
        detail=f"in {manifests.application.namespace} these credentials may not: {', '.join(map(str, refused))}",
        hint="`containerkit doctor` prints the Role that an administrator can give you",
    )


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / 1024 / 1024:g} MiB"
