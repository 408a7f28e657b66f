"""Which of the permissions that we need the server gives to these credentials."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import NamedTuple

from adapters.kubernetes.preflight.asking import Absent, Questions, Refused, Seen
from adapters.kubernetes.preflight.permissions import PORT_FORWARD, SERVICE_PROXY, permissions
from tasks.models import Check, Permission

_AT_ONCE = 8
_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


class Access(NamedTuple):
    """What is refused of all that some release needs, and whether it stops every one."""

    check: Check
    refused: tuple[Permission, ...]


class _Attributes(Seen):
    namespace: str
    group: str
    resource: str
    subresource: str
    verb: str


class _Spec(Seen):
    resource_attributes: _Attributes


class _Verdict(Seen):
    allowed: bool = False


class _Review(Seen):
    api_version: str = "authorization.k8s.io/v1"
    kind: str = "SelfSubjectAccessReview"
    spec: _Spec


class _Reviewed(Seen):
    status: _Verdict


def may_i(questions: Questions, namespace: str) -> Access:
    """One SelfSubjectAccessReview for each permission; they leave nothing behind."""
    asked = tuple(permissions("every", "Deployment", "Service", "Job"))
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="may-i") as pool:
        answers = tuple(pool.map(lambda one: is_allowed(questions, namespace, one), asked))
    if None in answers:
        return Access(Check(name="permissions", passed=True, detail="unknown: the server does not say"), ())
    refused = tuple(one for one, allowed in zip(asked, answers, strict=True) if not allowed)
    if SERVICE_PROXY in refused and all(is_allowed(questions, namespace, each) for each in PORT_FORWARD):
        refused = tuple(one for one in refused if one != SERVICE_PROXY)
    return Access(_check(namespace, len(asked), refused), refused)


def is_allowed(questions: Questions, namespace: str, permission: Permission) -> bool | None:
    """What the server says; None when it does not. Without a namespace the whole cluster is meant."""
    resource, _, subresource = permission.resource.partition("/")
    attributes = _Attributes(
        namespace=namespace, group=permission.group, resource=resource, subresource=subresource, verb=permission.verb
    )
    seen = questions.post(_REVIEWS, _Reviewed, _Review(spec=_Spec(resource_attributes=attributes)))
    return None if isinstance(seen, (Refused, Absent)) else seen.status.allowed


def _check(namespace: str, asked: int, refused: tuple[Permission, ...]) -> Check:
    stopping = _stopping(refused)
    if not stopping:
        detail = f"all {asked - len(refused)} that are needed in {namespace}"
        if refused:
            detail = f"{asked - len(refused)} of {asked} in {namespace}; not: {in_words(refused)}"
        return Check(name="permissions", passed=True, detail=detail)
    return Check(
        name="permissions",
        passed=False,
        detail=f"in {namespace} these credentials may not: {in_words(stopping)}",
        hint="`containerkit doctor` prints the Role that an administrator can give you",
    )


def _stopping(refused: tuple[Permission, ...]) -> tuple[Permission, ...]:
    """Those without which nothing can be released; what one kind alone needs is looked at when the kind is known."""
    every = {*permissions("every")}
    deployments, jobs = {*permissions("Deployment")}, {*permissions("Job")}
    if deployments & {*refused} and jobs & {*refused}:
        every |= deployments
    return tuple(one for one in refused if one in every)


def in_words(refused: Iterable[Permission]) -> str:
    """By resource: create and patch secrets, get pods/log."""
    by_resource = groupby(refused, key=lambda one: (one.group, one.resource))
    return "; ".join(
        f"{', '.join(one.verb for one in ones)} {resource}" + (f".{group}" if group else "")
        for (group, resource), ones in by_resource
    )
