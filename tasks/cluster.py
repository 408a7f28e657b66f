"""Step 8: the target, asked before anything is built whether it could take this application."""

from __future__ import annotations

from tasks.models import ClusterInfo, ClusterRequest
from tasks.ports import DeploymentTarget
from tasks.step import step

TIMEOUT_S = 60.0


def _present(info: ClusterInfo) -> str:
    lines = [
        f"### {info.target}: {info.name} {info.version}",
        "",
        f"Architectures: {', '.join(info.architectures)}",
        "",
    ]
    lines += ["| check | | seen |", "|---|---|---|"]
    lines += [f"| {check.name} | {'ok' if check.passed else 'FAILED'} | {check.detail} |" for check in info.checks]
    return "\n".join(lines)


@step(8, retries=2, delay_s=1, timeout_s=TIMEOUT_S, present=_present)
def cluster(request: ClusterRequest, *, target: DeploymentTarget) -> ClusterInfo:
    """Look at the target: reachable, recent enough, with room, and allowed to us."""
    return target.preflight(request=request)
