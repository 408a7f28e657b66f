"""Releases on a real cluster, seen by clients of the Service that never stop asking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tasks.errors import Denied, Rejected, StepError
from tasks.models import Manifests, ReleasePlan, Resources
from tests.contracts.real import eventually
from tests.contracts.target_shop import LAST_WORDS, PORT
from tests.e2e.cluster_stage import Refusal, Stage, container

pytestmark = pytest.mark.kubernetes

Record = Callable[[str, object], None]
MIB = 1024 * 1024
RESTORED_S = 20
NO_SUCH_DIGEST = "sha256:" + "0" * 63 + "1"


def unpushed(stage: Stage) -> ReleasePlan:
    """Version 5, whose image the registry does not have."""
    plan = stage.shop.plan(version="5")
    assert plan.pushed.reference is not None
    reference = plan.pushed.reference.pinned(NO_SUCH_DIGEST)
    return plan.changed(pushed=plan.pushed.changed(reference=reference))


def broken(stage: Stage) -> dict[str, tuple[Manifests, float]]:
    """Releases that never get ready, and how long each is waited for."""
    shop, lab = stage.shop, stage.lab
    return {
        "crashes at start": (stage.manifests(shop.plan("crash", "3")), lab.ready_s),
        "listens on another port": (stage.manifests(shop.plan("elsewhere", "4")), lab.patience_s),
        "image is not there": (stage.manifests(unpushed(stage)), lab.ready_s),
    }


def test_no_request_fails_while_releases_come_fail_and_go(stage: Stage, record_property: Record) -> None:
    shop = stage.shop
    shop.deploy(version="1")
    seen: dict[str, Refusal] = {}
    with stage.clients() as clients:
        shop.deploy(version="2")
        for name, (workload, timeout_s) in broken(stage).items():
            refusal = stage.refusal(workload, timeout_s=timeout_s)
            restored_s = stage.settled(2) - refusal.sink.when("release 2 is applied again")
            record_property(f"{name}: said after", round(refusal.took_s, 2))
            record_property(f"{name}: release 2 alone again after", round(restored_s, 2))
            assert restored_s < RESTORED_S
            seen[name] = refusal
        eventually(lambda: "2" in clients.bodies)
    record_property("answered", clients.answered)
    record_property("failed", len(clients.failures))
    record_property("asked once more", clients.repeated)

    assert clients.failures == []
    assert clients.bodies == {"1", "2"}
    assert clients.answered > 200
    assert shop.states() == {5: "failed", 4: "failed", 3: "failed", 2: "live", 1: "former"}
    assert {name: type(each.error) for name, each in seen.items()} == dict.fromkeys(broken(stage), Rejected)
    _crash, _port, _pull = (seen[name].error for name in broken(stage))
    assert _crash.message == f"release 3 of {shop.application.name} ended with exit code 3"
    assert _evidence(_crash).exit_code == 3
    assert LAST_WORDS in _evidence(_crash).log_tail
    assert f"nothing answers on port {PORT}" in _port.message
    assert "--port" in _port.hint
    assert f"http://0.0.0.0:{PORT + 1}" in _evidence(_port).log_tail
    assert any("connection refused" in each for each in _evidence(_port).events)
    assert NO_SUCH_DIGEST in _pull.message
    assert "not found" in _pull.message
    assert any("Failed to pull image" in each for each in _evidence(_pull).events)


def _evidence(error: StepError) -> Any:
    assert error.failure is not None
    assert error.failure.message == error.message
    return error.failure


def test_no_request_through_the_api_server_fails_while_releases_change(stage: Stage, record_property: Record) -> None:
    shop = stage.shop
    shop.deploy(version="1")
    with stage.proxied() as clients:
        shop.deploy(version="2")
        shop.target.restore(application=shop.application, number=1)
        shop.deploy("late", version="2")
        eventually(lambda: "2" in clients.bodies)
    record_property("answered", clients.answered)

    assert clients.failures == []
    assert clients.bodies == {"1", "2"}


def test_kubectl_tells_which_release_is_live_and_what_its_revisions_were(stage: Stage) -> None:
    shop = stage.shop
    shop.deploy(version="1")
    shop.deploy(version="2")
    shop.refused("crash")

    assert stage.deployment()["metadata"]["labels"]["io.containerkit.release"] == "2"
    name = shop.application.name
    sets = [
        each["metadata"] for each in stage.objects("apps/v1/replicasets") if each["metadata"]["name"].startswith(name)
    ]
    causes = {each["annotations"]["kubernetes.io/change-cause"] for each in sets}
    assert causes == {f"containerkit release {number}" for number in (1, 2, 3)}


def test_a_release_that_needs_too_much_memory_is_told_from_one_that_crashes(stage: Stage) -> None:
    error = stage.shop.refused("hungry")

    failure = _evidence(error)
    assert "needed more memory" in error.message
    assert (failure.oom_killed, failure.exit_code, failure.memory_bytes) == (True, 137, 64 * MIB)


def test_a_first_release_that_fails_is_scaled_to_nothing_and_kept(stage: Stage) -> None:
    shop = stage.shop
    shop.refused("crash")

    eventually(lambda: stage.pods() == {})
    assert stage.deployment()["spec"]["replicas"] == 0
    assert shop.states() == {1: "failed"}
    assert LAST_WORDS in shop.target.logs(application=shop.application)

    assert shop.deploy(version="2").number == 2
    assert stage.deployment()["spec"]["replicas"] == 1


Edit = Callable[[Stage], Manifests]


def too_large(stage: Stage) -> Manifests:
    return stage.manifests(stage.shop.plan(version="2").changed(resources=Resources(cpu_millicores=1_000_000)))


def without_its_secret(stage: Stage) -> Manifests:
    def change(deployment: dict[str, Any]) -> None:
        reference = {"secretKeyRef": {"name": "no-such-secret", "key": "PASSWORD"}}
        container(deployment)["env"].append({"name": "PASSWORD", "valueFrom": reference})

    return stage.manifests(stage.shop.plan(version="2"), change)


def without_its_key(stage: Stage) -> Manifests:
    def change(deployment: dict[str, Any]) -> None:
        reference = {"secretKeyRef": {"name": f"{stage.shop.application.name}-releases", "key": "PASSWORD"}}
        container(deployment)["env"].append({"name": "PASSWORD", "valueFrom": reference})

    return stage.manifests(stage.shop.plan(version="2"), change)


def unconfined(stage: Stage) -> Manifests:
    return stage.manifests(stage.shop.plan(version="2").changed(pod_security="baseline"))


def with_a_wrong_program(stage: Stage) -> Manifests:
    return stage.manifests(
        stage.shop.plan(version="2"), lambda deployment: container(deployment).update(command=["/no/such/program"])
    )


def as_root(stage: Stage) -> Manifests:
    def change(deployment: dict[str, Any]) -> None:
        deployment["spec"]["template"]["spec"]["securityContext"].pop("runAsUser")
        container(deployment)["securityContext"]["runAsUser"] = 0

    return stage.manifests(stage.shop.plan(version="2"), change)


REFUSED: dict[str, tuple[Edit, type[StepError], str, str]] = {
    "no node is large enough": (too_large, Rejected, "Insufficient cpu", "give it less"),
    "a Secret is not there": (without_its_secret, Rejected, 'secret "no-such-secret" not found', "variables"),
    "a Secret lacks the key": (without_its_key, Rejected, "couldn't find key PASSWORD", "variables"),
    "Pod Security refuses the pods": (unconfined, Rejected, "violates PodSecurity", "--dockerfile improved"),
    "its program is not there": (with_a_wrong_program, Rejected, "no such file or directory", "start command"),
    "it is root after all": (as_root, Rejected, "violates PodSecurity", "--dockerfile improved"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_cluster_refuses_is_named_and_the_former_release_answers_on(
    stage: Stage, name: str, record_property: Record
) -> None:
    edit, kind, words, hint = REFUSED[name]
    shop = stage.shop
    shop.deploy(version="1")
    with stage.clients() as clients:
        refusal = stage.refusal(edit(stage))
    record_property("said after", round(refusal.took_s, 2))

    error = refusal.error
    assert (type(error), words in error.message, hint in error.hint) == (kind, True, True), (error.message, error.hint)
    assert _evidence(error)
    assert clients.failures == []
    assert clients.bodies == {"1"}
    assert shop.states() == {2: "failed", 1: "live"}
    stage.settled(1)


@contextmanager
def quota(stage: Stage, **hard: str) -> Iterator[None]:
    """A quota, in force once the cluster has counted."""
    path = stage.path("v1/resourcequotas")
    stage.admin.have("POST", path, {"metadata": {"name": "small"}, "spec": {"hard": hard}})
    try:
        eventually(lambda: stage.admin.have("GET", f"{path}/small").get("status", {}).get("used"))
        yield
    finally:
        stage.admin.have("DELETE", f"{path}/small")


def test_a_quota_that_is_used_up_refuses_the_pods_and_a_person_must_act(stage: Stage) -> None:
    shop = stage.shop
    shop.deploy(version="1")
    with quota(stage, pods="1"), stage.clients() as clients:
        refusal = stage.refusal(stage.manifests(shop.plan(version="2")))

        assert isinstance(refusal.error, Denied)
        assert "exceeded quota: small" in refusal.error.message
        assert "larger quota" in refusal.error.hint
    assert clients.failures == []
    assert shop.states() == {2: "failed", 1: "live"}
    assert shop.deploy(version="2").number == 3


def test_a_job_whose_pods_are_refused_says_so_long_before_its_time_is_up(stage: Stage) -> None:
    plan = stage.shop.plan("job").changed(pod_security="baseline")

    refusal = stage.refusal(stage.manifests(plan))

    assert isinstance(refusal.error, Rejected)
    assert "violates PodSecurity" in refusal.error.message
    assert refusal.took_s < 15


def test_an_autoscaler_s_number_of_pods_stays_from_release_to_release(stage: Stage) -> None:
    shop, name = stage.shop, stage.shop.application.name
    shop.deploy(version="1")
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
    }
    spec = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 3, "metrics": [metric]}
    path = stage.path("autoscaling/v2/horizontalpodautoscalers")
    stage.admin.have("POST", path, {"metadata": {"name": name}, "spec": spec})
    try:
        eventually(lambda: stage.deployment()["spec"]["replicas"] == 2, within_s=60)
        assert shop.deploy(version="1").number == 1
        with stage.clients() as clients:
            shop.deploy(version="2")
            shop.refused("crash")
            shop.target.restore(application=shop.application, number=1)
        assert clients.failures == []
        assert stage.deployment()["spec"]["replicas"] == 2
        assert shop.target.status(application=shop.application).running == 2
    finally:
        stage.admin.have("DELETE", f"{path}/{name}")


def test_a_number_that_somebody_else_set_is_not_taken_by_force(stage: Stage) -> None:
    shop, name = stage.shop, stage.shop.application.name
    shop.deploy(version="1")
    scale = stage.path("apps/v1/deployments", f"{name}/scale")
    stage.admin.have("PUT", scale, {"metadata": {"name": name, "namespace": stage.namespace}, "spec": {"replicas": 2}})

    refusal = stage.refusal(stage.manifests(shop.plan(version="2")))

    assert isinstance(refusal.error, Rejected)
    assert ".spec.replicas" in refusal.error.message
    assert "kubectl scale" in refusal.error.hint
    assert shop.states() == {1: "live"}
    assert stage.deployment()["spec"]["replicas"] == 2


def test_somebody_else_s_object_by_our_name_is_never_touched(stage: Stage) -> None:
    name = stage.shop.application.name
    foreign = {"metadata": {"name": name}, "spec": {"ports": [{"port": 81}], "selector": {"app": "other"}}}
    stage.admin.have("POST", stage.path("v1/services"), foreign)
    try:
        refusal = stage.refusal(stage.manifests(stage.shop.plan()))

        assert f"Service {name}" in refusal.error.message
        assert "--adopt" in refusal.error.hint
        assert stage.shop.states() == {}
        assert stage.admin.have("GET", stage.path("v1/services", name))["spec"]["ports"][0]["port"] == 81
    finally:
        stage.admin.have("DELETE", stage.path("v1/services", name))
