"""Step 4: what is known to be wrong with the image, and whether that stops the run."""

from __future__ import annotations

from tasks import scan_policy
from tasks.models import ScanReport, ScanRequest
from tasks.ports import ProgressSink, Scanner
from tasks.step import step

TIMEOUT_S = 600.0


@step(
    4,
    retries=2,
    delay_s=5,
    timeout_s=TIMEOUT_S,
    side_effects="a report and an SBOM in the state folder",
    present=scan_policy.render_markdown,
)
def scan(request: ScanRequest, *, scanner: Scanner, progress: ProgressSink) -> ScanReport:
    """Look for vulnerabilities, secrets and misconfiguration, and apply the policy."""
    report = scanner.scan(request=request, progress=progress, timeout_s=TIMEOUT_S - 30)
    return scan_policy.enforce(report, request.policy)
