"""Reports that were made before: the same question is answered from the folder, unless its answer was damaged."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from tasks.models import Model, ScanReport

LAYOUT = 1
"""Raised when what is stored or how it is judged changes: older reports are not found any more."""


class ReportKey(Model):
    """Everything that a report depends on. The policy is not part of it: it is applied afterwards."""

    layout: int = LAYOUT
    image_id: str
    program_version: str
    database_date: str | None
    java_database_date: str | None
    oldest_database_days: float
    dockerfile_sha256: str

    @property
    def name(self) -> str:
        """The stem of the report's files."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:32]


class _Entry(Model):
    """One stored report; the hashes show whether its documents are still what they were."""

    key: ReportKey
    report: ScanReport
    document_sha256: str
    sbom_sha256: str


class ReportStore:
    """The reports in one folder: NAME.scan.json, NAME.trivy.json and NAME.cdx.json."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: ReportKey) -> ScanReport | None:
        """The report made for this key, with `reused` set; None when there is none or it is damaged."""
        document_file, sbom_file = self._files(key)
        try:
            entry = _Entry.model_validate_json((self._folder / f"{key.name}.scan.json").read_bytes())
            hashes = (_sha256(document_file.read_bytes()), _sha256(sbom_file.read_bytes()))
        except (OSError, ValidationError):
            return None
        if entry.key != key or hashes != (entry.document_sha256, entry.sbom_sha256):
            return None
        # the folder may have been moved since
        return entry.report.changed(reused=True, report_file=document_file, sbom_file=sbom_file)

    def keep(self, key: ReportKey, report: ScanReport, *, document: bytes, sbom: bytes) -> ScanReport:
        """The report with the files that it was written to."""
        self._folder.mkdir(parents=True, exist_ok=True)
        document_file, sbom_file = self._files(key)
        written = report.changed(report_file=document_file, sbom_file=sbom_file)
        entry = _Entry(key=key, report=written, document_sha256=_sha256(document), sbom_sha256=_sha256(sbom))
        _write(document_file, document)
        _write(sbom_file, sbom)
        _write(self._folder / f"{key.name}.scan.json", entry.model_dump_json().encode())
        return written

    def _files(self, key: ReportKey) -> tuple[Path, Path]:
        return self._folder / f"{key.name}.trivy.json", self._folder / f"{key.name}.cdx.json"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(file: Path, content: bytes) -> None:
    """All of it or nothing."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(content)
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)
