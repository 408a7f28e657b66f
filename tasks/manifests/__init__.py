"""Pure: a release plan to what a target takes."""

from __future__ import annotations

from tasks.errors import Invalid
from tasks.manifests.amend import amend
from tasks.manifests.container import container_spec, render_container
from tasks.manifests.fit import fit
from tasks.models import ContainerSpec, ReleasePlan, Workload

__all__ = ["amend", "container_spec", "fit", "render_container", "render_markdown", "workload"]


def workload(plan: ReleasePlan) -> Workload:
    """What the plan's target takes: the same plan gives the same value."""
    if plan.target == "engine":
        return container_spec(plan)
    raise Invalid(f"there is no workload for the target {plan.target!r}", hint="--target engine")


def render_markdown(value: Workload) -> str:
    """The workload as people read it."""
    if isinstance(value, ContainerSpec):
        return render_container(value)
    return "\n\n".join(f"```yaml\n{item.yaml}```" for item in value.objects)
