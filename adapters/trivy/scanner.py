"""The Scanner port, answered by Trivy.

Trivy asks the engine for the image itself, by id; nothing is downloaded but its databases, and those only when the
settings allow it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from adapters.trivy import categories
from adapters.trivy.categories import ImageAnswer
from adapters.trivy.database import Database
from adapters.trivy.document import Document
from adapters.trivy.program import Program, find_program
from adapters.trivy.session import Deadline, Session
from adapters.trivy.settings import TrivySettings
from adapters.trivy.store import ReportKey, ReportStore
from tasks.models import SEVERITIES, Finding, Progress, ScannerDescription, ScanReport, ScanRequest
from tasks.ports import ProgressSink

_CATEGORIES = ("vulnerabilities", "secrets", "misconfiguration")


class Trivy:
    """Scans images of one engine. `redact` takes secrets out of what Trivy says."""

    def __init__(self, *, settings: TrivySettings, redact: Callable[[str], str]) -> None:
        self._settings = settings
        self._redact = redact
        self._database = Database("db", settings, lambda: self._program)
        self._java_database = Database("java-db", settings, lambda: self._program)

    def describe(self, *, timeout_s: float = 30) -> ScannerDescription:
        """Name, version and date of the database. Raises Missing when it cannot be started."""
        version = self._program.started_version(timeout_s)
        return ScannerDescription(name="trivy", version=version, database_date=self._database.present().date)

    def scan(self, *, request: ScanRequest, progress: ProgressSink, timeout_s: float) -> ScanReport:
        """A state for each category; what could not be looked up is unknown, never clean. Applies no policy."""
        deadline = Deadline(timeout_s)
        self._settings.cache_folder.mkdir(parents=True, exist_ok=True)
        database = self._database.ready(timeout_s=deadline.left_s())
        store = ReportStore(request.report_folder)
        known = store.find(self._key(request, database.date))
        if known is not None:
            return known
        with tempfile.TemporaryDirectory(prefix="scan-", dir=self._settings.cache_folder) as name:
            session = Session(
                program=self._program,
                settings=self._settings,
                database=self._database,
                java_database=self._java_database,
                folder=Path(name),
                deadline=deadline,
            )
            _say(progress, f"looking into {request.image.id[:19]}")
            answer = session.scan_image(request.image.id)
            sbom = session.sbom()
            _say(progress, "looking into the Dockerfile")
            dockerfile = session.scan_dockerfile(request.dockerfile.text)
        report = self._report(request, answer, dockerfile)
        both = answer.document.changed(results=(*answer.document.results, *dockerfile.results))
        return store.keep(self._key(request, answer.database.date), report, document=both.kept(), sbom=sbom)

    def close(self) -> None:
        """Nothing stays open: every program was ended by the call that started it."""

    @cached_property
    def _program(self) -> Program:
        return find_program(self._settings, self._redact)

    def _key(self, request: ScanRequest, database_date: str | None) -> ReportKey:
        return ReportKey(
            image_id=request.image.id,
            program_version=self._program.version,
            database_date=database_date,
            java_database_date=self._java_database.present().date,
            oldest_database_days=self._settings.oldest_database_days,
            dockerfile_sha256=hashlib.sha256(request.dockerfile.text.encode()).hexdigest(),
        )

    def _report(self, request: ScanRequest, answer: ImageAnswer, dockerfile: Document) -> ScanReport:
        findings = (*answer.document.findings(), *dockerfile.findings())
        oldest_days, now = self._settings.oldest_database_days, dt.datetime.now(dt.UTC)
        return ScanReport(
            image_id=request.image.id,
            scanner=ScannerDescription(name="trivy", version=self._program.version, database_date=answer.database.date),
            categories=(
                categories.vulnerabilities(answer, oldest_days=oldest_days, now=now),
                categories.secrets(answer.document),
                categories.misconfiguration(dockerfile),
            ),
            findings=tuple(sorted((self._clean(finding) for finding in findings), key=_worst_first)),
        )

    def _clean(self, finding: Finding) -> Finding:
        return finding.changed(title=self._redact(finding.title), place=self._redact(finding.place))


def _worst_first(finding: Finding) -> tuple[int, int, str, str]:
    return (
        -SEVERITIES.index(finding.severity),
        _CATEGORIES.index(finding.category),
        finding.id,
        finding.place,
    )


def _say(progress: ProgressSink, message: str) -> None:
    progress.report(progress=Progress(step="scan", phase="running", message=message))
