"""What every DeploymentTarget does, whether an engine, a cluster or memory stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tasks.errors import Invalid, Missing, Unavailable
from tasks.models import (
    Application,
    ClusterRequest,
)
from tests.contracts.target_answer_contract import AnswerContract
from tests.contracts.target_rollout_contract import RolloutContract
from tests.contracts.target_shop import Shop, TargetLab


class TargetContract(RolloutContract, AnswerContract):
    """Inherited by a class for each target, with its `lab` fixture."""

    @pytest.fixture
    def lab(self) -> Iterator[TargetLab]:
        raise NotImplementedError

    @pytest.fixture
    def shop(self, lab: TargetLab) -> Iterator[Shop]:
        shop = Shop(lab, lab.target(), lab.application(), lab.free_port())
        yield shop
        shop.target.delete(application=shop.application)

    def test_a_suspended_release_is_stopped_and_kept_for_diagnosis(self, shop: Shop) -> None:
        shop.deploy(version="first")

        release = shop.target.suspend(application=shop.application)

        assert (release.number, release.state, release.url) == (1, "failed", None)
        status = shop.target.status(application=shop.application)
        assert (status.ready, status.running) == (False, 0)
        assert "web first begins" in shop.target.logs(application=shop.application)
        with pytest.raises(Unavailable):
            shop.ask()
        with pytest.raises(Missing):
            shop.target.suspend(application=shop.application)
        assert shop.deploy(version="first").number == 2
        assert shop.ask() == "first"

    def test_when_the_live_release_is_suspended_the_former_one_can_be_restored(self, shop: Shop) -> None:
        for mode in ("web", "worker"):
            shop.deploy(mode, "1")
            shop.deploy(mode, "2")
            shop.target.suspend(application=shop.application)
            assert "live" not in shop.states().values()

            restored = shop.target.restore(application=shop.application, number=None)

            assert shop.states()[restored.number] == "live"
            assert f"{mode} 1 begins" in shop.target.logs(application=shop.application)

    def test_what_is_deleted_is_named_and_gone(self, shop: Shop) -> None:
        shop.deploy(version="1")
        shop.deploy(version="2")

        removed = shop.target.delete(application=shop.application)

        assert any(shop.application.name in each for each in removed)
        assert shop.states() == {}
        with pytest.raises(Missing):
            shop.target.status(application=shop.application)
        assert shop.deploy(version="1").number == 1

    def test_each_application_is_listed_with_its_live_release_or_its_newest(self, shop: Shop, lab: TargetLab) -> None:
        other = Shop(lab, shop.target, lab.application("shop-two"), lab.free_port())
        shop.deploy(version="1")
        shop.deploy(version="2")
        other.refused("crash")

        found = shop.target.released(namespace=shop.application.namespace)

        own = {each.application.name: (each.number, each.state) for each in found}
        assert own[shop.application.name] == (2, "live")
        assert own[other.application.name] == (1, "failed")
        other.target.delete(application=other.application)
        left = {each.application.name for each in shop.target.released(namespace=shop.application.namespace)}
        assert shop.application.name in left
        assert other.application.name not in left

    def test_applications_of_other_names_and_namespaces_are_left_alone(self, shop: Shop, lab: TargetLab) -> None:
        others = [
            Shop(
                lab,
                shop.target,
                Application(name=shop.application.name, namespace=lab.other_namespace),
                lab.free_port(),
            ),
            Shop(lab, shop.target, lab.application("shop-two"), lab.free_port()),
        ]
        shop.deploy(version="1")
        for other in others:
            assert other.deploy(version="other").number == 1
        assert (shop.ask(), *(each.ask() for each in others)) == ("1", "other", "other")

        shop.target.delete(application=shop.application)

        assert [each.ask() for each in others] == ["other", "other"]
        for other in others:
            other.target.delete(application=other.application)

    def test_a_dry_run_names_what_would_change_and_changes_nothing(self, shop: Shop, lab: TargetLab) -> None:
        before, after = (lab.workload(shop.plan(version=version)) for version in ("before", "after"))
        assert shop.target.dry_run(workload=before)
        assert shop.states() == {}
        shop.deploy(version="before")

        assert shop.target.dry_run(workload=before) == ()
        lines = shop.target.dry_run(workload=after)

        assert any("before" in line and "after" in line for line in lines)
        assert shop.states() == {1: "live"}

    def test_a_variable_reaches_the_application_and_nobody_else(self, shop: Shop) -> None:
        told = shop.with_variables(GREETING="moin-moin-7319")

        release = told.deploy(version="1", variables=("GREETING",))

        assert told.ask("/greeting") == "moin-moin-7319"
        workload = told.lab.workload(told.plan(version="2", variables=("GREETING",)))
        status = told.target.status(application=told.application)
        for shown in (release, status, told.target.dry_run(workload=workload), told.lab.sink.seen):
            assert "moin-moin-7319" not in repr(shown)

    def test_another_value_of_a_variable_is_another_release(self, shop: Shop) -> None:
        shop.with_variables(GREETING="moin-moin").deploy(version="1", variables=("GREETING",))
        assert shop.with_variables(GREETING="moin-moin").deploy(version="1", variables=("GREETING",)).reused

        told = shop.with_variables(GREETING="good evening")
        assert told.target.dry_run(workload=told.lab.workload(told.plan(variables=("GREETING",))))
        release = told.deploy(version="1", variables=("GREETING",))

        assert (release.number, release.reused) == (2, False)
        assert told.ask("/greeting") == "good evening"

    def test_a_variable_without_a_value_is_named_before_anything_is_started(self, shop: Shop) -> None:
        with pytest.raises(Invalid, match="GREETING"):
            shop.deploy(version="1", variables=("GREETING",))

        assert shop.states() == {}

    def test_a_restored_release_has_the_values_it_had(self, shop: Shop) -> None:
        shop.with_variables(GREETING="moin").deploy(version="1", variables=("GREETING",))
        shop.with_variables(GREETING="hello").deploy(version="1", variables=("GREETING",))

        shop.target.restore(application=shop.application, number=None)

        assert shop.ask("/greeting") == "moin"

    def test_runs_of_one_application_are_put_in_a_row(self, shop: Shop) -> None:
        shop.deploy(version="1")
        others = [shop.with_variables() for _ in range(2)]

        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(other.deploy, "web", version) for other, version in zip(others, "23", strict=True)]
            numbers = {run.result().number: version for run, version in zip(runs, "23", strict=True)}

        assert sorted(numbers) == [2, 3]
        assert shop.states() == {3: "live", 2: "former", 1: "former"}
        assert shop.ask() == numbers[3]

    def test_the_same_workload_from_two_runs_at_once_is_released_once(self, shop: Shop) -> None:
        others = [shop.with_variables() for _ in range(2)]

        with ThreadPoolExecutor(2) as pool:
            releases = [run.result() for run in [pool.submit(other.deploy) for other in others]]

        assert sorted(each.reused for each in releases) == [False, True]
        assert shop.states() == {1: "live"}

    def test_progress_is_reported_as_a_deploy(self, shop: Shop) -> None:
        shop.deploy(version="1")

        assert {each.step for each in shop.lab.sink.seen} == {"deploy"}

    def test_the_preflight_tells_what_the_target_is_and_changes_nothing(self, shop: Shop) -> None:
        request = ClusterRequest(application=shop.application, published_port=shop.port)

        info = shop.target.preflight(request=request)

        assert info.target == shop.lab.kind
        assert info.name
        assert info.version
        assert info.architectures
        assert info.failed == ()
        assert shop.states() == {}
        shop.deploy(version="1")
        assert shop.target.preflight(request=request).failed == ()


class HistoryContract:
    """Slower: it needs more releases than are kept."""

    @pytest.fixture
    def lab(self) -> Iterator[TargetLab]:
        raise NotImplementedError

    def test_the_last_ten_releases_are_kept_and_the_one_before_can_always_be_restored(self, lab: TargetLab) -> None:
        shop = Shop(lab, lab.target(), lab.application(), lab.free_port())
        try:
            for version in range(1, 13):
                shop.deploy("worker", str(version))
            assert [each.number for each in shop.target.history(application=shop.application)] == list(range(12, 2, -1))
            for version in range(13, 18):
                shop.refused("crashing-worker", str(version))

            history = shop.target.history(application=shop.application)
            assert len(history) == 10
            assert [each.number for each in history] == sorted((each.number for each in history), reverse=True)
            assert {each.number: each.state for each in history}[12] == "live"
            assert shop.target.restore(application=shop.application, number=None).number == 11
        finally:
            shop.target.delete(application=shop.application)
