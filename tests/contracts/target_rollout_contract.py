"""How releases come, fail and come back, on every DeploymentTarget."""

from __future__ import annotations

import pytest

from tasks.errors import Missing, Unavailable
from tests.contracts.real import eventually
from tests.contracts.target_shop import LAST_WORDS, PORT, Shop


class RolloutContract:
    """Deploys and restores."""

    def test_the_first_release_answers_and_is_the_live_one(self, shop: Shop) -> None:
        release = shop.deploy(version="1")

        assert (release.number, release.state, release.reused) == (1, "live", False)
        assert (release.commit, release.version) == ("c" * 40, "1.0.0")
        assert release.source == "https://git.invalid/team/shop"
        assert shop.ask() == "1"

    def test_the_same_workload_again_changes_nothing(self, shop: Shop) -> None:
        first = shop.deploy()

        again = shop.deploy()

        assert again == first.changed(reused=True)
        assert shop.states() == {1: "live"}

    def test_another_version_takes_over_and_the_former_one_is_kept(self, shop: Shop) -> None:
        shop.deploy(version="1")

        release = shop.deploy(version="2")

        assert (release.number, release.state) == (2, "live")
        assert shop.ask() == "2"
        assert shop.states() == {2: "live", 1: "former"}

    def test_the_address_stays_the_same_from_release_to_release(self, shop: Shop) -> None:
        assert shop.deploy(version="1").url == shop.deploy(version="2").url

    def test_somebody_answers_all_the_time_while_releases_change(self, shop: Shop) -> None:
        shop.deploy(version="1")
        with shop.visited() as seen:
            shop.deploy("late", version="2")
            eventually(lambda: seen[-1:] == ["2"])
            shop.refused("crash")
            shop.target.restore(application=shop.application, number=None)
            eventually(lambda: seen[-1:] == ["1"])

        assert [each for each in seen if each not in {"1", "2"}] == []

    def test_a_release_that_crashes_leaves_the_former_one_answering(self, shop: Shop) -> None:
        shop.deploy(version="1")

        error = shop.refused("crash")

        assert shop.ask() == "1"
        assert shop.states() == {2: "failed", 1: "live"}
        assert error.failure is not None
        assert (error.failure.step, error.failure.exit_code, error.failure.port) == ("deploy", 3, PORT)
        assert LAST_WORDS in error.failure.log_tail
        assert error.hint or error.failure.whole_log

    def test_a_release_that_listens_on_another_port_leaves_the_former_one_answering(self, shop: Shop) -> None:
        shop.deploy(version="1")

        error = shop.refused("elsewhere")

        assert shop.ask() == "1"
        assert shop.states() == {2: "failed", 1: "live"}
        assert str(PORT) in error.message
        assert error.failure is not None
        assert str(PORT + 1) in error.failure.log_tail

    def test_a_release_that_is_not_well_leaves_the_former_one_answering(self, shop: Shop) -> None:
        shop.deploy(version="1")

        error = shop.refused("unwell")

        assert shop.ask() == "1"
        assert "500" in error.message
        assert "/healthz" in error.message

    def test_a_first_release_that_fails_is_kept_for_diagnosis(self, shop: Shop) -> None:
        shop.refused("crash")

        status = shop.target.status(application=shop.application)
        assert not status.ready
        assert status.running == 0
        assert shop.states() == {1: "failed"}
        assert LAST_WORDS in shop.target.logs(application=shop.application)
        with pytest.raises(Unavailable):
            shop.ask()

    def test_after_failures_a_good_release_gets_a_number_of_its_own(self, shop: Shop) -> None:
        shop.refused("crash", "a")
        shop.refused("crash", "b")

        assert shop.deploy(version="3").number == 3
        assert shop.states() == {3: "live", 2: "failed", 1: "failed"}

    def test_a_release_that_failed_is_tried_again_when_it_is_asked_for_again(self, shop: Shop) -> None:
        shop.refused("crash")

        assert shop.refused("crash").failure is not None

    def test_the_release_before_is_restored_under_its_own_number(self, shop: Shop) -> None:
        shop.deploy(version="1")
        shop.deploy(version="2")

        release = shop.target.restore(application=shop.application, number=None)

        assert (release.number, release.state) == (1, "live")
        assert shop.ask() == "1"
        assert shop.states() == {2: "former", 1: "live"}

    def test_the_release_before_is_the_one_that_was_live_last_not_the_one_numbered_below(self, shop: Shop) -> None:
        shop.deploy(version="1")
        shop.deploy(version="2")
        shop.target.restore(application=shop.application, number=None)
        shop.deploy(version="3")

        assert shop.target.restore(application=shop.application, number=None).number == 1

    def test_a_release_is_restored_by_its_number(self, shop: Shop) -> None:
        for version in "123":
            shop.deploy(version=version)

        assert shop.target.restore(application=shop.application, number=1).number == 1
        assert shop.ask() == "1"

    def test_restoring_the_live_release_changes_nothing(self, shop: Shop) -> None:
        shop.deploy(version="1")
        shop.deploy(version="2")

        release = shop.target.restore(application=shop.application, number=2)

        assert release.reused
        assert shop.states() == {2: "live", 1: "former"}

    def test_what_cannot_be_restored_is_said(self, shop: Shop) -> None:
        shop.deploy(version="1")
        shop.refused("crash")

        for number in (None, 2, 99):
            with pytest.raises(Missing):
                shop.target.restore(application=shop.application, number=number)
        assert shop.ask() == "1"

    def test_after_a_restore_the_next_release_gets_a_new_number(self, shop: Shop) -> None:
        shop.deploy(version="1")
        shop.deploy(version="2")
        shop.target.restore(application=shop.application, number=None)

        assert shop.deploy(version="2").number == 3
        assert shop.ask() == "2"
