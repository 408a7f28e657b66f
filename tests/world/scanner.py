"""A scanner in memory: it knows what is planted in which image, and reads a Dockerfile for its last USER."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from tasks.errors import Missing, Unavailable
from tasks.models import CategoryResult, Finding, Progress, ScannerDescription, ScanReport, ScanRequest
from tasks.ports import ProgressSink


@dataclass
class MemoryScanner:
    """The Scanner port without a program. Every image that is not `absent` is there, and clean unless planted."""

    planted: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    """Findings by image id; Dockerfile findings are made from its text."""
    absent: frozenset[str] = frozenset()
    database_date: str | None = None
    scans: int = 0
    """How often an image was really looked at."""

    def describe(self, *, timeout_s: float = 30) -> ScannerDescription:
        """Always the same."""
        _check_time(timeout_s)
        return ScannerDescription(name="memory", version="1.0.0", database_date=self.database_date)

    def scan(self, *, request: ScanRequest, progress: ProgressSink, timeout_s: float) -> ScanReport:
        """What is planted; a report that was stored undamaged is used again."""
        _check_time(timeout_s)
        dockerfile = request.dockerfile.text
        key = hashlib.sha256(f"{request.image.id} {self.database_date} {dockerfile}".encode()).hexdigest()
        report_file, sbom_file = (request.report_folder / f"{key}.{end}.json" for end in ("report", "cdx"))
        try:
            stored = ScanReport.model_validate_json(report_file.read_bytes())
        except (OSError, ValidationError):
            return self._scan(request, progress, report_file, sbom_file)
        return stored.changed(reused=True)

    def close(self) -> None:
        """There is nothing to end."""

    def _scan(self, request: ScanRequest, progress: ProgressSink, report_file: Path, sbom_file: Path) -> ScanReport:
        if request.image.id in self.absent:
            raise Missing(f"there is no image {request.image.id}")
        self.scans += 1
        progress.report(progress=Progress(step="scan", phase="running", message="looking into the image"))
        findings = (*self.planted.get(request.image.id, ()), *_read_dockerfile(request.dockerfile.text))
        report = ScanReport(
            image_id=request.image.id,
            scanner=self.describe(),
            categories=self._categories(findings),
            findings=findings,
            report_file=report_file,
            sbom_file=sbom_file,
        )
        request.report_folder.mkdir(parents=True, exist_ok=True)
        sbom_file.write_text(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}))
        report_file.write_text(report.model_dump_json())
        return report

    def _categories(self, findings: tuple[Finding, ...]) -> tuple[CategoryResult, ...]:
        found = {finding.category for finding in findings}
        results = [
            CategoryResult(category=name, state="findings" if name in found else "clean")
            for name in ("vulnerabilities", "secrets", "misconfiguration")
        ]
        if self.database_date is None:
            reason = "no vulnerability database; no data for debian 12 (1 package)"
            results[0] = results[0].changed(state="unknown", reason=reason)
        return tuple(results)


def _read_dockerfile(text: str) -> tuple[Finding, ...]:
    users = [line.split()[1] for line in text.splitlines() if line.upper().startswith("USER ")]
    if users and users[-1] not in {"root", "0"}:
        return ()
    return (
        Finding(category="misconfiguration", id="root-user", severity="HIGH", title="Runs as root", place="Dockerfile"),
    )


def _check_time(timeout_s: float) -> None:
    if timeout_s <= 0:
        raise Unavailable("the time was over before the scan began")
