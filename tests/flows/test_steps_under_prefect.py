"""A step under Prefect: typed errors, retries by the hook's one question, artifacts, links and records."""

from __future__ import annotations

import time

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from tasks import journal
from tasks.errors import Denied, Rejected, Unavailable
from tasks.models import Advice, Failure, Outcome, Progress
from tasks.models.model import Model
from tasks.step import Step, step

pytestmark = pytest.mark.usefixtures("prefect_server")


class Question(Model):
    text: str


class Answer(Outcome):
    text: str


class Heard:
    def __init__(self) -> None:
        self.said: list[Progress] = []

    def report(self, *, progress: Progress) -> None:
        self.said.append(progress)


class Sage:
    """Knows one transient failure."""

    def advise(self, *, failure: Failure, timeout_s: float = 5) -> Advice:
        del timeout_s
        transient = "flaky" in failure.message
        return Advice(verdict="transient" if transient else "needs_human", hint="", confidence=1, cause="flaky_world")


class World:
    """Raises the given errors, one a call, and then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def ask(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "yes"


@step(4, retries=2, delay_s=0.01, timeout_s=5, present=lambda answer: f"# {answer.text}")
def scan(request: Question, *, world: World) -> Answer:
    """Ask the world."""
    return Answer(text=f"{request.text}: {world.ask()}")


@step(6, retries=0, timeout_s=1)
def push(request: Answer) -> Answer:
    """Wait longer than it may."""
    time.sleep(3)
    return request


def run(world: World, asked: Step[Question, ..., Answer] = scan) -> tuple[Answer, journal.Journal, Heard]:
    heard = Heard()
    log = journal.Journal(sink=heard, advisor=Sage(), redact=lambda text: text.replace("hunter2", "***"))

    @flow
    def asking() -> Answer:
        return asked(Question(text="well?"), world=world)

    with journal.writing(log):
        return asking(), log, heard


def test_an_unavailable_world_is_asked_again_and_the_record_counts_the_attempts() -> None:
    answer, log, heard = run(World(Unavailable("connection lost"), Unavailable("connection lost")))
    assert answer.text == "well?: yes"
    assert [(record.name, record.attempts, record.state) for record in log.records] == [("scan", 3, "finished")]
    assert [line.phase for line in heard.said] == ["started", "retrying", "retrying", "finished"]


def test_a_rejection_is_retried_only_when_the_advisor_calls_it_transient() -> None:
    flaky = Failure(step="scan", message="flaky")
    world = World(Rejected("flaky", failure=flaky))
    run(world)
    assert world.calls == 2
    stubborn = World(Rejected("bad", failure=Failure(step="scan", message="bad")))
    with pytest.raises(Rejected) as caught:
        run(stubborn)
    assert stubborn.calls == 1
    assert caught.value.step == "scan"


def test_a_denial_and_a_bug_of_ours_are_never_retried() -> None:
    for error in (Denied("no"), KeyError("ours")):
        world = World(error)
        with pytest.raises(type(error)):
            run(world)
        assert world.calls == 1


def test_a_step_that_takes_too_long_is_unavailable_and_names_the_setting() -> None:
    @flow
    def waiting() -> Answer:
        return push(Answer(text="x"))

    with pytest.raises(Unavailable, match="push did not end within 1 s") as caught:
        waiting()
    assert "[steps.push]" in caught.value.hint


def test_the_final_failure_leaves_an_artifact_without_secrets() -> None:
    failure = Failure(step="scan", message="hunter2 is wrong", log_tail="password hunter2")
    with pytest.raises(Rejected):
        run(World(Rejected("hunter2 is wrong", hint="type another", failure=failure)))
    with get_client(sync_client=True) as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=["scan-failure"]))
        texts = [str(found.data) for found in client.read_artifacts(artifact_filter=wanted)]
    assert any("type another" in text for text in texts)
    assert not any("hunter2" in text for text in texts)


def test_tuned_limits_hold_and_the_step_keeps_its_name_and_hooks() -> None:
    world = World(Unavailable("a"), Unavailable("b"))
    with pytest.raises(Unavailable):
        run(world, scan.tuned(retries=1, delay_s=0.01, timeout_s=9))
    assert world.calls == 2
    tuned = scan.tuned(retries=1, delay_s=0.01, timeout_s=9)
    assert (tuned.task.name, tuned.task.timeout_seconds, tuned.metadata.timeout_s) == ("04-scan", 9, 9)
    assert tuned.task.on_failure_hooks == scan.task.on_failure_hooks
