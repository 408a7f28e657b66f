"""What is the engine target's own, beside what every target does; on the in-memory engine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.engine_target import EngineTarget
from adapters.engine_target.gateway import TARGET_FILE
from tasks.errors import Invalid, Missing, Rejected
from tasks.knowledge import gateway_image
from tasks.models import (
    AddWritableMount,
    Advice,
    Amendment,
    DeployRequest,
    Failure,
    Manifests,
    SetBindAddress,
    SetPort,
)
from tasks.recovery import KnowledgeAdvisor
from tests.contracts.target_labs import QUICK, MemoryEngineLab
from tests.contracts.target_shop import Shop
from tests.world.process import Behaviour, Reply, crash


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[MemoryEngineLab]:
    lab = MemoryEngineLab(tmp_path)
    with lab.opened:
        yield lab


@pytest.fixture
def shop(lab: MemoryEngineLab) -> Shop:
    return Shop(lab, lab.target(), lab.application(), lab.free_port())


def names(lab: MemoryEngineLab, shop: Shop) -> dict[str, str]:
    prefix = f"{shop.application.name}-"
    return {each.name.removeprefix(prefix): each.state for each in lab.memory.list(application=shop.application)}


class Reader:
    """An advisor that always says the same."""

    def __init__(self, amendment: Amendment | None, *, ends_waiting: bool = False) -> None:
        self._advice = Advice(verdict="auto", hint="", amendment=amendment, confidence=1, ends_waiting=ends_waiting)
        self.asked: list[Failure] = []

    def advise(self, *, failure: Failure, timeout_s: float = 5) -> Advice:
        del timeout_s
        self.asked.append(failure)
        return self._advice


def advised(lab: MemoryEngineLab, advisor: Reader | KnowledgeAdvisor) -> Shop:
    target = EngineTarget(
        runtime=lab.memory,
        variables=(),
        state_folder=lab.folder,
        gateway_image=gateway_image(),
        advisor=advisor,
        pace=QUICK.changed(doubt_s=0.1),
    )
    lab.opened.callback(target.close)
    return Shop(lab, target, lab.application(), lab.free_port())


@pytest.mark.parametrize("amendment", [SetPort(port=8001), SetBindAddress()])
def test_a_release_that_says_it_listens_elsewhere_is_given_up_long_before_its_time(
    lab: MemoryEngineLab, amendment: Amendment
) -> None:
    reader = Reader(amendment, ends_waiting=True)
    shop = advised(lab, reader)
    started = time.monotonic()

    with pytest.raises(Rejected, match="nothing answers on port 8000"):
        shop.deploy_plan(shop.plan("elsewhere"), timeout_s=60)

    assert time.monotonic() - started < 20
    assert len(reader.asked) == 2
    assert "Running on http://0.0.0.0:8001" in reader.asked[0].log_tail


def test_the_knowledge_that_we_ship_reads_such_a_log(lab: MemoryEngineLab) -> None:
    shop = advised(lab, KnowledgeAdvisor())
    started = time.monotonic()

    with pytest.raises(Rejected):
        shop.deploy_plan(shop.plan("elsewhere"), timeout_s=60)

    assert time.monotonic() - started < 20


@pytest.mark.parametrize("amendment", [None, AddWritableMount(path="/srv/x"), SetBindAddress()])
def test_one_that_says_nothing_of_the_kind_is_given_its_whole_time(
    lab: MemoryEngineLab, amendment: Amendment | None
) -> None:
    shop = advised(lab, Reader(amendment))
    started = time.monotonic()

    with pytest.raises(Rejected):
        shop.deploy_plan(shop.plan("elsewhere"), timeout_s=1)

    assert time.monotonic() - started >= 1


def test_a_former_release_that_does_not_come_back_stays_a_former_one(lab: MemoryEngineLab, shop: Shop) -> None:
    shop.deploy(version="1")
    shop.deploy(version="2")
    lab.memory.script("app.py", crash(7, "the disk is gone"))

    with pytest.raises(Rejected) as raised:
        shop.target.restore(application=shop.application, number=1)

    assert raised.value.failure is not None
    assert raised.value.failure.exit_code == 7
    assert shop.states() == {2: "live", 1: "former"}
    assert shop.ask() == "2"
    assert names(lab, shop) == {"r1": "exited", "r2": "running", "gateway": "running"}


def test_a_gateway_that_does_not_work_is_not_left_behind(lab: MemoryEngineLab, shop: Shop) -> None:
    lab.memory.script(TARGET_FILE, Behaviour(lines=("no module named asyncio",), exit_code=1))

    with pytest.raises(Rejected, match="gateway") as raised:
        shop.deploy()

    assert raised.value.failure is not None
    assert "no module named asyncio" in raised.value.failure.log_tail
    assert names(lab, shop) == {"r1-candidate": "exited"}


def test_a_new_gateway_image_replaces_the_gateway_and_keeps_the_release(lab: MemoryEngineLab, shop: Shop) -> None:
    shop.deploy(version="1")
    target = EngineTarget(
        runtime=lab.memory,
        variables=(),
        state_folder=lab.folder,
        gateway_image="docker.io/library/python:3.11-slim",
        pace=QUICK,
    )
    lab.opened.callback(target.close)
    other = Shop(lab, target, shop.application, shop.port)

    release = other.deploy(version="1")

    assert release.number == 1
    assert other.ask() == "1"
    (gateway,) = (each for each in lab.memory.containers.values() if each.name.endswith("-gateway"))
    assert gateway.spec.image == "docker.io/library/python:3.11-slim"


def test_an_image_that_the_engine_has_lost_is_missing(lab: MemoryEngineLab, shop: Shop) -> None:
    lab.memory.images.clear()

    with pytest.raises(Missing, match="not on the engine"):
        shop.deploy()


def test_kubernetes_objects_are_not_for_an_engine(shop: Shop) -> None:
    workload = Manifests(application=shop.application, objects=())

    with pytest.raises(Invalid):
        shop.target.deploy(request=DeployRequest(workload=workload, source="s"), progress=shop.lab.sink)
    with pytest.raises(Invalid):
        shop.target.dry_run(workload=workload)


def test_two_repositories_do_not_take_turns_under_one_name(shop: Shop) -> None:
    shop.deploy_plan(shop.plan().changed(source="https://git.invalid/team/one"))

    with pytest.raises(Invalid, match="team/one"):
        shop.deploy_plan(shop.plan(version="2").changed(source="https://git.invalid/team/two"))

    assert shop.ask() == "1"


def test_a_release_from_another_folder_says_so(shop: Shop) -> None:
    shop.deploy_plan(shop.plan().changed(source="/builds/1"))

    release = shop.deploy_plan(shop.plan(version="2").changed(source="/builds/2"))

    assert release.warnings == ("the release before came from /builds/1, this one from /builds/2",)


def test_what_stands_in_the_way_is_seen_without_the_gateway_s_help(lab: MemoryEngineLab, shop: Shop) -> None:
    shop.deploy(version="1")
    (gateway,) = (each for each in lab.memory.containers.values() if each.name.endswith("-gateway"))
    lab.memory.remove(container_id=gateway.id)

    status = shop.target.status(application=shop.application)

    assert not status.ready
    assert "its gateway is not there" in status.message
    assert shop.states() == {1: "live"}


def test_the_live_release_that_stopped_answering_is_not_ready(lab: MemoryEngineLab, shop: Shop) -> None:
    shop.deploy(version="1")
    (release,) = (each for each in lab.memory.containers.values() if each.name.endswith("-r1"))
    release.behaviour = Behaviour(lines=(), answer=lambda _path: Reply(status=503))
    release.lines.append("the pool is empty")

    status = shop.target.status(application=shop.application)

    assert not status.ready
    assert status.message == "release 1 answers 503 at /healthz"
    assert "the pool is empty" in status.log_tail


def test_a_release_that_was_stopped_by_hand_is_released_anew(lab: MemoryEngineLab, shop: Shop) -> None:
    shop.deploy(version="1")
    (release,) = (each for each in lab.memory.containers.values() if each.name.endswith("-r1"))
    lab.memory.stop(container_id=release.id)
    assert "does not run" in shop.target.status(application=shop.application).message
    assert shop.target.dry_run(workload=lab.workload(shop.plan(version="1"))) != ()

    assert shop.deploy(version="1").number == 2
    assert shop.ask() == "1"
