"""Step 9: the workload becomes the live release; the former one answers until it is ready."""

from __future__ import annotations

from tasks.models import DeployRequest, Release
from tasks.ports import DeploymentTarget, ProgressSink
from tasks.step import step

TIMEOUT_S = 900.0


def _present(release: Release) -> str:
    return (
        f"### Release {release.number} of {release.application.name}\n\n| | |\n|---|---|\n| State | {release.state} |\n"
        f"| Image | {release.image} |\n| Commit | {release.commit or ''} |\n| Address | {release.url or ''} |\n"
        f"| Reused | {'yes, it was live already' if release.reused else 'no'} |\n"
    )


@step(9, retries=2, delay_s=2, timeout_s=TIMEOUT_S, side_effects="a release on the target", present=_present)
def deploy(request: DeployRequest, *, target: DeploymentTarget, progress: ProgressSink) -> Release:
    """Make the workload live, unless the same one is."""
    return target.deploy(request=request, progress=progress)
