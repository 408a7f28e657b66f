"""What a DeploymentTarget says of an application, and how it runs what does not listen."""

from __future__ import annotations

import pytest

from tasks.errors import Invalid, Missing
from tests.contracts.target_shop import LAST_WORDS, Shop


class AnswerContract:
    """Status, answers, logs; workers and jobs."""

    def test_nothing_by_a_name_is_said_to_be_missing(self, shop: Shop) -> None:
        with pytest.raises(Missing):
            shop.target.status(application=shop.application)
        with pytest.raises(Missing):
            shop.target.request(application=shop.application, path="/")
        with pytest.raises(Missing):
            shop.target.logs(application=shop.application)
        with pytest.raises(Missing):
            shop.target.restore(application=shop.application, number=None)
        assert shop.target.history(application=shop.application) == ()
        assert shop.target.delete(application=shop.application) == ()

    def test_the_status_tells_how_the_live_release_is(self, shop: Shop) -> None:
        release = shop.deploy(version="1")

        status = shop.target.status(application=shop.application)

        assert status.ready
        assert (status.running, status.wanted, status.restarts) == (1, 1, 0)
        assert status.release == release
        assert "release 1" in status.message

    def test_an_answer_tells_the_way_that_the_question_took(self, shop: Shop) -> None:
        shop.deploy(version="1")

        answer = shop.target.request(application=shop.application, path="/version?full=1")

        assert (answer.status, answer.body) == (200, "1")
        assert answer.content_type.startswith("text/plain")
        assert answer.url.endswith("/version?full=1")
        assert answer.way
        assert answer.duration_ms > 0
        assert shop.target.request(application=shop.application, path="/missing").status == 404

    def test_a_long_answer_is_cut_and_its_control_characters_are_taken_out(self, shop: Shop) -> None:
        shop.deploy(version="1")

        body = shop.ask("/long")

        assert len(body) == 2000
        assert body.endswith("ä")
        assert "\x1b" not in body

    @pytest.mark.parametrize("path", ["version", "", "http://elsewhere.invalid/", "/a b", "/a\r\nHost: b"])
    def test_what_is_no_path_is_not_asked_for(self, shop: Shop, path: str) -> None:
        shop.deploy(version="1")

        with pytest.raises(Invalid):
            shop.target.request(application=shop.application, path=path)

    def test_the_log_is_the_live_release_s(self, shop: Shop) -> None:
        shop.deploy(version="first")
        shop.refused("crash")

        log = shop.target.logs(application=shop.application)

        assert "web first begins" in log
        assert LAST_WORDS not in log
        assert len(shop.target.logs(application=shop.application, tail_lines=1).splitlines()) == 1

    def test_a_worker_is_ready_when_it_runs_and_stays_so(self, shop: Shop) -> None:
        release = shop.deploy("worker", "1")

        status = shop.target.status(application=shop.application)
        assert (release.number, release.state, release.url) == (1, "live", None)
        assert status.ready
        assert status.running == 1
        assert "worker 1 begins" in shop.target.logs(application=shop.application)
        with pytest.raises(Invalid):
            shop.ask()

    def test_a_worker_that_crashes_leaves_the_former_one_running(self, shop: Shop) -> None:
        shop.deploy("worker", "1")

        error = shop.refused("crashing-worker")

        assert error.failure is not None
        assert LAST_WORDS in error.failure.log_tail
        assert shop.states() == {2: "failed", 1: "live"}
        assert shop.target.status(application=shop.application).ready

    def test_a_worker_is_replaced_and_restored(self, shop: Shop) -> None:
        shop.deploy("worker", "1")
        shop.deploy("worker", "2")
        assert "worker 2" in shop.target.logs(application=shop.application)

        shop.target.restore(application=shop.application, number=None)

        assert "worker 1" in shop.target.logs(application=shop.application)
        assert shop.states() == {2: "former", 1: "live"}
        assert shop.deploy("worker", "1").reused

    def test_a_job_is_done_when_it_has_ended_well(self, shop: Shop) -> None:
        shop.deploy("job", "1")

        status = shop.target.status(application=shop.application)
        assert status.ready
        assert status.running == 0
        assert "the job is done" in shop.target.logs(application=shop.application)
        assert shop.deploy("job", "1").reused
        assert shop.deploy("job", "2").number == 2

    def test_a_job_that_fails_is_refused(self, shop: Shop) -> None:
        error = shop.refused("failing-job")

        assert error.failure is not None
        assert error.failure.exit_code == 3
        assert LAST_WORDS in error.failure.log_tail

    def test_an_application_may_change_from_answering_to_working_and_back(self, shop: Shop) -> None:
        shop.deploy("web", "1")
        shop.deploy("worker", "2")
        with pytest.raises(Invalid):
            shop.ask()

        shop.deploy("web", "3")

        assert shop.ask() == "3"
        assert shop.states() == {3: "live", 2: "former", 1: "former"}
