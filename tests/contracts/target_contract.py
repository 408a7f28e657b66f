"""What every DeploymentTarget does, whether an engine, a cluster or memory stands behind it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from pydantic import SecretStr

from tasks.errors import Invalid, Missing, Rejected, StepError, Unavailable
from tasks.models import (
    Application,
    ClusterRequest,
    DeployRequest,
    Kind,
    Progress,
    PushedImage,
    Release,
    ReleasePlan,
    Resources,
    Setting,
    TargetKind,
    Variable,
    Workload,
)
from tasks.ports import DeploymentTarget
from tests.contracts.real import eventually

PORT = 8000
LAST_WORDS = "cannot reach the flux capacitor"
"""What the application of the suite prints before it crashes."""


@dataclass
class Recorder:
    """A sink that remembers."""

    seen: list[Progress] = field(default_factory=list)

    def report(self, *, progress: Progress) -> None:
        self.seen.append(progress)


class TargetLab(ABC):
    """A world with a target in it. The suite's application does what its MODE says: see target_app/app.py."""

    kind: TargetKind
    ready_s: float
    """Enough for any good release to become ready."""
    patience_s: float
    """How long to wait for one that never does."""
    namespace = "default"
    other_namespace = "other"

    def __init__(self) -> None:
        self.mark = uuid4().hex[:8]
        self.sink = Recorder()

    @abstractmethod
    def target(self, *variables: Variable) -> DeploymentTarget:
        """The target as a run sees it that was given these variables. The lab closes it."""

    @abstractmethod
    def pushed(self) -> PushedImage:
        """The suite's application."""

    @abstractmethod
    def workload(self, plan: ReleasePlan) -> Workload:
        """What this target takes."""

    @abstractmethod
    def free_port(self) -> int:
        """A port that can be published."""

    def application(self, name: str = "shop") -> Application:
        return Application(name=f"{name}-{self.mark}", namespace=self.namespace)


@dataclass
class Shop:
    """One application on the target, and short words for what is done with it."""

    lab: TargetLab
    target: DeploymentTarget
    application: Application
    port: int

    def plan(self, mode: str = "web", version: str = "1", *, variables: tuple[str, ...] = ()) -> ReleasePlan:
        kinds: dict[str, Kind] = {"worker": "worker", "crashing-worker": "worker", "job": "job", "failing-job": "job"}
        kind = kinds.get(mode, "web")
        settings = {"MODE": mode, "VERSION": version, **({"PORT": str(PORT)} if kind == "web" else {})}
        return ReleasePlan(
            application=self.application,
            target=self.lab.kind,
            pushed=self.lab.pushed(),
            kind=kind,
            port=PORT if kind == "web" else None,
            published_port=self.port if kind == "web" else None,
            health_path="/healthz" if kind == "web" else None,
            settings=tuple(Setting(name=name, value=value) for name, value in settings.items()),
            variables=variables,
            resources=Resources(memory_bytes=64 * 1024 * 1024, cpu_millicores=500),
            source="https://git.invalid/team/shop",
        )

    def deploy(self, mode: str = "web", version: str = "1", *, variables: tuple[str, ...] = ()) -> Release:
        return self.deploy_plan(self.plan(mode, version, variables=variables))

    def deploy_plan(self, plan: ReleasePlan, *, timeout_s: float | None = None) -> Release:
        request = DeployRequest(
            workload=self.lab.workload(plan),
            source=plan.source,
            commit="c" * 40,
            version="1.0.0",
            timeout_s=timeout_s or self.lab.ready_s,
        )
        return self.target.deploy(request=request, progress=self.lab.sink)

    def refused(self, mode: str, version: str = "bad") -> Rejected:
        timeout_s = self.lab.patience_s if mode in {"elsewhere", "unwell"} else self.lab.ready_s
        with pytest.raises(Rejected) as raised:
            self.deploy_plan(self.plan(mode, version), timeout_s=timeout_s)
        return raised.value

    def ask(self, path: str = "/version") -> str:
        return self.target.request(application=self.application, path=path).body

    def states(self) -> dict[int, str]:
        return {each.number: each.state for each in self.target.history(application=self.application)}

    def with_variables(self, **values: str) -> Shop:
        variables = tuple(Variable(name=name, value=SecretStr(value)) for name, value in values.items())
        return Shop(self.lab, self.lab.target(*variables), self.application, self.port)

    @contextmanager
    def visited(self) -> Iterator[list[str | StepError]]:
        """A client that asks for the version all the time; what it got, in order."""
        seen: list[str | StepError] = []
        ended = threading.Event()

        def visit() -> None:
            while not ended.wait(0.02):
                try:
                    seen.append(self.ask())
                except StepError as error:
                    seen.append(error)

        with ThreadPoolExecutor(1) as pool:
            visitor = pool.submit(visit)
            try:
                yield seen
            finally:
                ended.set()
                visitor.result(timeout=30)


class TargetContract:
    """Inherited by a class for each target, with its `lab` fixture."""

    @pytest.fixture
    def lab(self) -> Iterator[TargetLab]:
        raise NotImplementedError

    @pytest.fixture
    def shop(self, lab: TargetLab) -> Iterator[Shop]:
        shop = Shop(lab, lab.target(), lab.application(), lab.free_port())
        yield shop
        shop.target.delete(application=shop.application)

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
