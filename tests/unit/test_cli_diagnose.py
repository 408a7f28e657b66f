"""`containerkit diagnose`: what a log says, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from deployments.cli import app
from tasks.models import Failure
from tests.unit.cli_kit import typed

LOG = "#9 12.3 Error: pg_config executable not found.\n#9 ERROR: process did not complete successfully: exit code: 1\n"


def test_diagnose_reads_a_file_or_standard_input_and_prints_the_published_object(tmp_path: Path) -> None:
    file = tmp_path / "build.log"
    file.write_text(LOG)
    of_file = typed("diagnose", "--json", "--step", "build", str(file))
    of_input = CliRunner().invoke(app, ["diagnose", "--json", "--step", "build", "-"], input=LOG)
    assert (of_file.exit_code, of_file.stdout) == (of_input.exit_code, of_input.stdout)
    assert of_file.exit_code == 0
    found = json.loads(of_file.stdout)
    assert set(found) == {"class", "cause", "verdict", "hint", "amendment", "confidence", "evidence_lines"}
    assert (found["class"], found["verdict"]) == ("native_build_dependency", "auto")


def test_diagnose_for_a_person_names_cause_repair_and_next_step() -> None:
    done = CliRunner().invoke(app, ["diagnose"], input=LOG)
    assert done.exit_code == 0
    assert "a run repairs this by itself" in done.output
    assert "add system packages (packages" in done.output
    assert "libpq-dev" in done.output
    assert "next" in done.output


def test_diagnose_of_nonsense_says_that_nothing_is_known() -> None:
    done = CliRunner().invoke(app, ["diagnose", "--json"], input="lorem ipsum\n")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["class"], found["verdict"]) == (0, "unknown", "needs_human")


def test_diagnose_finds_what_stands_at_the_end_of_a_huge_log(tmp_path: Path) -> None:
    file = tmp_path / "huge.log"
    file.write_text("noise of a build\n" * 400_000 + LOG)
    assert json.loads(typed("diagnose", "--json", str(file)).stdout)["class"] == "native_build_dependency"


def test_diagnose_takes_a_failure_as_a_run_writes_it_down() -> None:
    failure = Failure(step="deploy", message="the container ended", exit_code=137, oom_killed=True)
    done = CliRunner().invoke(app, ["diagnose", "--json"], input=failure.model_dump_json())
    assert json.loads(done.stdout)["class"] == "out_of_memory"


def test_diagnose_of_a_file_that_is_not_there_is_exit_code_2(tmp_path: Path) -> None:
    done = typed("diagnose", str(tmp_path / "nowhere.log"))
    assert (done.exit_code, "nowhere.log" in done.stderr) == (2, True)


def test_diagnose_shows_no_secret_of_the_log() -> None:
    log = LOG.replace("Error:", "Error: https://me:hunter2hunter2@registry.invalid/x")
    done = CliRunner().invoke(app, ["diagnose", "--json"], input=log)
    assert "hunter2hunter2" not in done.output
