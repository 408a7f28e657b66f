"""What a run shows: lines, JSON, a table, and the last page."""

from __future__ import annotations

import io
import json
import threading
from pathlib import Path

import pytest
from rich.console import Console

from deployments.progress import display, printable, printable_lines
from deployments.progress.json_lines import JsonLines
from deployments.progress.plain import Plain
from deployments.progress.rich_table import RichTable
from deployments.progress.state import RunState
from deployments.summary import print_summary
from tasks.models import (
    AddSystemPackages,
    Application,
    AppliedAmendment,
    DeploymentStatus,
    HttpAnswer,
    Phase,
    Progress,
    Release,
    RunRecord,
    RunRequest,
    Source,
    StepName,
    StepRecord,
)


def news(
    step: StepName, phase: Phase, message: str = "", done: float | None = None, total: float | None = None
) -> Progress:
    return Progress(step=step, phase=phase, message=message, done=done, total=total, unit="bytes" if done else "")


def record(**changes: object) -> RunRecord:
    application = Application(name="shop")
    release = Release(
        application=application, number=3, state="live", image="sha256:abc", created="2026-01-01T00:00:00Z",
        url="http://127.0.0.1:8000",
    )  # fmt: skip
    answer = HttpAnswer(url="http://127.0.0.1:8000/health", way="the published port", status=200, duration_ms=12)
    status = DeploymentStatus(application=application, release=release, ready=True, message="well", answer=answer)
    steps = (
        StepRecord(name="analyze", started="2026-01-01T00:00:00Z", duration_s=0.31, state="finished", detail="flask"),
        StepRecord(name="build", started="2026-01-01T00:00:01Z", duration_s=1.5, attempts=2, state="reused"),
        StepRecord(
            name="scan", started="2026-01-01T00:00:03Z", duration_s=2.0, state="finished",
            warnings=("no vulnerability database: vulnerabilities are unknown",),
        ),
        StepRecord(name="push", started="2026-01-01T00:00:05Z", duration_s=0, state="not_needed", detail="no registry"),
    )  # fmt: skip
    applied = AppliedAmendment(
        step="build",
        amendment=AddSystemPackages(packages=("libpq-dev", "gcc"), stage="build"),
        cause="pg_config is missing",
        rule="pg-config",
    )
    whole = RunRecord(
        request=RunRequest(source=Source(location="/src")), application="shop", steps=steps, amendments=(applied,),
        folder=Path("/state/runs/1"), release=release, status=status,
    )  # fmt: skip
    return whole.changed(**changes)


def page(whole: RunRecord, run_url: str | None = "http://127.0.0.1:4200/runs/flow-run/1") -> str:
    stream = io.StringIO()
    print_summary(Console(file=stream, width=80), whole, run_url)
    return stream.getvalue()


def test_the_summary_says_where_it_answers_what_was_repaired_what_was_reused_and_what_to_type_next() -> None:
    text = page(record())
    for fact in (
        "shop is live at http://127.0.0.1:8000",
        "answered 200 in 12 ms",
        "build: add system packages (packages libpq-dev gcc, stage build), because: pg_config is missing",
        "reused: build",
        "not needed: no registry",
        "(attempt 2)",
        "no vulnerability database",
        "/state/runs/1",
        "http://127.0.0.1:4200/runs/flow-run/1",
        "containerkit status shop",
        "took     3.8 s",
    ):
        assert fact in text


def test_a_long_detail_is_cut_and_names_and_times_stay_whole() -> None:
    detail = StepRecord(name="dockerfile", started="", duration_s=101.5, state="finished", detail="long " * 50)
    (row,) = [line for line in page(record(steps=(detail,))).splitlines() if "dockerfile" in line]
    assert row.startswith("✓  dockerfile")
    assert "101.5 s" in row
    assert row.rstrip().endswith("…")
    assert len(row) <= 80


def test_the_summary_is_one_page() -> None:
    assert len(page(record()).splitlines()) < 24


def test_a_long_path_in_the_summary_is_one_piece_that_can_be_copied() -> None:
    folder = Path("/state") / ("long-" * 30) / "runs"
    assert str(folder) in page(record(folder=folder))


def test_what_an_application_wrote_cannot_steer_the_terminal() -> None:
    hostile = "\x1b[2J\x1b]0;owned\x07ok\x00\x9b31m\u202e now\r\n\tdone"
    assert printable(hostile) == "ok 31m now done"
    assert printable_lines("\x1b[31mred\x1b[0m\nblue\ttab") == "red\nblue\ttab"
    detail = StepRecord(name="build", started="", duration_s=1, state="finished", detail=hostile)
    assert "\x1b" not in page(record(steps=(detail,)))
    assert "[bold]" in page(record(steps=(detail.changed(detail="[bold]x[/bold]"),)))


def test_plain_writes_one_line_a_change_with_the_time() -> None:
    stream = io.StringIO()
    with Plain(stream) as shown:
        shown.say("starting the local Prefect server")
        shown.report(progress=news("build", "started"))
        shown.report(progress=news("build", "running", "step 1/4"))
        shown.report(progress=news("build", "running", "step 1/4"))
        shown.report(progress=news("build", "finished", "12 MB"))
    lines = stream.getvalue().splitlines()
    assert [line.split(" ", 1)[1].split() for line in lines] == [
        ["-", "starting", "the", "local", "Prefect", "server"],
        ["build", "started"],
        ["build", "running", "step", "1/4"],
        ["build", "finished", "12", "MB"],
    ]
    assert all(line[2] == line[5] == ":" for line in lines)


def test_a_step_that_only_counts_does_not_flood_a_log() -> None:
    stream = io.StringIO()
    shown = Plain(stream)
    for done in range(1, 1000):
        shown.report(progress=news("push", "running", "layers", done=done * 1_000_000, total=1e9))
    shown.report(progress=news("push", "finished", "pushed"))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("layers 1/1,000 MB")


def test_json_is_one_object_a_line_with_stable_keys() -> None:
    stream = io.StringIO()
    with JsonLines(stream) as shown:
        shown.say("hello")
        shown.report(progress=news("build", "running", "a\nb\u2028", done=5, total=10))
    note, progress = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (note["event"], note["message"]) == ("note", "hello")
    assert list(progress) == ["event", "time", "step", "phase", "message", "done", "total", "unit"]
    assert (progress["event"], progress["step"], progress["message"]) == ("progress", "build", "a\nb\u2028")


def test_lines_of_many_threads_stay_whole() -> None:
    stream = io.StringIO()
    shown = JsonLines(stream)

    def talk() -> None:
        for _ in range(50):
            shown.report(progress=news("build", "running", "x" * 200))

    threads = [threading.Thread(target=talk) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([json.loads(line) for line in stream.getvalue().splitlines()]) == 400


class Gone(io.StringIO):
    """A pipe whose reader has ended."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        raise BrokenPipeError(text)


@pytest.mark.parametrize("kind", [Plain, JsonLines])
def test_a_reader_that_has_gone_does_not_end_the_run(kind: type[Plain | JsonLines]) -> None:
    stream = Gone()
    shown = kind(stream)
    shown.say("x")
    shown.report(progress=news("build", "started"))
    assert stream.writes == 2


def test_auto_is_plain_where_nobody_can_redraw_and_json_goes_where_results_go() -> None:
    news_stream, results = io.StringIO(), io.StringIO()
    assert isinstance(display("auto", news=news_stream, results=results), Plain)
    assert isinstance(display("rich", news=news_stream, results=results), RichTable)
    display("json", news=news_stream, results=results).say("x")
    assert (news_stream.getvalue(), results.getvalue() != "") == ("", True)


def drawn(*many: Progress) -> str:
    stream = io.StringIO()
    with RichTable(Console(file=stream, force_terminal=True, width=100, color_system=None)) as shown:
        for each in many:
            shown.report(progress=each)
    return stream.getvalue().rpartition("analyze")[2]


def test_the_table_has_a_row_for_each_step_and_shows_repairs_below() -> None:
    text = drawn(
        news("analyze", "finished", "flask"),
        news("build", "failed", "pg_config is missing"),
        news("build", "repairing", "add system packages libpq-dev"),
        news("build", "started"),
        news("build", "finished", "12 MB"),
    )
    assert [name in text for name in ("dockerfile", "build", "scan", "verify")] == [True] * 4
    assert "12 MB" in text
    assert "repair of build: add system packages libpq-dev" in text


def test_a_warning_after_the_end_does_not_bring_a_step_back_to_life() -> None:
    state = RunState()
    state.take(news("scan", "started"))
    state.take(news("scan", "finished", "clean"))
    state.take(news("scan", "running", "warning: no database"))
    row = state.steps["scan"]
    assert (row.phase, row.message, row.since) == ("finished", "clean", None)
    assert state.notes == ["scan: warning: no database"]
