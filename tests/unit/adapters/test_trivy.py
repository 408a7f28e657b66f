"""The parts of the Trivy adapter that need no engine: its tables, its program's hash, its answers."""

from __future__ import annotations

import datetime as dt
import json
import stat
from pathlib import Path

import pytest

from adapters.trivy import Trivy, TrivySettings, categories
from adapters.trivy.categories import ImageAnswer
from adapters.trivy.database import Database, DatabaseState
from adapters.trivy.document import Document
from adapters.trivy.failures import FAILURES, FailureRow, explain
from adapters.trivy.program import PUBLISHED, Program, find_program
from tasks.errors import Denied, Missing, Rejected, Unavailable
from tasks.redaction import Redactor

NOW = dt.datetime(2030, 1, 10, tzinfo=dt.UTC)


def program(folder: Path, script: str) -> Path:
    """A program of the test in Trivy's place."""
    file = folder / "trivy"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def settings(folder: Path, own: Path | None = None) -> TrivySettings:
    return TrivySettings(endpoint="unix:///nowhere.sock", cache_folder=folder, program=own)


@pytest.mark.parametrize("row", FAILURES, ids=lambda row: row.message)
def test_every_failure_row_explains_its_example_and_no_earlier_row_does(row: FailureRow) -> None:
    error = explain(command="trivy image", exit_code=1, log=row.example)
    assert type(error) is row.error
    assert error.message == row.message
    assert error.hint == row.hint
    assert error.failure is not None
    assert error.failure.exit_code == 1


def test_an_unknown_failure_quotes_the_fatal_line() -> None:
    error = explain(
        command="trivy image", exit_code=1, log="INFO a\nFATAL\tFatal error\tsomething new:\n\t* its reason\n\n"
    )
    assert type(error) is Rejected
    assert error.message == "trivy image failed with exit code 1: something new: * its reason"


def test_a_killed_scanner_is_worth_another_try() -> None:
    assert type(explain(command="trivy image", exit_code=-9, log="")) is Unavailable


def test_the_installed_program_is_the_published_one(tmp_path: Path) -> None:
    found = find_program(settings(tmp_path), Redactor().redact)
    assert found.published in PUBLISHED.values()
    assert found.started_version(30) == found.version


def test_a_program_with_another_hash_is_never_run(tmp_path: Path) -> None:
    published = next(iter(PUBLISHED.values()))
    changed = Program(program(tmp_path, f"touch {tmp_path}/ran"), published, Redactor().redact)
    with pytest.raises(Denied, match="SHA-256"):
        changed.started_version(5)
    assert not (tmp_path / "ran").exists()


def test_an_absent_program_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(Missing) as raised:
        Trivy(settings=settings(tmp_path, tmp_path / "none"), redact=str).describe()
    assert "pip install" in raised.value.hint


def test_a_program_that_is_no_trivy_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no Trivy"):
        Trivy(settings=settings(tmp_path, program(tmp_path, "echo hello")), redact=str).describe()


def test_a_program_of_the_user_is_used(tmp_path: Path) -> None:
    own = program(tmp_path, """echo '{"Version": "9.9.9"}'""")
    assert Trivy(settings=settings(tmp_path, own), redact=str).describe().version == "9.9.9"


def test_what_the_program_says_is_redacted(tmp_path: Path) -> None:
    own = program(tmp_path, 'echo "FATAL PASSWORD=hidden-value" >&2; exit 1')
    with pytest.raises(Rejected) as raised:
        find_program(settings(tmp_path, own), Redactor().redact).run("image", timeout_s=5, folder=tmp_path)
    assert raised.value.failure is not None
    assert "hidden-value" not in raised.value.failure.model_dump_json()


class TestDatabase:
    FETCH = """
while [ "$1" != --cache-dir ]; do shift; done
mkdir -p "$2/db"; echo data > "$2/db/trivy.db"; echo x >> {folder}/fetched
echo '{{"Version": 2, "NextUpdate": "{due}", "UpdatedAt": "2030-01-01T00:00:00Z"}}' > "$2/db/metadata.json"
"""

    def database(self, folder: Path, script: str, **more: object) -> Database:
        chosen = settings(folder, program(folder, script)).changed(**more)
        return Database("db", chosen, lambda: find_program(chosen, Redactor().redact))

    def fetches(self, folder: Path) -> int:
        return (folder / "fetched").read_text().count("x")

    def test_an_absent_one_is_fetched_once(self, tmp_path: Path) -> None:
        database = self.database(tmp_path, self.FETCH.format(folder=tmp_path, due="2999-01-01T00:00:00Z"))
        assert database.present() == DatabaseState(None)
        assert database.ready(timeout_s=10).date == "2030-01-01T00:00:00+00:00"
        assert database.ready(timeout_s=10).reason == ""
        assert self.fetches(tmp_path) == 1

    def test_one_that_is_due_is_fetched_again(self, tmp_path: Path) -> None:
        database = self.database(tmp_path, self.FETCH.format(folder=tmp_path, due="2001-01-01T00:00:00Z"))
        database.ready(timeout_s=10)
        database.ready(timeout_s=10)
        assert self.fetches(tmp_path) == 2

    def test_a_failed_fetch_keeps_the_old_one_and_is_not_repeated_at_once(self, tmp_path: Path) -> None:
        due = self.FETCH.format(folder=tmp_path, due="2001-01-01T00:00:00Z")
        self.database(tmp_path, due).ready(timeout_s=10)
        failing = self.database(tmp_path, f"echo x >> {tmp_path}/fetched; echo 'OCI artifact error' >&2; exit 1")
        state = failing.ready(timeout_s=10)
        assert state.date == "2030-01-01T00:00:00+00:00"
        assert state.reason == "the database could not be downloaded"
        assert failing.ready(timeout_s=10) == state
        assert self.fetches(tmp_path) == 2

    def test_a_fetch_that_hangs_is_ended(self, tmp_path: Path) -> None:
        state = self.database(tmp_path, "exec sleep 60", fetch_timeout_s=0.5).ready(timeout_s=30)
        assert state.updated is None
        assert "0.5 s" in state.reason

    def test_nothing_is_fetched_where_that_is_not_wanted(self, tmp_path: Path) -> None:
        database = self.database(tmp_path, f"touch {tmp_path}/fetched", database="present")
        assert database.ready(timeout_s=5).updated is None
        assert not (tmp_path / "fetched").exists()


class TestCategories:
    def answer(self, *, family: str = "debian", ended: bool = False, log: str = "", java: str = "") -> ImageAnswer:
        document = Document.model_validate(
            {"SchemaVersion": 2, "Metadata": {"OS": {"Family": family, "Name": "12", "EOSL": ended}}, "Results": None}
        )
        return ImageAnswer(document, log, DatabaseState(NOW - dt.timedelta(days=1)), java)

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            ({"family": "none"}, "no Linux distribution"),
            ({"ended": True}, "no security updates"),
            ({"log": 'WARN This OS version is not on the EOL list family="debian"'}, "no data for debian 12"),
            ({"java": "its index was never downloaded"}, "no data for java"),
        ],
    )
    def test_a_gap_in_the_data_makes_it_unknown(self, answer: dict[str, str], reason: str) -> None:
        result = categories.vulnerabilities(self.answer(**answer), oldest_days=14, now=NOW)  # type: ignore[arg-type]
        assert result.state == "unknown"
        assert reason in result.reason

    def test_without_a_gap_it_is_clean(self) -> None:
        assert categories.vulnerabilities(self.answer(), oldest_days=14, now=NOW).state == "clean"

    def test_what_may_hold_a_secret_is_not_kept(self) -> None:
        raw = {
            "SchemaVersion": 2,
            "Metadata": {"ImageConfig": {"config": {"Env": ["A=hidden"]}}},
            "Results": [
                {
                    "Target": "a",
                    "Secrets": [{"RuleID": "r", "Match": "hidden", "Code": {"Lines": [{"Content": "hidden"}]}}],
                    "Misconfigurations": [{"ID": "m", "CauseMetadata": {"StartLine": 3, "Code": {"x": "hidden"}}}],
                }
            ],
        }
        kept = Document.model_validate_json(json.dumps(raw)).kept()
        assert b"hidden" not in kept
        assert b'"StartLine": 3' in kept or b'"StartLine":3' in kept

    def test_a_file_name_with_control_characters_stays_one_line(self) -> None:
        raw = {"SchemaVersion": 2, "Results": [{"Target": "/a\nb\x1b[2J", "Secrets": [{"RuleID": "r"}]}]}
        (finding,) = Document.model_validate(raw).findings()
        assert finding.place.isprintable()
