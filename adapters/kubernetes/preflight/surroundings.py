"""The namespace and its nodes, as far as these credentials may see them; what they may not is said to be unknown."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Mapping
from typing import NamedTuple, get_args
from urllib.parse import quote

import yaml

from adapters.kubernetes.preflight import documents
from adapters.kubernetes.preflight.access import is_allowed
from adapters.kubernetes.preflight.asking import Absent, Questions, Refused
from tasks.models import Amount, Check, MissingNamespace, Node, Permission, Quota, ResourceLimit, SecurityLevel

_ENFORCED = "pod-security.kubernetes.io/enforce"
_AMOUNTS = ("cpu", "memory", "ephemeral-storage", "pods")
_PAGE = 500
_HOSTING = "/api/v1/namespaces/kube-public/configmaps/local-registry-hosting"
_SCOPES_OF_OURS = frozenset({"NotTerminating", "NotBestEffort"})
"""Our pods have requests and no deadline; quotas with other scopes do not count them."""
_KEEPS_AWAY = frozenset({"NoSchedule", "NoExecute"})


class Nodes(NamedTuple):
    """Those that are ready and take pods."""

    check: Check
    ready: tuple[Node, ...] = ()


class Namespace(NamedTuple):
    """What the namespace asks of what runs in it."""

    checks: tuple[Check, ...]
    level: SecurityLevel | None = None


def nodes(questions: Questions) -> Nodes:
    """Ready nodes that take pods without being asked to tolerate anything."""
    seen: list[documents.Node] = []
    resume = ""
    while True:
        page = questions.get(f"/api/v1/nodes?limit={_PAGE}&continue={quote(resume)}", documents.Nodes)
        if isinstance(page, (Refused, Absent)):
            return Nodes(Check(name="nodes", passed=True, detail="unknown: these credentials may not list nodes"))
        seen += page.items
        resume = page.metadata.resume
        if not resume:
            break
    ready = tuple(_node(each) for each in seen if not _reason_against(each))
    if ready:
        architectures = ", ".join(sorted({each.architecture for each in ready}))
        return Nodes(
            Check(name="nodes", passed=True, detail=f"{len(ready)} of {len(seen)} ready, {architectures}"), ready
        )
    reasons = "; ".join(f"{each.metadata.name} {_reason_against(each)}" for each in seen[:5])
    return Nodes(
        Check(
            name="nodes",
            passed=False,
            detail=f"no node takes pods: {reasons}" if seen else "the cluster has no nodes",
            hint="`kubectl describe nodes` shows their conditions and taints",
        )
    )


def namespace(questions: Questions, name: str, missing: MissingNamespace = "refuse") -> Namespace:
    """Whether it exists and stays, and which Pod Security level it enforces; else whether it can be made."""
    seen = questions.get(f"/api/v1/namespaces/{name}", documents.Namespace)
    if isinstance(seen, Refused):
        detail = f"unknown: these credentials may not look at {name}"
        return Namespace(tuple(Check(name=each, passed=True, detail=detail) for each in ("namespace", "Pod Security")))
    if isinstance(seen, Absent):
        return Namespace((_absent(questions, name, missing),))
    if seen.status.phase != "Active":
        ending = Check(
            name="namespace",
            passed=False,
            detail=f"{name} is being deleted ({seen.status.phase}); nothing can be created in it",
            hint=f"wait until `kubectl get namespace {name}` does not find it, create it again, or choose another one",
        )
        return Namespace((ending,))
    written = (seen.metadata.labels or {}).get(_ENFORCED, "")
    level: SecurityLevel | None = next((each for each in get_args(SecurityLevel) if each == written), None)
    detail = f"{name} enforces {level}" if level else f"{name} names no level; the cluster's default is not known"
    return Namespace(
        (
            Check(name="namespace", passed=True, detail=f"{name} is there"),
            Check(name="Pod Security", passed=True, detail=detail),
        ),
        level,
    )


def _absent(questions: Questions, name: str, missing: MissingNamespace) -> Check:
    hint = f"kubectl create namespace {name}, or choose another with --namespace"
    if missing == "refuse":
        hint = f"--create-namespace makes it, --namespace chooses another, as would `kubectl create namespace {name}`"
        return Check(name="namespace", passed=False, detail=f"there is no namespace {name}", hint=hint)
    if is_allowed(questions, "", Permission(resource="namespaces", verb="create")) is False:
        detail = f"there is no namespace {name}, and these credentials may not create one"
        return Check(name="namespace", passed=False, detail=detail, hint=f"ask for it: {hint}")
    return Check(name="namespace", passed=True, detail=f"there is no namespace {name} yet; the release makes it")


def quotas(questions: Questions, name: str) -> tuple[Check, tuple[Quota, ...]]:
    """Each resource that a quota of the namespace limits."""
    seen = questions.get(f"/api/v1/namespaces/{name}/resourcequotas", documents.Quotas)
    if isinstance(seen, (Refused, Absent)):
        return Check(name="quota", passed=True, detail="unknown: these credentials may not list quotas"), ()
    found = tuple(
        Quota(name=each.metadata.name, resource=resource, hard=hard, used=each.status.used.get(resource, "0"))
        for each in seen.items
        if each.spec.scope_selector is None and _SCOPES_OF_OURS.issuperset(each.spec.scopes)
        for resource, hard in sorted(each.status.hard.items())
    )
    limited = ", ".join(f"{each.resource} {each.used} of {each.hard}" for each in found)
    return Check(name="quota", passed=True, detail=limited or "none"), found


def limits(questions: Questions, name: str) -> tuple[Check, tuple[ResourceLimit, ...]]:
    """What LimitRanges let one container or pod have."""
    seen = questions.get(f"/api/v1/namespaces/{name}/limitranges", documents.Ranges)
    if isinstance(seen, (Refused, Absent)):
        return Check(name="limit range", passed=True, detail="unknown: these credentials may not list limit ranges"), ()
    found = tuple(limit for each in seen.items for rule in each.spec.limits for limit in _limits(each, rule))
    named = ", ".join(f"{each.resource} of a {each.of.lower()}" for each in found)
    return Check(name="limit range", passed=True, detail=named or "none"), found


def live_image(questions: Questions, namespace_name: str, application: str) -> str | None:
    """What the application's Deployment runs, where there is one that we may see."""
    path = f"/apis/apps/v1/namespaces/{namespace_name}/deployments/{application}"
    seen = questions.get(path, documents.Deployment)
    if isinstance(seen, (Refused, Absent)):
        return None
    return next((each.image for each in seen.spec.template.spec.containers), None)


def pull_registries(questions: Questions) -> tuple[str, ...]:
    """What a local cluster publishes by convention (KEP-1755): a registry that its nodes reach under this name."""
    seen = questions.get(_HOSTING, documents.Hosting)
    if isinstance(seen, (Refused, Absent)):
        return ()
    try:
        hosting = yaml.safe_load(seen.data.get("localRegistryHosting.v1", ""))
    except yaml.YAMLError:
        return ()
    host = hosting.get("host") if isinstance(hosting, Mapping) else None
    return (host,) if isinstance(host, str) else ()


def _reason_against(node: documents.Node) -> str:
    ready = next((each for each in node.status.conditions if each.type == "Ready"), None)
    if ready is None or ready.status != "True":
        return f"is not ready ({ready.message})" if ready and ready.message else "is not ready"
    if node.spec.unschedulable:
        return "is cordoned"
    taint = next((each for each in node.spec.taints if each.effect in _KEEPS_AWAY), None)
    return f"has the taint {taint.key}:{taint.effect}" if taint else ""


def _node(seen: documents.Node) -> Node:
    addresses = tuple(each.address for each in seen.status.addresses if each.type.endswith("IP"))
    return Node(
        name=seen.metadata.name,
        architecture=seen.status.node_info.architecture,
        addresses=addresses,
        is_local=any(_is_own(address) for address in addresses),
        allocatable=tuple(
            Amount(resource=each, quantity=seen.status.allocatable[each])
            for each in _AMOUNTS
            if each in seen.status.allocatable
        ),
    )


def _is_own(address: str) -> bool:
    """Whether this machine has the address: only then a socket can be bound to it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as tried:
        tried.bind((address, 0))
        return True
    return False


def _limits(seen: documents.Range, rule: documents.Limit) -> Iterator[ResourceLimit]:
    if rule.type not in {"Container", "Pod"}:
        return
    for resource in sorted({*rule.least, *rule.most, *rule.max_limit_request_ratio}):
        yield ResourceLimit(
            name=seen.metadata.name,
            of="Pod" if rule.type == "Pod" else "Container",
            resource=resource,
            least=rule.least.get(resource),
            most=rule.most.get(resource),
            most_ratio=rule.max_limit_request_ratio.get(resource),
        )
