"""What a scanner looked for, found, or could not know."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tasks.models.gate import ScanPolicy, Severity
from tasks.models.image import Dockerfile, Image
from tasks.models.model import Model, Outcome

Category = Literal["vulnerabilities", "secrets", "misconfiguration"]
CategoryState = Literal["clean", "findings", "unknown"]


class Finding(Model):
    """One thing that a scanner objects to. A secret's text never gets here."""

    category: Category
    id: str
    severity: Severity
    title: str
    place: str
    """The file, package or Dockerfile line that it is about."""
    installed_version: str | None = None
    fixed_version: str | None = None


class CategoryResult(Model):
    """The state of one category; `reason` says why it is unknown or what was left out."""

    category: Category
    state: CategoryState
    reason: str = ""


class ScannerDescription(Model):
    """Who scanned, and how old what it knows is."""

    name: str
    version: str
    database_date: str | None = None
    """RFC 3339; None when there is no vulnerability database."""


class ScanRequest(Model):
    """Scan this image and the Dockerfile that it came from."""

    image: Image
    dockerfile: Dockerfile
    policy: ScanPolicy = ScanPolicy()
    report_folder: Path
    """The full report and the SBOM are kept here; a report of the same image is looked for here."""


class ScanReport(Outcome):
    """A state for each category, every finding, and where the documents lie."""

    image_id: str
    scanner: ScannerDescription
    categories: tuple[CategoryResult, ...]
    findings: tuple[Finding, ...] = ()
    report_file: Path | None = None
    sbom_file: Path | None = None
    """CycloneDX JSON."""

    def summary(self) -> str:
        """The state of each category."""
        return ", ".join(f"{result.category} {result.state}" for result in self.categories)
