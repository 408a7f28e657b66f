"""What pods and their workload say, as real nodes said it, and the cause that is told from it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from adapters.kubernetes.deadline import Pace
from adapters.kubernetes.diagnosis import causes, not_created
from adapters.kubernetes.documents import Pod
from tasks.errors import Denied, Rejected, StepError, Unavailable

PACE = Pace()
IMAGE = 'failed to pull and unpack image "registry.invalid/shop@sha256:1": failed to resolve reference'
State = Mapping[str, object]


def waiting(reason: str, message: str = "") -> State:
    return {"state": {"waiting": {"reason": reason, "message": message}}}


def ended(reason: str, exit_code: int, message: str = "") -> State:
    return {"terminated": {"reason": reason, "exitCode": exit_code, "message": message}}


def backing_off(last: State) -> State:
    return {**waiting("CrashLoopBackOff", "back-off 10s restarting"), "lastState": last, "restartCount": 1}


def pod(*containers: State, **status: object) -> Pod:
    return Pod.model_validate({"metadata": {"name": "shop-1"}, "status": {"containerStatuses": containers, **status}})


UNPLACED = {
    "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
    "message": "0/1 nodes are available: 1 Insufficient cpu.",
}  # fmt: skip
NO_PROGRAM = (
    'failed to create containerd task: exec: "/no/such/program": stat /no/such/program: no such file or directory'
)

ROWS: dict[str, tuple[Pod, type[StepError], str, str]] = {
    "no such image": (
        pod(waiting("ErrImagePull", f"{IMAGE}: registry.invalid/shop@sha256:1: not found")),
        Rejected, "cannot be pulled: ErrImagePull", "push the image",
    ),
    "no login": (
        pod(waiting("ImagePullBackOff", f"{IMAGE}: pull access denied, repository does not exist or may require auth")),
        Denied, "pull access denied", "imagePullSecrets",
    ),
    "forbidden": (
        pod(waiting("ErrImagePull", f"{IMAGE}: unexpected status: 403 Forbidden")),
        Denied, "403 Forbidden", "imagePullSecrets",
    ),
    "plain HTTP": (
        pod(waiting("ErrImagePull", f"{IMAGE}: http: server gave HTTP response to HTTPS client")),
        Denied, "HTTPS client", "do not trust the registry",
    ),
    "unknown authority": (
        pod(waiting("ErrImagePull", f"{IMAGE}: tls: failed to verify certificate: x509: unknown authority")),
        Denied, "x509", "do not trust the registry",
    ),
    "other architecture": (
        pod(waiting("ErrImagePull", "no match for platform in manifest: not found")),
        Rejected, "no match for platform", "architecture",
    ),
    "rate limit": (
        pod(waiting("ErrImagePull", f"{IMAGE}: 429 Too Many Requests - toomanyrequests")),
        Unavailable, "429", "rate limit",
    ),
    "registry away": (
        pod(waiting("ErrImagePull", f"{IMAGE}: dial tcp 192.0.2.1:443: connect: connection refused")),
        Unavailable, "connection refused", "--pull-image",
    ),
    "no such name": (
        pod(waiting("ErrImagePull", f"{IMAGE}: dial tcp: lookup registry.invalid: no such host")),
        Unavailable, "no such host", "--pull-image",
    ),
    "a digest with figures in it": (
        pod(waiting("ErrImagePull", f"{IMAGE}: registry.invalid:5000/shop@sha256:4290401503: not found")),
        Rejected, "not found", "push the image",
    ),
    "an image with a telling name": (
        pod(waiting("ErrImagePull", 'failed to resolve "registry.invalid/certificate/denied-429:1": not found')),
        Rejected, "not found", "push the image",
    ),
    "server error": (
        pod(waiting("ErrImagePull", f"{IMAGE}: unexpected status code 503 Service Unavailable")),
        Unavailable, "503", "--pull-image",
    ),
    "slow network": (
        pod(waiting("ErrImagePull", 'Head "https://registry.invalid/v2/": dial tcp 192.0.2.1:443: i/o timeout')),
        Unavailable, "i/o timeout", "--pull-image",
    ),
    "crash": (pod(backing_off(ended("Error", 3))), Rejected, "ended with exit code 3", "printed"),
    "end without a word": (pod(backing_off(ended("Completed", 0))), Rejected, "exit code 0", "start command"),
    "out of memory": (pod(backing_off(ended("OOMKilled", 137))), Rejected, "more memory", "more memory"),
    "killed and not out of memory": (pod(backing_off(ended("Error", 137))), Rejected, "exit code 137", "printed"),
    "no such program, first time": (
        pod({"state": ended("StartError", 128, NO_PROGRAM)}), Rejected, "no such file", "start command",
    ),
    "no such program, backing off": (
        pod(backing_off(ended("StartError", 128, NO_PROGRAM))), Rejected, "no such file", "start command",
    ),
    "no such Secret": (
        pod(waiting("CreateContainerConfigError", 'secret "shop" not found')), Rejected, "secret", "variables",
    ),
    "root": (
        pod(waiting("CreateContainerConfigError", "container has runAsNonRoot and image will run as root")),
        Rejected, "runAsNonRoot", "last USER",
    ),
    "no node": (pod(conditions=[UNPLACED]), Rejected, "finds no node: 0/1 nodes are available", "give it less"),
    "evicted": (
        pod(phase="Failed", reason="Evicted", message="Usage of EmptyDir volume exceeds the limit"),
        Rejected, "was evicted: Usage of EmptyDir", "give it more",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_cause_is_told_in_words_that_go_on_from_the_release_s_name(name: str) -> None:
    seen, kind, words, hint = ROWS[name]

    cause = next(causes((seen,), (), PACE))

    assert (cause.error, words in cause.message, hint in cause.hint) == (kind, True, True), cause
    assert cause.message.partition(" ")[0] in {"has", "ended", "was", "cannot", "finds", "gets"}
    assert cause.pod is seen


@pytest.mark.parametrize("name", ["rate limit", "registry away", "no such name", "no node", "no such Secret", "root"])
def test_what_may_go_away_by_itself_is_given_time(name: str) -> None:
    assert next(causes((ROWS[name][0],), (), PACE)).patience_s > 0


@pytest.mark.parametrize("name", ["no such image", "no login", "crash", "out of memory", "no such program, first time"])
def test_what_will_not_go_away_is_said_at_once(name: str) -> None:
    assert next(causes((ROWS[name][0],), (), PACE)).patience_s == 0


@pytest.mark.parametrize(
    ("said", "kind", "hint"),
    [
        ('pods "shop-1" is forbidden: exceeded quota: small, requested: pods=1', Denied, "larger quota"),
        ('pods "shop-1" is forbidden: violates PodSecurity "restricted:latest"', Rejected, "--dockerfile improved"),
        ('admission webhook "policy.invalid" denied the request', Rejected, "kubectl get events"),
    ],
)
def test_pods_that_are_refused_are_a_cause_too(said: str, kind: type[StepError], hint: str) -> None:
    (cause,) = causes((), (not_created(said),), PACE)

    assert (cause.error, cause.message) == (kind, f"gets no pods: {said}")
    assert hint in cause.hint


@pytest.mark.parametrize(
    "seen",
    [
        pod(),
        pod({"state": {"running": {}}, "ready": False}),
        pod(waiting("ContainerCreating")),
        pod({"state": ended("Error", 1)}),
        pod({"state": {"running": {}}, "lastState": ended("Error", 1), "restartCount": 1}),
    ],
)
def test_what_only_takes_its_time_is_no_cause(seen: Pod) -> None:
    assert list(causes((seen,), (), PACE)) == []
