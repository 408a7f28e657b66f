"""Whether a scan's report stops the run, and how it is shown. Scanners apply no policy; this is where it is."""

from __future__ import annotations

from collections import Counter

from tasks.errors import Denied
from tasks.models import SEVERITIES, CategoryResult, Failure, Finding, Model, ScanPolicy, ScanReport

ROWS_SHOWN = 50
_NAMED_IN_MESSAGE = 3


class Judgement(Model):
    """What stops the run, and what could not be looked up."""

    blocking: tuple[Finding, ...]
    unknown: tuple[CategoryResult, ...]
    """Categories without an answer."""
    unknown_blocks: bool

    @property
    def passed(self) -> bool:
        """Whether the image may be pushed."""
        return not self.blocking and not (self.unknown and self.unknown_blocks)


def judge(report: ScanReport, policy: ScanPolicy) -> Judgement:
    """What of this report the policy does not let pass."""
    return Judgement(
        blocking=tuple(finding for finding in report.findings if _blocks(finding, policy)),
        unknown=tuple(result for result in report.categories if result.state == "unknown"),
        unknown_blocks=policy.unknown == "block",
    )


def enforce(report: ScanReport, policy: ScanPolicy) -> ScanReport:
    """The report, with one warning line when something is unknown. Raises Denied (scan_gate) when it does not pass."""
    judgement = judge(report, policy)
    if judgement.passed:
        warnings = (_unknown_line(judgement),) if judgement.unknown else ()
        return report.changed(warnings=(*report.warnings, *warnings))
    message, hint = _blocked(judgement) if judgement.blocking else _blocked_by_unknown(judgement)
    raise Denied(message, hint=hint, failure=Failure(step="scan", message=message), reason="scan_gate")


def render_markdown(report: ScanReport) -> str:
    """The categories and the worst findings as tables."""
    scanner = report.scanner
    dated = f"database of {scanner.database_date}" if scanner.database_date else "no vulnerability database"
    lines = [
        f"### Scan by {scanner.name} {scanner.version} ({dated})",
        "",
        "| Category | State | Note |",
        "|---|---|---|",
    ]
    lines += [f"| {result.category} | {result.state} | {_cell(result.reason)} |" for result in report.categories]
    if report.findings:
        counts = Counter(finding.severity for finding in report.findings)
        lines += ["", ", ".join(f"{counts[name]} {name}" for name in reversed(SEVERITIES) if counts[name]), ""]
        lines += ["| Severity | Id | What | Where | Installed | Fixed in |", "|---|---|---|---|---|---|"]
        lines += [_row(finding) for finding in report.findings[:ROWS_SHOWN]]
    if len(report.findings) > ROWS_SHOWN:
        lines += ["", f"{len(report.findings) - ROWS_SHOWN} more are in the report."]
    lines += ["", *[f"- {file}" for file in (report.report_file, report.sbom_file) if file]]
    return "\n".join(lines).rstrip() + "\n"


def _blocks(finding: Finding, policy: ScanPolicy) -> bool:
    if finding.category == "secrets":
        return policy.fail_on_secrets
    if finding.category != "vulnerabilities" or finding.fixed_version is None or policy.fail_on == "never":
        return False
    return SEVERITIES.index(finding.severity) >= SEVERITIES.index(policy.fail_on)


def _blocked(judgement: Judgement) -> tuple[str, str]:
    blocking = judgement.blocking
    secrets = [finding for finding in blocking if finding.category == "secrets"]
    others = len(blocking) - len(secrets)
    counted = [_count(others, "fixable vulnerability", "fixable vulnerabilities")] if others else []
    counted += [_count(len(secrets), "secret", "secrets")] if secrets else []
    named = "; ".join(_short(finding) for finding in blocking[:_NAMED_IN_MESSAGE])
    more = "; …" if len(blocking) > _NAMED_IN_MESSAGE else ""
    message = f"the scan found {' and '.join(counted)}: {named}{more}"
    if secrets:
        return (
            message,
            "keep the file out of the image (.dockerignore) or the value out of the Dockerfile, and revoke it",
        )
    return message, "update the packages or the base image named above, or accept them: --fail-on never"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _blocked_by_unknown(judgement: Judgement) -> tuple[str, str]:
    return (
        f"the policy lets nothing unknown pass: {_unknown_line(judgement)}",
        'give the scanner its database, or set unknown = "warn" under [scan]',
    )


def _unknown_line(judgement: Judgement) -> str:
    parts = (f"{result.category} unknown: {result.reason}" for result in judgement.unknown)
    return "; ".join(parts)


def _short(finding: Finding) -> str:
    fixed = f", fixed in {finding.fixed_version}" if finding.fixed_version else ""
    return f"{finding.severity} {finding.id} in {finding.place}{fixed}"


def _row(finding: Finding) -> str:
    cells = (finding.id, finding.title, finding.place, finding.installed_version or "", finding.fixed_version or "")
    return f"| {finding.severity} | {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    """Text from an image, which must not end a cell or become markup."""
    escaped = text.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for character in "|`*_[]!#":
        escaped = escaped.replace(character, f"\\{character}")
    return " ".join(escaped.split())
