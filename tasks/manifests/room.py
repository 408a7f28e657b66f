"""Whether there is room: nodes that are large enough, quotas that are not used up, limits for one container or pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from tasks.manifests.quantities import amount, shown
from tasks.manifests.reading import PodShape, kinds, resources
from tasks.models import Check, ClusterInfo, Manifests, Node, Quota, ResourceLimit

_NAMES = {"cpu": "requests.cpu", "memory": "requests.memory", "ephemeral-storage": "requests.ephemeral-storage"}
_NONE = Decimal(0)


def on_nodes(info: ClusterInfo, pod: PodShape) -> Iterator[Check]:
    """What no node could give to one pod, even if it were empty."""
    offers = [{each.resource: amount(each.quantity) for each in node.allocatable} for node in info.nodes]
    for resource, wanted in sorted(pod.requests.items()):
        most = max((offer[resource] for offer in offers if resource in offer), default=None)
        if most is not None and wanted > most:
            yield Check(
                name=resource,
                passed=False,
                detail=f"a pod of {pod.called} requests {shown(resource, wanted)} {resource}; the largest node,"
                f" {_largest(info.nodes, resource)}, has {shown(resource, most)}",
                hint="ask for less, or add a larger node",
            )


def in_quotas(info: ClusterInfo, manifests: Manifests, pods: tuple[PodShape, ...]) -> Iterator[Check]:
    """What a quota of the namespace has no room for."""
    is_first = info.live_image is None
    is_same = all(info.live_image in {each.get("image") for each in pod.containers} for pod in pods)
    objects = _objects(manifests, pods) if is_first else {}
    for quota in info.quotas:
        resource = _NAMES.get(quota.resource, quota.resource)
        each, wanted = _of_pods(resource, pods)
        # a first release brings all pods, a new one one more than there are, the same one none
        further = wanted if is_first else _NONE if is_same else each
        further += objects.get(_plural(resource), _NONE)
        if (found := _without_room(quota, wanted, further)) is not None:
            yield found


def in_limits(info: ClusterInfo, pod: PodShape) -> Iterator[Check]:
    """What a limit range of the namespace refuses to one container or pod."""
    for limit in info.limits:
        if limit.of == "Pod":
            yield from _against(limit, f"the pod of {pod.called}", pod.requests, pod.limits)
            continue
        for container in pod.containers:
            named = f"container {container.get('name')}"
            yield from _against(limit, named, resources(container, "requests"), resources(container, "limits"))


def _largest(nodes: tuple[Node, ...], resource: str) -> str:
    def size(node: Node) -> Decimal:
        return max((amount(each.quantity) for each in node.allocatable if each.resource == resource), default=_NONE)

    return max(nodes, key=size).name


def _of_pods(resource: str, pods: tuple[PodShape, ...]) -> tuple[Decimal, Decimal]:
    """For one pod of each object, and for all."""
    each = [_of_pod(resource, pod) for pod in pods]
    return sum(each, _NONE), sum((one * pod.replicas for one, pod in zip(each, pods, strict=True)), _NONE)


def _of_pod(resource: str, pod: PodShape) -> Decimal:
    if resource in {"pods", "count/pods"}:
        return Decimal(1)
    part, _, name = resource.partition(".")
    found = {"requests": pod.requests, "limits": pod.limits}.get(part, {})
    return found.get(name, _NONE)


def _objects(manifests: Manifests, pods: tuple[PodShape, ...]) -> Mapping[str, Decimal]:
    """What the first release adds, with the Secrets that the target writes: its history, and the variables."""
    has_variables = any("secretKeyRef" in str(container.get("env")) for pod in pods for container in pod.containers)
    counted = {f"{kind.lower()}s": Decimal(number) for kind, number in kinds(manifests.objects).items()}
    return {**counted, "secrets": Decimal(1 + has_variables)}


def _plural(resource: str) -> str:
    """count/deployments.apps counts what services counts too; services.nodeports is something else."""
    return resource.removeprefix("count/").partition(".")[0] if resource.startswith("count/") else resource


def _without_room(quota: Quota, wanted: Decimal, further: Decimal) -> Check | None:
    hard, used, resource = amount(quota.hard), amount(quota.used), quota.resource
    if wanted > hard:
        need = shown(resource, wanted)
        detail = f"quota {quota.name} allows {shown(resource, hard)} {resource}; the release needs {need}"
    elif further and used + further > hard:
        left = f"{shown(resource, max(hard - used, _NONE))} of {shown(resource, hard)} {resource}"
        detail = f"quota {quota.name} has {left} left; the release needs {shown(resource, further)} more"
    else:
        return None
    return Check(
        name="quota", passed=False, detail=detail, hint="give the release less, make room, or ask for a larger quota"
    )


def _against(
    limit: ResourceLimit, named: str, requests: Mapping[str, Decimal], limits: Mapping[str, Decimal]
) -> Iterator[Check]:
    resource = limit.resource
    asked, allowed = requests.get(resource), limits.get(resource)
    if limit.most is not None and allowed is not None and allowed > amount(limit.most):
        said = f"may take {shown(resource, allowed)} {resource}; at most {shown(resource, amount(limit.most))} is let"
        yield _limit_check(limit, named, said)
    if limit.least is not None and asked is not None and asked < amount(limit.least):
        least = shown(resource, amount(limit.least))
        yield _limit_check(limit, named, f"requests {shown(resource, asked)} {resource}; at least {least} is asked")
    if limit.most_ratio is not None and asked and allowed and allowed / asked > amount(limit.most_ratio):
        ratio = f"{allowed / asked:.1f}".removesuffix(".0")
        said = f"may take {ratio} times the {resource} that it requests; at most {limit.most_ratio} times is let"
        yield _limit_check(limit, named, said)


def _limit_check(limit: ResourceLimit, named: str, said: str) -> Check:
    return Check(
        name="limit range",
        passed=False,
        detail=f"{named} {said} (limit range {limit.name})",
        hint="ask for what the limit range lets, or have it changed",
    )
