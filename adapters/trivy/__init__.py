"""Trivy as the scanner: vulnerabilities, secrets, misconfiguration and a CycloneDX SBOM."""

from adapters.trivy.scanner import Trivy
from adapters.trivy.settings import TrivySettings

__all__ = ["Trivy", "TrivySettings"]
