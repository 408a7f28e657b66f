"""Pure: a release plan to what a target takes."""

from __future__ import annotations

from tasks.manifests.amend import amend
from tasks.manifests.container import container_spec, render_container
from tasks.manifests.fit import fit
from tasks.manifests.kubernetes import kubernetes_manifests
from tasks.models import ContainerSpec, ReleasePlan, Workload

__all__ = ["amend", "container_spec", "fit", "kubernetes_manifests", "render_container", "render_markdown", "workload"]


def workload(plan: ReleasePlan) -> Workload:
    """What the plan's target takes: the same plan gives the same value."""
    return container_spec(plan) if plan.target == "engine" else kubernetes_manifests(plan)


def render_markdown(value: Workload) -> str:
    """The workload as people read it."""
    if isinstance(value, ContainerSpec):
        return render_container(value)
    return "\n\n".join(f"```yaml\n{item.yaml}```" for item in value.objects)
