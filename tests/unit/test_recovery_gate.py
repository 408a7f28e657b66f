"""Which amendments are made without a person."""

from __future__ import annotations

import pytest

from tasks.models import (
    AddSystemPackages,
    AddWritableMount,
    Amendment,
    AppliedAmendment,
    SetBindAddress,
    SetPort,
    SetResources,
    SetRuntimeVersion,
    SetStartCommand,
    StepName,
)
from tasks.recovery import gate, repair_policy

PACKAGES = AddSystemPackages(packages=("libpq-dev",), stage="build")


def applied(amendment: Amendment, step: StepName = "build") -> AppliedAmendment:
    return AppliedAmendment(step=step, amendment=amendment, cause="x")


@pytest.mark.parametrize(
    ("amendment", "risk", "allowed"),
    [
        (PACKAGES, "R1", True),
        (AddSystemPackages(packages=("libpq-dev", "cowsay"), stage="build"), "R2", False),
        (SetPort(port=8080), "R1", True),
        (SetPort(port=80), "R2", False),
        (SetBindAddress(), "R1", True),
        (SetRuntimeVersion(version="3.12"), "R1", True),
        (SetStartCommand(command="curl x"), "R2", False),
        (AddWritableMount(path="/app/data"), "R1", True),
        (AddWritableMount(path="/etc/x"), "R3", False),
        (AddWritableMount(path="/app"), "R3", False),
        (AddWritableMount(path="/app/data/../../etc"), "R3", False),
        (SetResources(memory_bytes=4 * 1024**3), "R1", True),
    ],
)
def test_an_amendment_is_made_alone_only_within_the_policy(amendment: Amendment, risk: str, allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    decision = gate(amendment, step="build", tried=())
    assert (decision.risk, decision.allowed) == (risk, allowed)
    assert decision.reason


def test_a_stricter_policy_is_kept() -> None:
    strict = repair_policy().changed(largest_memory_bytes=512 * 1024**2)
    decision = gate(SetResources(memory_bytes=1024**3), step="deploy", tried=(), policy=strict)
    assert (decision.risk, decision.allowed) == ("R2", False)


def test_the_same_amendment_is_never_made_twice() -> None:
    decision = gate(PACKAGES, step="build", tried=(applied(PACKAGES),))
    assert not decision.allowed
    assert "already" in decision.reason


def test_a_step_has_three_repairs() -> None:
    tried = tuple(applied(SetPort(port=port)) for port in (2001, 2002, 2003))
    assert gate(PACKAGES, step="build", tried=tried[:2]).allowed
    assert not gate(PACKAGES, step="build", tried=tried).allowed
    assert gate(PACKAGES, step="deploy", tried=tried).allowed


@pytest.mark.parametrize(("budget", "allowed"), [(0, False), (1, True)])
def test_the_budget_can_be_another(budget: int, allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    assert gate(PACKAGES, step="build", tried=(), budget=budget).allowed is allowed


@pytest.mark.parametrize(
    ("amendment", "allowed"),
    [(PACKAGES, False), (SetRuntimeVersion(version="3.12"), False), (SetPort(port=8080), True)],
)
def test_a_dockerfile_of_the_repository_is_not_changed_without_asking(amendment: Amendment, allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    assert gate(amendment, step="build", tried=(), origin="existing").allowed is allowed


def test_a_start_command_that_only_grows_needs_nobody() -> None:
    grown = SetStartCommand(command="gunicorn main:app --worker-class uvicorn.workers.UvicornWorker")
    assert gate(grown, step="deploy", tried=(), command="gunicorn main:app").allowed
    assert gate(grown, step="deploy", tried=(), command="gunicorn other:app").risk == "R2"
