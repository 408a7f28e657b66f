"""Releases on a real engine, seen by clients that never stop asking."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from tasks.errors import Invalid, Unavailable
from tasks.models import ClusterRequest, Container, ReleasePlan, label_value
from tasks.models.labels import ROLE
from tests.contracts.real import eventually
from tests.contracts.target_labs import RealEngineLab, docker_engine
from tests.contracts.target_shop import Shop
from tests.e2e.traffic import Clients

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.docker


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[RealEngineLab]:
    lab = docker_engine(tmp_path)
    with lab.opened:
        yield lab


@pytest.fixture
def shop(lab: RealEngineLab) -> Iterator[Shop]:
    shop = Shop(lab, lab.target(), lab.application(), lab.free_port())
    yield shop
    shop.target.delete(application=shop.application)


@pytest.fixture
def vendor() -> Iterator[docker.DockerClient]:
    client = docker.DockerClient.from_env()
    yield client
    client.close()


def containers(lab: RealEngineLab, shop: Shop) -> dict[str, Container]:
    return {each.name: each for each in lab.runtime.list(application=shop.application)}


def test_no_request_fails_while_releases_come_fail_and_go(
    shop: Shop, record_property: Callable[[str, object], None]
) -> None:
    shop.deploy(version="1")
    with Clients(shop.port) as clients:
        shop.deploy(version="2")
        shop.refused("crash", "3")
        shop.refused("elsewhere", "4")
        shop.target.restore(application=shop.application, number=1)
        shop.deploy("late", version="2")
    record_property("answered", clients.answered)

    assert clients.failures == []
    assert clients.bodies == {"1", "2"}
    assert clients.answered > 100


def test_an_answer_under_way_comes_to_its_end_when_the_release_changes(shop: Shop) -> None:
    shop.deploy(version="1")
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=20)
    connection.request("GET", "/slow")

    shop.deploy(version="2")

    assert connection.getresponse().read() == b"1"
    connection.close()
    assert shop.ask() == "2"


def deploy_and_die(lab: RealEngineLab, shop: Shop, *call: str) -> None:
    """Version 2, from a process that kills itself at this call to the engine."""
    release = (str(lab.folder), lab.image, shop.application.name, str(shop.port), "2")
    command = [sys.executable, "-m", "tests.e2e.mortal_deploy", *release, *call]
    assert subprocess.run(command, cwd=ROOT, timeout=120, check=False).returncode == -signal.SIGKILL


KILLS = [
    ("run", 1, "after"),
    ("list", 3, "after"),
    ("write", 1, "before"),
    ("write", 1, "after"),
    ("rename", 1, "before"),
    ("rename", 1, "after"),
    ("stop", 1, "before"),
    ("stop", 1, "after"),
]


@pytest.mark.parametrize(("method", "count", "moment"), KILLS)
def test_a_killed_deploy_fails_no_request_and_the_next_one_goes_on(
    lab: RealEngineLab, shop: Shop, method: str, count: int, moment: str
) -> None:
    shop.deploy(version="1")
    with Clients(shop.port) as clients:
        deploy_and_die(lab, shop, method, str(count), moment)
        left = containers(lab, shop)[_second(lab, shop)].id

        release = shop.deploy(version="2")

        assert eventually(lambda: "2" in clients.bodies)
    assert clients.failures == []
    assert release.number == 2
    assert shop.states() == {2: "live", 1: "former"}
    seen, name = containers(lab, shop), shop.application.name
    assert {each: found.state for each, found in seen.items()} == {
        f"{name}-r1": "exited",
        f"{name}-r2": "running",
        f"{name}-gateway": "running",
    }
    assert seen[f"{name}-r2"].id == left


def _second(lab: RealEngineLab, shop: Shop) -> str:
    return next(name for name in containers(lab, shop) if name.startswith(f"{shop.application.name}-r2"))


def test_a_killed_run_s_candidate_of_another_workload_is_removed(lab: RealEngineLab, shop: Shop) -> None:
    shop.deploy(version="1")
    deploy_and_die(lab, shop, "run", "1", "after")
    left = containers(lab, shop)[_second(lab, shop)].id

    shop.deploy(version="3")

    assert left not in {each.id for each in containers(lab, shop).values()}
    assert shop.ask() == "3"


def test_a_run_waits_for_another_one_and_for_a_killed_one_no_longer(lab: RealEngineLab, shop: Shop) -> None:
    code = (
        "import sys, time; from pathlib import Path; from adapters.engine_target.lock import Locks;"
        "from adapters.deadline import Deadline; from tasks.models import Application\n"
        "with Locks(Path(sys.argv[1])).held(sys.argv[2], Application(name=sys.argv[3]), Deadline(5), print):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    endpoint = lab.runtime.describe().endpoint
    command = [sys.executable, "-c", code, str(lab.folder), endpoint, shop.application.name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Unavailable, match=str(holder.pid)):
            shop.deploy_plan(shop.plan(), timeout_s=0.5)
        waiting = threading.Thread(target=shop.deploy)
        waiting.start()
        eventually(lambda: any("waits for another run" in each.message for each in shop.lab.sink.seen))
        assert shop.states() == {}

        holder.kill()

        waiting.join(timeout=30)
    assert shop.states() == {1: "live"}


def test_a_release_that_needs_too_much_memory_is_told_from_one_that_crashes(shop: Shop) -> None:
    error = shop.refused("hungry")

    assert error.failure is not None
    assert error.failure.oom_killed
    assert error.failure.exit_code == 137
    assert "64 MiB" in error.message


def test_a_port_of_another_program_is_found_before_anything_is_started(lab: RealEngineLab, shop: Shop) -> None:
    with socket.create_server(("127.0.0.1", shop.port)):
        info = shop.target.preflight(request=ClusterRequest(application=shop.application, published_port=shop.port))
        with pytest.raises(Invalid) as raised:
            shop.deploy()

    (check,) = info.failed
    assert (check.name, check.detail) == ("published port", raised.value.message)
    assert f"127.0.0.1:{shop.port} is taken by another program" in check.detail
    assert check.hint.startswith("--publish ")
    assert containers(lab, shop) == {}
    other = Shop(lab, shop.target, shop.application, int(check.hint.split()[1]))
    assert other.deploy().url == f"http://127.0.0.1:{other.port}"


def test_the_port_of_another_application_of_ours_is_named_as_such(lab: RealEngineLab, shop: Shop) -> None:
    shop.deploy()
    other = Shop(lab, shop.target, lab.application("other"), shop.port)

    with pytest.raises(Invalid, match=f"taken by {shop.application.name}"):
        other.deploy()


def test_another_published_port_moves_the_address_and_not_the_release(lab: RealEngineLab, shop: Shop) -> None:
    shop.deploy(version="1")
    moved = Shop(lab, shop.target, shop.application, lab.free_port())

    release = moved.deploy(version="1")

    assert (release.number, release.url) == (1, f"http://127.0.0.1:{moved.port}")
    assert moved.ask() == "1"
    with socket.socket() as former:
        assert former.connect_ex(("127.0.0.1", shop.port)) != 0
    gateways = [each for each in containers(lab, shop).values() if label_value(each.labels, ROLE) == "gateway"]
    assert [each.name for each in gateways] == [f"{shop.application.name}-gateway"]


@pytest.mark.parametrize("suffix", ["r1-candidate", "gateway", "r1"])
def test_a_container_of_somebody_else_by_our_name_is_never_touched(
    lab: RealEngineLab, shop: Shop, vendor: docker.DockerClient, suffix: str
) -> None:
    foreign = vendor.containers.create(lab.pushed().image.id, ["sleep", "1"], name=f"{shop.application.name}-{suffix}")
    try:
        with pytest.raises(Invalid, match=foreign.name or suffix):
            shop.deploy()
        foreign.reload()
        assert foreign.status == "created"
        assert [each.state for each in containers(lab, shop).values() if "-r1" in each.name] in ([], ["exited"])
    finally:
        foreign.remove(force=True)


def test_a_release_whose_name_is_taken_leaves_the_former_one_live(
    lab: RealEngineLab, shop: Shop, vendor: docker.DockerClient
) -> None:
    shop.deploy(version="1")
    foreign = vendor.containers.create(lab.pushed().image.id, ["sleep", "1"], name=f"{shop.application.name}-r2")
    try:
        with Clients(shop.port) as clients, pytest.raises(Invalid):
            shop.deploy(version="2")
        assert clients.failures == []
        assert shop.ask() == "1"
        assert shop.states()[1] == "live"
    finally:
        foreign.remove(force=True)
    assert shop.deploy(version="2").number == 2


def test_what_we_start_is_confined(lab: RealEngineLab, shop: Shop, vendor: docker.DockerClient) -> None:
    shop.deploy()

    for name in containers(lab, shop):
        found = vendor.api.inspect_container(name)
        assert found["HostConfig"]["CapDrop"] == ["ALL"]
        assert found["HostConfig"]["SecurityOpt"] == ["no-new-privileges"]
        assert found["HostConfig"]["Memory"] > 0
        assert int(found["Config"]["User"].partition(":")[0]) >= 10000
        bindings = found["HostConfig"]["PortBindings"].values()
        assert {each["HostIp"] for published in bindings for each in published} == {"127.0.0.1"}


def test_deleting_takes_the_network_away_too(lab: RealEngineLab, shop: Shop, vendor: docker.DockerClient) -> None:
    shop.deploy()
    network = f"containerkit-{shop.application.name}"
    assert [each.name for each in vendor.networks.list(names=[network])] == [network]

    shop.target.delete(application=shop.application)

    assert vendor.networks.list(names=[network]) == []
    assert containers(lab, shop) == {}


def test_a_gateway_that_was_removed_or_stopped_comes_back_with_the_next_deploy(
    shop: Shop, vendor: docker.DockerClient
) -> None:
    plan: ReleasePlan = shop.plan(version="1")
    shop.deploy_plan(plan)
    gateway = vendor.containers.get(f"{shop.application.name}-gateway")
    gateway.stop(timeout=0)
    with pytest.raises(Unavailable):
        shop.ask()
    assert not shop.target.status(application=shop.application).ready
    assert shop.deploy_plan(plan).number == 1
    assert shop.ask() == "1"

    gateway.remove(force=True)

    assert shop.deploy_plan(plan).number == 1
    assert shop.ask() == "1"
