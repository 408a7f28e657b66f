"""Whether an amendment may be made without a person: by its risk, by what was tried before, and by the budget."""

from __future__ import annotations

from typing import Literal

from tasks.models import (
    AddSystemPackages,
    AddWritableMount,
    Amendment,
    AppliedAmendment,
    Model,
    SetPort,
    SetResources,
    SetRuntimeVersion,
    SetStartCommand,
    StepName,
)
from tasks.recovery.amendments import known_packages, writable_folder
from tasks.recovery.policy import RepairPolicy, repair_policy

Risk = Literal["R0", "R1", "R2", "R3"]
"""R0 our own files anew, R1 within the policy, R2 a person must agree, R3 never."""
DockerfileOrigin = Literal["generated", "existing", "improved"]

_IN_THE_DOCKERFILE = (AddSystemPackages, SetRuntimeVersion, SetStartCommand)


class Decision(Model):
    """Whether it is done, and why or why not."""

    allowed: bool
    risk: Risk
    reason: str


def gate(
    amendment: Amendment,
    *,
    step: StepName,
    tried: tuple[AppliedAmendment, ...],
    budget: int | None = None,
    policy: RepairPolicy | None = None,
    origin: DockerfileOrigin = "generated",
    command: str | None = None,
) -> Decision:
    """The decision on one amendment. `budget` takes the place of the policy's number of repairs a step.

    `command` is the start command so far: one that only adds to it still starts the same program.
    """
    rules = policy or repair_policy()
    risk, why = _risk(amendment, rules, origin, command)
    limit = rules.repairs_per_step if budget is None else budget
    if any(applied.amendment == amendment for applied in tried):
        return Decision(allowed=False, risk=risk, reason="the same repair was tried already and did not help")
    if sum(applied.step == step for applied in tried) >= limit:
        return Decision(allowed=False, risk=risk, reason=f"{step} had its {limit} repairs already")
    return Decision(allowed=risk in {"R0", "R1"}, risk=risk, reason=why)


def _risk(
    amendment: Amendment, policy: RepairPolicy, origin: DockerfileOrigin, command: str | None
) -> tuple[Risk, str]:
    known: tuple[Risk, str] = ("R1", "within the policy")
    if origin == "existing" and isinstance(amendment, _IN_THE_DOCKERFILE):
        return "R2", "it would change the repository's own Dockerfile"
    match amendment:
        case AddSystemPackages(packages=packages):
            known = _risk_of_packages(packages, policy)
        case AddWritableMount(path=path):
            known = _risk_of_mount(path)
        case SetPort(port=port) if port < policy.smallest_port:
            known = "R2", f"ports below {policy.smallest_port} need rights that the application does not have"
        case SetResources(memory_bytes=size) if size > policy.largest_memory_bytes:
            known = "R2", f"more than {policy.largest_memory_bytes} bytes of memory"
        case SetStartCommand(command=wanted) if not (command and wanted.startswith(f"{command} ")):
            known = "R2", "it would start another command"
        case _:
            pass
    return known


def _risk_of_mount(path: str) -> tuple[Risk, str]:
    if writable_folder(f"{path}/", "") == path:
        return "R1", "an empty folder in memory"
    return "R3", f"{path} belongs to the system or holds what the image brings"


def _risk_of_packages(packages: tuple[str, ...], policy: RepairPolicy) -> tuple[Risk, str]:
    strange = sorted({*packages} - known_packages() - {*policy.further_packages})
    if strange:
        return "R2", f"not on the list of packages: {', '.join(strange)}"
    return "R1", "packages on the list"
