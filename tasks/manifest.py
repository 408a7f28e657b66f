"""Step 7: what the target takes, as strict as the application allows."""

from __future__ import annotations

from tasks import manifests
from tasks.models import ReleasePlan, Workload
from tasks.step import step


@step(7, retries=1, timeout_s=30, present=manifests.render_markdown)
def manifest(request: ReleasePlan) -> Workload:
    """Write the workload for the target: a container's specification, or Kubernetes objects."""
    return manifests.workload(request)
