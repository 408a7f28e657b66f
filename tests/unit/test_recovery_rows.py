"""Every row of the knowledge base speaks for its own examples, and no earlier row does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter

from tasks.models import Advice, DebianPackage, Failure, StepName
from tasks.recovery import advise, diagnose
from tasks.recovery.amendments import known_packages
from tasks.recovery.policy import repair_policy
from tasks.recovery.rows import FailureRow, failure_knowledge

ROWS = failure_knowledge().failure
CLASSES = failure_knowledge().error_classes
EXAMPLES = [
    pytest.param(row, example, id=f"{row.id}-{number}")
    for row in ROWS
    for number, example in enumerate(row.examples, start=1)
]
LOGS = tomllib.loads((Path(__file__).parent / "recovery_logs.toml").read_text(encoding="utf-8"))["log"]


def advices(row: FailureRow, example: str) -> list[Advice]:
    """The advice at every step at which the row may speak; from the log alone when that is any."""
    steps: tuple[StepName, ...] = row.steps
    if not steps and not row.evidence:
        return [diagnose(example)]
    return [
        advise(Failure.model_validate({"step": step, "message": "it failed", "log_tail": example, **row.evidence}))
        for step in steps or get_args(StepName)
    ]


@pytest.mark.parametrize(("row", "example"), EXAMPLES)
def test_an_example_is_recognised_by_its_own_row_and_by_no_earlier_one(row: FailureRow, example: str) -> None:
    for advice in advices(row, example):
        assert advice.rule == row.id
        assert advice.error_class == row.error_class
        assert advice.evidence_lines
        assert not re.search(r"\{\w+\}", advice.hint)


@pytest.mark.parametrize("row", [row for row in ROWS if row.verdict == "auto"], ids=lambda row: row.id)
def test_a_row_that_promises_a_repair_has_one_for_some_example(row: FailureRow) -> None:
    assert any(advice.amendment and advice.verdict == "auto" for text in row.examples for advice in advices(row, text))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_well_formed(row: FailureRow) -> None:
    assert row.error_class in CLASSES
    assert (row.verdict == "auto") == (row.amendment is not None)
    assert bool(row.anchors) == bool(row.pattern)
    assert all(anchor == anchor.lower() for anchor in row.anchors)
    for pattern in filter(None, (row.pattern, row.also, row.unless)):
        groups = re.compile(pattern).groupindex
        assert set(re.findall(r"\{(\w+)\}", row.hint)) - {"packages"} <= {
            name.rstrip("0123456789") for name in groups
        } or (pattern != row.pattern)


def test_row_ids_are_unique_and_every_class_has_a_row() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert {row.error_class for row in ROWS} == {*CLASSES} - {"unknown"}


def test_every_package_is_the_name_of_a_debian_package() -> None:
    wanted = {package for row in ROWS if row.amendment for package in row.amendment.packages}
    name: TypeAdapter[str] = TypeAdapter(DebianPackage)
    assert wanted
    for package in wanted | known_packages():
        assert name.validate_python(package) == package
    assert wanted <= known_packages() | {*repair_policy().further_packages}


@pytest.mark.parametrize("log", LOGS, ids=lambda log: f"{log['class']}: {log['text'][:40]!r}")
def test_a_log_that_no_row_was_written_from_gets_its_class(log: dict[str, str]) -> None:
    step: StepName | None = next((name for name in get_args(StepName) if name == log.get("step")), None)
    assert diagnose(log["text"], step=step).error_class == log["class"]
