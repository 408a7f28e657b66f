"""Why a release does not become ready, from what its pods and its workload say: found early, not at the deadline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from adapters.kubernetes.deadline import Pace
from adapters.kubernetes.documents import Condition, ContainerStatus, Ended, Pod
from tasks.errors import Denied, Rejected, StepError, Unavailable

_OOM = "OOMKilled"
_CONFIGURATION = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
_PULLING = frozenset({"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError"})
_NEVER_RAN = frozenset({"ContainerCannotRun", "StartError"})
_REFUSED = "ReplicaFailure"
_RESTARTS = 2


class Cause(NamedTuple):
    """What keeps a release from becoming ready."""

    error: type[StepError]
    message: str
    hint: str
    patience_s: float = 0.0
    """For how long it may go away by itself."""
    ended: Ended | None = None
    state: str = "waiting"
    pod: Pod | None = None


class _Pull(NamedTuple):
    text: str
    error: type[StepError]
    hint: str


_PULLS = (
    _Pull(r"toomanyrequests|too many requests|\b429\b|rate limit", Unavailable, "wait for the rate limit to pass"),
    _Pull(
        r"unauthorized|authorization failed|authentication required|denied|\b40[13]\b|no basic auth|forbidden",
        Denied,
        "let the nodes log in to the registry: `kubectl create secret docker-registry`, named in imagePullSecrets of"
        " the ServiceAccount",
    ),
    _Pull(
        r"server gave HTTP response to HTTPS client|x509|certificate",
        Denied,
        "the nodes do not trust the registry: its name with its CA, or as one without TLS, belongs into their"
        " container runtime's configuration",
    ),
    _Pull(r"no match for platform|no matching manifest", Rejected, "build the image for the nodes' architecture"),
    _Pull(
        r"not found|manifest unknown|name unknown|does not exist|InvalidImageName|invalid reference",
        Rejected,
        "push the image under a name that the nodes can pull from",
    ),
    _Pull(r"no such host|i/o timeout|connection refused|dial tcp|TLS handshake|\bEOF\b|reset by peer|\b50\d\b",
          Unavailable, "see whether the nodes reach the registry under this name: --pull-image names another"),
)  # fmt: skip


_NAME = re.compile(r"[.:@].*/|/.*[.:@]")
"""In the name of an image, or in an address."""


def causes(pods: tuple[Pod, ...], conditions: tuple[Condition, ...], pace: Pace) -> Iterator[Cause]:
    """What is seen to be wrong, the plainest first."""
    for pod in pods:
        for each in pod.status.container_statuses:
            yield from _of_container(pod, each, pace)
        yield from _of_pod(pod, pace)
    for condition in conditions:
        if condition.type == _REFUSED and condition.status == "True":
            yield _without_pods(condition.message, pace)


def not_created(said: str) -> Condition:
    """What a Deployment has where its pods are refused, for what has no such condition."""
    return Condition(type=_REFUSED, status="True", message=said)


def _of_container(pod: Pod, status: ContainerStatus, pace: Pace) -> Iterator[Cause]:
    waiting = status.state.waiting
    ended = status.state.terminated or status.last_state.terminated
    if waiting and waiting.reason in _PULLING:
        yield _pulling(f"{waiting.reason}: {waiting.message}", pod, pace)
    elif waiting and waiting.reason in _CONFIGURATION:
        yield _not_started(waiting.message, pod, pace)
    elif ended and ended.reason in _NEVER_RAN:
        # a program that is not there backs off like one that crashes: only this reason tells them apart
        yield _not_started(ended.message, pod, pace)._replace(patience_s=0, ended=ended)
    elif ended and ((waiting and waiting.reason == "CrashLoopBackOff") or status.restart_count >= _RESTARTS):
        yield crashed(ended, pod)


def _of_pod(pod: Pod, pace: Pace) -> Iterator[Cause]:
    for condition in pod.status.conditions:
        if condition.type == "PodScheduled" and condition.reason == "Unschedulable":
            yield Cause(
                Rejected,
                f"finds no node: {condition.message}",
                "give it less, or ask for another node: `kubectl describe nodes` shows what they have",
                patience_s=pace.unplaced_s,
                pod=pod,
            )
    if pod.status.reason == "Evicted":
        yield Cause(Rejected, f"was evicted: {pod.status.message}", "give it more of what it ran out of", pod=pod)


def crashed(ended: Ended, pod: Pod) -> Cause:
    """How a container ended that should not have."""
    if ended.reason == _OOM:
        message, hint = "was killed because it needed more memory than it has", "give it more memory"
    elif ended.exit_code == 0:
        message, hint = "ended with exit code 0, and what is no job must keep running", "look at its start command"
    else:
        message, hint = f"ended with exit code {ended.exit_code}", "look at what it printed before it ended"
    return Cause(Rejected, message, hint, ended=ended, state="terminated", pod=pod)


def _pulling(said: str, pod: Pod, pace: Pace) -> Cause:
    # an image may be called anything: certificates, too
    words = " ".join(each for each in said.split() if not _NAME.search(each))
    row = next((row for row in _PULLS if re.search(row.text, words, re.IGNORECASE)), None)
    error, hint = (row.error, row.hint) if row else (Rejected, "look at the image's name")
    patience_s = pace.retried_s if error is Unavailable or row is None else 0
    return Cause(error, f"has an image that cannot be pulled: {said}", hint, patience_s=patience_s, pod=pod)


def _not_started(said: str, pod: Pod, pace: Pace) -> Cause:
    hint = "look at its start command, its user and its variables"
    if "runAsNonRoot" in said or "non-root" in said:
        hint = "give the Dockerfile a last USER with a number, or use --dockerfile improved"
    return Cause(Rejected, f"cannot be started: {said}", hint, patience_s=pace.soon_s, pod=pod)


def _without_pods(said: str, pace: Pace) -> Cause:
    hint = "`kubectl get events` shows what refuses it"
    error: type[StepError] = Rejected
    if "exceeded quota" in said:
        error, hint = Denied, "ask for a larger quota, or give it less: `kubectl describe quota`"
    elif "violates PodSecurity" in said:
        hint = "--dockerfile improved makes an image that may run there; --pod-security baseline asks for less"
    return Cause(error, f"gets no pods: {said}", hint, patience_s=pace.soon_s)
