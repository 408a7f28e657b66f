"""What stops a run after a scan: severities and the policy. Settings are made of them."""

from __future__ import annotations

from typing import Literal

from tasks.models.model import Model

Severity = Literal["UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL"]

SEVERITIES: tuple[Severity, ...] = ("UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL")


class ScanPolicy(Model):
    """Which findings stop a run."""

    fail_on: Severity | Literal["never"] = "CRITICAL"
    """Vulnerabilities of at least this severity that have a fixed version."""
    fail_on_secrets: bool = True
    unknown: Literal["warn", "block"] = "warn"
