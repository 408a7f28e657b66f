"""Rules of manifest scanners that a release does not meet on purpose, each with its reason, as checkov reads them."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.models import ReleasePlan

_NAMESPACE = "CKV_K8S_21=the namespace is the user's choice"
_PULL = "CKV_K8S_15=a digest never means another image; a pod starts again while the registry is away"
_VARIABLES = "CKV_K8S_35=applications read their variables from the environment"
_PORTLESS = (
    "CKV_K8S_8=it listens on no port that could be asked whether it lives",
    "CKV_K8S_9=it listens on no port that could be asked whether it is ready",
)
_NETWORK = "CKV2_K8S_6=who may talk to it is the namespace's to say"
_RELAXED = (
    "CKV_K8S_22=--pod-security baseline was asked for",
    "CKV_K8S_23=--pod-security baseline was asked for",
    "CKV_K8S_28=--pod-security baseline was asked for",
    "CKV_K8S_37=--pod-security baseline was asked for",
)
_LEAST_USER = 10_000
_USER = "CKV_K8S_40=the image says which user it runs as"


def exemptions(plan: ReleasePlan) -> dict[str, str]:
    """Annotations that name them."""
    return {f"checkov.io/skip{number}": each for number, each in enumerate(_of(plan), 1)}


def _of(plan: ReleasePlan) -> Iterator[str]:
    yield from (_NETWORK, _PULL)
    if plan.application.namespace == "default":
        yield _NAMESPACE
    if plan.variables or plan.secrets:
        yield _VARIABLES
    if plan.kind == "worker":
        yield from _PORTLESS
    if plan.pod_security != "restricted":
        yield from _RELAXED
    if plan.user_id is None or plan.user_id < _LEAST_USER:
        yield _USER
