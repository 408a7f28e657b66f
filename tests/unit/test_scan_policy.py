from __future__ import annotations

import pytest

from tasks.errors import Denied
from tasks.models import CategoryResult, Finding, ScannerDescription, ScanPolicy, ScanReport
from tasks.scan_policy import ROWS_SHOWN, enforce, judge, render_markdown

FIXABLE = Finding(
    category="vulnerabilities",
    id="CVE-2099-0001",
    severity="CRITICAL",
    title="Overflow",
    place="openssl (debian 12)",
    installed_version="1",
    fixed_version="2",
)
UNFIXED = FIXABLE.changed(id="CVE-2099-0002", fixed_version=None)
HIGH = FIXABLE.changed(id="CVE-2099-0003", severity="HIGH")
SECRET = Finding(category="secrets", id="private-key", severity="HIGH", title="Private key", place="/app/key:1")
ROOT = Finding(category="misconfiguration", id="DS-0002", severity="CRITICAL", title="root", place="Dockerfile")
UNKNOWN = CategoryResult(category="vulnerabilities", state="unknown", reason="no vulnerability database")


def report(*findings: Finding, categories: tuple[CategoryResult, ...] = ()) -> ScanReport:
    scanner = ScannerDescription(name="trivy", version="0", database_date=None)
    return ScanReport(image_id="sha256:a", scanner=scanner, categories=categories, findings=findings)


@pytest.mark.parametrize(
    ("policy", "blocking"),
    [
        (ScanPolicy(), (FIXABLE, SECRET)),
        (ScanPolicy(fail_on="HIGH"), (FIXABLE, HIGH, SECRET)),
        (ScanPolicy(fail_on="never"), (SECRET,)),
        (ScanPolicy(fail_on_secrets=False), (FIXABLE,)),
        (ScanPolicy(fail_on="never", fail_on_secrets=False), ()),
    ],
)
def test_only_what_can_be_fixed_and_secrets_block(policy: ScanPolicy, blocking: tuple[Finding, ...]) -> None:
    assert judge(report(FIXABLE, UNFIXED, HIGH, SECRET, ROOT), policy).blocking == blocking


def test_a_report_that_passes_comes_back_without_a_warning() -> None:
    passed = report(UNFIXED, HIGH, ROOT)
    assert enforce(passed, ScanPolicy()) == passed


def test_the_error_names_the_worst_and_the_next_step() -> None:
    with pytest.raises(Denied) as raised:
        enforce(report(FIXABLE), ScanPolicy())
    assert raised.value.reason == "scan_gate"
    assert "1 fixable vulnerability" in raised.value.message
    assert "CVE-2099-0001 in openssl (debian 12), fixed in 2" in raised.value.message
    assert "--fail-on" in raised.value.hint
    assert raised.value.failure is not None


def test_a_secret_must_be_revoked() -> None:
    with pytest.raises(Denied, match="2 secrets") as raised:
        enforce(report(SECRET, SECRET.changed(id="token")), ScanPolicy())
    assert "revoke" in raised.value.hint


def test_unknown_is_one_warning_line() -> None:
    checked = enforce(report(categories=(UNKNOWN, UNKNOWN.changed(category="secrets", reason="x"))), ScanPolicy())
    assert checked.warnings == ("vulnerabilities unknown: no vulnerability database; secrets unknown: x",)


def test_unknown_blocks_where_the_policy_says_so() -> None:
    with pytest.raises(Denied, match="no vulnerability database") as raised:
        enforce(report(categories=(UNKNOWN,)), ScanPolicy(unknown="block"))
    assert raised.value.reason == "scan_gate"


def test_the_table_shows_categories_and_findings_and_cannot_be_broken_by_a_file_name() -> None:
    hostile = SECRET.changed(place="/a|b\n# <script>alert(1)</script> ![x](y)")
    text = render_markdown(report(FIXABLE, hostile, categories=(UNKNOWN,)))
    assert "| vulnerabilities | unknown | no vulnerability database |" in text
    assert "| CRITICAL | CVE-2099-0001 | Overflow | openssl (debian 12) | 1 | 2 |" in text
    assert "1 CRITICAL, 1 HIGH" in text
    assert "<script>" not in text
    assert "\n# " not in text
    assert "![" not in text


def test_a_long_list_is_cut_and_says_so() -> None:
    text = render_markdown(report(*(FIXABLE.changed(id=f"CVE-{number}") for number in range(ROWS_SHOWN + 5))))
    assert text.count("| CRITICAL |") == ROWS_SHOWN
    assert "5 more" in text
