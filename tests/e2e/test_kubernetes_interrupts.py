"""Runs on a cluster that are killed, interrupted or doubled: nobody is refused, and the next one goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tasks.models import DeployRequest
from tests.contracts.real import eventually
from tests.contracts.target_shop import Shop
from tests.e2e.cluster_stage import Stage, Timed

pytestmark = pytest.mark.kubernetes

ROOT = Path(__file__).parents[2]
LEASE_S = 6
"""Of the lab's targets."""
NEVER = (".*", "1", "never")
Record = Callable[[str, object], None]


def started(stage: Stage, act: str, mode: str, version: str, *call: str) -> subprocess.Popen[str]:
    application = stage.shop.application
    change = (application.namespace, application.name, act, mode, version)
    command = [sys.executable, "-m", "tests.e2e.mortal_release", *change, *(call or NEVER)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def die(stage: Stage, act: str, mode: str, *call: str) -> None:
    """Version 2, from a process that kills itself at this call to the API server."""
    with started(stage, act, mode, "2", *call) as process:
        _, err = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, err


def leftovers(stage: Stage) -> list[str]:
    """All in the namespace that bears the application's name and is not its live release."""
    name = stage.shop.application.name
    usual = {
        "v1/secrets": {f"{name}-releases"}, "v1/services": {name}, "v1/serviceaccounts": {name},
        "apps/v1/deployments": {name}, "batch/v1/jobs": set[str](), "coordination.k8s.io/v1/leases": set[str](),
    }  # fmt: skip
    return [
        f"{kind} {each['metadata']['name']}"
        for kind, expected in usual.items()
        for each in stage.objects(kind)
        if each["metadata"]["name"].startswith(name) and each["metadata"]["name"] not in expected
    ]


KILLS = [
    ("POST .*/leases", 1, "after"),
    ("PUT .*/secrets/.*-releases", 1, "before"),
    ("PUT .*/secrets/.*-releases", 1, "after"),
    ("PATCH .*/serviceaccounts/.*", 1, "after"),
    ("PATCH .*/deployments/.*", 1, "after"),
    ("PATCH .*/services/.*", 1, "after"),
    ("GET .*/deployments/.*", 4, "after"),
    ("GET .*/endpoints/.*", 1, "before"),
    ("PUT .*/secrets/.*-releases", 2, "before"),
    ("PUT .*/secrets/.*-releases", 2, "after"),
    ("DELETE .*/leases/.*", 1, "before"),
]


@pytest.mark.parametrize(("call", "count", "moment"), KILLS)
def test_a_killed_deploy_fails_no_request_and_the_next_one_goes_on(
    stage: Stage, call: str, count: int, moment: str, record_property: Record
) -> None:
    shop = stage.shop
    shop.deploy(version="1")
    with stage.clients() as clients:
        die(stage, "deploy", "web", call, str(count), moment)
        began = time.monotonic()

        release = shop.deploy(version="2")

        record_property("the next one took", round(time.monotonic() - began, 2))
        eventually(lambda: "2" in clients.bodies)
    record_property("answered", clients.answered)
    record_property("asked once more", clients.repeated)
    assert clients.failures == []
    assert clients.bodies == {"1", "2"}
    assert (release.number, shop.states()) == (2, {2: "live", 1: "former"})
    assert shop.target.status(application=shop.application).ready
    assert (set(stage.pods().values()), leftovers(stage)) == ({"2"}, [])


@pytest.mark.parametrize("then", ["deploy", "the same again", "restore"])
def test_what_a_killed_run_made_for_itself_goes_when_another_release_is_wanted(stage: Stage, then: str) -> None:
    shop = stage.shop.with_variables(GREETING="moin")
    shop.deploy(version="1", variables=("GREETING",))
    shop.deploy(version="3")
    with stage.clients() as clients:
        die(stage, "deploy", "job", "PATCH .*/jobs/.*", "1", "after")
        assert shop.states() == {3: "candidate", 2: "live", 1: "former"}
        assert leftovers(stage) != [f"v1/secrets {shop.application.name}-environment-1"]

        if then == "deploy":
            shop.deploy(version="4")
        elif then == "restore":
            shop.target.restore(application=shop.application, number=1)
        else:
            assert shop.deploy(version="3").number == 2
    assert clients.failures == []
    assert leftovers(stage) == [f"v1/secrets {shop.application.name}-environment-1"]
    assert "candidate" not in shop.states().values()


PUT_BACK = [
    ("PATCH .*/deployments/.*", 2, "before"),
    ("PATCH .*/deployments/.*", 2, "after"),
    ("PUT .*/secrets/.*-releases", 2, "before"),
    ("PUT .*/secrets/.*-releases", 2, "after"),
]


@pytest.mark.parametrize(("call", "count", "moment"), PUT_BACK)
def test_a_deploy_that_fails_and_is_killed_while_it_puts_the_former_one_back_fails_no_request(
    stage: Stage, call: str, count: int, moment: str
) -> None:
    shop = stage.shop
    shop.deploy(version="1")
    with stage.clients() as clients:
        die(stage, "deploy", "crash", call, str(count), moment)

        shop.deploy(version="3")

        eventually(lambda: "3" in clients.bodies)
    assert clients.failures == []
    assert clients.bodies == {"1", "3"}
    assert next(iter(shop.states().values())) == "live"
    assert "candidate" not in shop.states().values()
    assert len(set(stage.pods().values())) == 1
    assert leftovers(stage) == []


@pytest.mark.parametrize(
    ("call", "count", "moment"),
    [
        ("PATCH .*/deployments/.*", 1, "after"),
        ("PUT .*/secrets/.*-releases", 1, "before"),
        ("PUT .*/secrets/.*-releases", 1, "after"),
    ],
)
def test_a_killed_restore_is_gone_on_with_by_the_next_one(stage: Stage, call: str, count: int, moment: str) -> None:
    shop = stage.shop
    shop.deploy(version="1")
    shop.deploy(version="2")
    with stage.clients() as clients:
        die(stage, "restore", "web", call, str(count), moment)

        shop.target.restore(application=shop.application, number=1)

        eventually(lambda: shop.ask() == "1")
    assert clients.failures == []
    assert shop.states() == {2: "former", 1: "live"}
    assert (set(stage.pods().values()), leftovers(stage)) == ({"1"}, [])


@pytest.mark.parametrize(
    ("call", "moment"), [("DELETE .*/deployments/.*", "after"), ("DELETE .*/secrets/.*", "before")]
)
def test_what_a_killed_delete_leaves_is_deleted_by_the_next_one(stage: Stage, call: str, moment: str) -> None:
    shop = stage.shop
    shop.deploy(version="1")
    die(stage, "delete", "web", call, "1", moment)

    assert shop.target.delete(application=shop.application)

    assert shop.states() == {}
    for kind in ("v1/secrets", "v1/services", "v1/serviceaccounts", "apps/v1/deployments"):
        assert [one for one in stage.objects(kind) if one["metadata"]["name"].startswith(shop.application.name)] == []
    eventually(lambda: stage.pods() == {})


def test_ctrl_c_during_a_rollout_puts_the_former_release_back(stage: Stage, record_property: Record) -> None:
    shop = stage.shop
    shop.deploy(version="1")
    with stage.clients() as clients:
        with started(stage, "deploy", "elsewhere", "2") as process:
            assert process.stdout is not None
            eventually(lambda: "0 of 1 pods ready" in process.stdout.readline())  # type: ignore[union-attr]  # as above
            eventually(lambda: "2" in stage.pods().values())
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        record_property("ended after", round(time.monotonic() - began, 2))
        record_property("release 1 alone again after", round(stage.settled(1) - began, 2))
        assert process.returncode == -signal.SIGINT
        assert shop.ask() == "1"
        assert leftovers(stage) == []

        release = shop.deploy(version="3")

        eventually(lambda: "3" in clients.bodies)
    assert clients.failures == []
    assert release.state == "live"
    assert shop.states()[1] == "former"
    assert "candidate" not in shop.states().values()


def test_two_processes_that_release_one_application_at_once_are_put_in_a_row(stage: Stage) -> None:
    shop = stage.shop
    shop.deploy(version="1")
    with stage.clients() as clients:
        processes = [started(stage, "deploy", "web", version) for version in "23"]
        said = [process.communicate(timeout=120) for process in processes]

        assert [process.returncode for process in processes] == [0, 0], said
        eventually(lambda: shop.ask() in {"2", "3"})
    assert sum("waits for another run" in out for out, _ in said) == 1, said
    assert clients.failures == []
    assert shop.states() == {3: "live", 2: "former", 1: "former"}
    assert leftovers(stage) == []


def test_two_applications_are_released_at_once(stage: Stage) -> None:
    other = Shop(stage.lab, stage.lab.target(), stage.lab.application("other"), stage.lab.free_port())
    try:
        with ThreadPoolExecutor(2) as pool:
            releases = [run.result() for run in [pool.submit(each.deploy) for each in (stage.shop, other)]]
        assert [each.state for each in releases] == ["live", "live"]
        assert not any("waits for another run" in each.message for each in stage.lab.sink.seen)
    finally:
        other.target.delete(application=other.application)


def test_a_killed_run_is_waited_for_no_longer_than_its_lease(stage: Stage, record_property: Record) -> None:
    shop, sink = stage.shop, Timed()
    die(stage, "deploy", "web", "POST .*/leases", "1", "after")
    began = time.monotonic()

    request = DeployRequest(workload=stage.manifests(shop.plan()), source="https://git.invalid/shop", timeout_s=60)
    shop.target.deploy(request=request, progress=sink)

    waited_s = sink.when("release 1 is applied") - began
    record_property("waited", round(waited_s, 2))
    assert "has ended without a word and is taken over" in " ".join(message for _, message in sink.seen)
    # a second more: the server tells its time in whole ones
    assert LEASE_S - 2 <= waited_s <= LEASE_S + 2
