"""What every Scanner does, whether it runs a program or only remembers."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from tasks.errors import Missing, Unavailable
from tasks.models import Category, CategoryResult, Dockerfile, Image, Progress, ScanPolicy, ScanReport, ScanRequest
from tasks.ports import Scanner

GOOD = 'FROM registry.invalid/base:1.0\nCOPY . /app\nHEALTHCHECK NONE\nUSER 10001\nCMD ["/app/run"]\n'
AS_ROOT = 'FROM registry.invalid/base:1.0\nCOPY . /app\nHEALTHCHECK NONE\nUSER root\nCMD ["/app/run"]\n'


@dataclass(frozen=True)
class Planted:
    """What a suite has put where the Scanner under test can see it. There is no vulnerability database."""

    scanner: Scanner
    clean: Image
    leaky: Image
    """It has a private key in /app/id_rsa and a token in its environment."""
    secrets: tuple[str, ...]
    """Both of them, every line."""
    gone: Image
    """No engine has it."""


class Heard:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.news: list[Progress] = []

    def report(self, *, progress: Progress) -> None:
        self.news.append(progress)


def state(report: ScanReport, category: Category) -> CategoryResult:
    """The result of one category, which every report has exactly once."""
    (result,) = [result for result in report.categories if result.category == category]
    return result


class ScannerContract:
    """Inherited by one test class for each implementation, which provides `planted`."""

    def scan(
        self, planted: Planted, image: Image, folder: Path, *, dockerfile: str = GOOD, timeout_s: float = 120
    ) -> ScanReport:
        request = ScanRequest(
            image=image,
            dockerfile=Dockerfile(text=dockerfile, dockerignore="", origin="generated"),
            policy=ScanPolicy(fail_on="UNKNOWN"),
            report_folder=folder,
        )
        return planted.scanner.scan(request=request, progress=Heard(), timeout_s=timeout_s)

    def test_it_says_who_it_is(self, planted: Planted) -> None:
        description = planted.scanner.describe()
        assert description.name
        assert description.version[0].isdigit()
        assert description.database_date is None

    def test_a_clean_image_has_no_secrets_and_a_good_dockerfile_no_misconfiguration(
        self, planted: Planted, tmp_path: Path
    ) -> None:
        report = self.scan(planted, planted.clean, tmp_path)
        assert report.image_id == planted.clean.id
        assert state(report, "secrets").state == "clean"
        assert state(report, "misconfiguration").state == "clean"
        assert [finding for finding in report.findings if finding.category != "vulnerabilities"] == []
        assert not report.reused

    def test_without_a_database_vulnerabilities_are_unknown_and_the_reason_says_for_what(
        self, planted: Planted, tmp_path: Path
    ) -> None:
        result = state(self.scan(planted, planted.clean, tmp_path), "vulnerabilities")
        assert result.state == "unknown"
        assert "no vulnerability database" in result.reason
        assert "debian 12" in result.reason

    def test_a_planted_secret_is_found_and_its_text_is_nowhere(self, planted: Planted, tmp_path: Path) -> None:
        report = self.scan(planted, planted.leaky, tmp_path)
        places = [finding.place for finding in report.findings if finding.category == "secrets"]
        assert state(report, "secrets").state == "findings"
        assert any("id_rsa" in place for place in places)
        assert any("configuration" in place for place in places)
        written = [file.read_text() for file in tmp_path.rglob("*") if file.is_file()]
        assert written
        for text in (report.model_dump_json(), *written):
            assert not [secret for secret in planted.secrets if secret in text]

    def test_a_dockerfile_that_runs_as_root_is_a_misconfiguration(self, planted: Planted, tmp_path: Path) -> None:
        report = self.scan(planted, planted.clean, tmp_path, dockerfile=AS_ROOT)
        assert state(report, "misconfiguration").state == "findings"
        assert any("root" in finding.title for finding in report.findings)

    def test_the_same_scan_again_is_answered_from_the_stored_report(self, planted: Planted, tmp_path: Path) -> None:
        first = self.scan(planted, planted.leaky, tmp_path)
        second = self.scan(planted, planted.leaky, tmp_path)
        assert second.reused
        assert second == first.changed(reused=True)

    def test_another_image_or_another_dockerfile_is_scanned_anew(self, planted: Planted, tmp_path: Path) -> None:
        self.scan(planted, planted.clean, tmp_path)
        assert not self.scan(planted, planted.leaky, tmp_path).reused
        assert not self.scan(planted, planted.clean, tmp_path, dockerfile=AS_ROOT).reused

    @pytest.mark.parametrize("damage", ["", "{", "null", "{}"])
    def test_a_damaged_report_is_made_again(self, planted: Planted, tmp_path: Path, damage: str) -> None:
        first = self.scan(planted, planted.leaky, tmp_path)
        assert first.report_file is not None
        first.report_file.write_text(damage)
        again = self.scan(planted, planted.leaky, tmp_path)
        assert not again.reused
        assert again == first
        assert self.scan(planted, planted.leaky, tmp_path).reused

    def test_the_documents_are_json_and_the_sbom_is_cyclonedx(self, planted: Planted, tmp_path: Path) -> None:
        report = self.scan(planted, planted.clean, tmp_path)
        assert report.report_file is not None
        assert report.sbom_file is not None
        assert json.loads(report.report_file.read_text())
        assert json.loads(report.sbom_file.read_text())["bomFormat"] == "CycloneDX"

    def test_no_policy_is_applied(self, planted: Planted, tmp_path: Path) -> None:
        assert self.scan(planted, planted.leaky, tmp_path, dockerfile=AS_ROOT).findings

    def test_an_image_that_no_engine_has_is_missing(self, planted: Planted, tmp_path: Path) -> None:
        with pytest.raises(Missing):
            self.scan(planted, planted.gone, tmp_path)
        assert list(tmp_path.rglob("*.json")) == []

    def test_without_time_it_is_unavailable(self, planted: Planted, tmp_path: Path) -> None:
        with pytest.raises(Unavailable):
            self.scan(planted, planted.clean, tmp_path / str(uuid.uuid4()), timeout_s=0)
