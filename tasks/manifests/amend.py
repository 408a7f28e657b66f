"""Repairs of how an application runs."""

from __future__ import annotations

from tasks.models import AddWritableMount, Amendment, ReleasePlan, SetPort, SetResources, Setting


def amend(plan: ReleasePlan, amendments: tuple[Amendment, ...]) -> ReleasePlan:
    """The plan with these amendments, in order; those that concern other steps change nothing here."""
    for amendment in amendments:
        if isinstance(amendment, SetPort) and plan.port is not None:
            settings = tuple(
                Setting(name=known.name, value=str(amendment.port)) if known.name == "PORT" else known
                for known in plan.settings
            )
            plan = plan.changed(port=amendment.port, settings=settings)
        elif isinstance(amendment, AddWritableMount):
            plan = plan.changed(writable_paths=tuple(dict.fromkeys((*plan.writable_paths, amendment.path))))
        elif isinstance(amendment, SetResources):
            plan = plan.changed(resources=plan.resources.changed(memory_bytes=amendment.memory_bytes))
    return plan
