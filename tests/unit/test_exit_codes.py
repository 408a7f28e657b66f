from __future__ import annotations

import itertools
import pickle
from typing import get_args

import pytest

from deployments.exit_codes import BY_REASON, BY_STEP, STEPS, TYPES, ExitCode, exit_code
from tasks.errors import Denied, Invalid, Missing, Reason, Rejected, StepError, Unavailable
from tasks.models import StepName

EXPECTED = """
            Unavailable Rejected Denied Missing Invalid
analyze     12          12       12     12      2
dockerfile  20          20       20     30      2
build       20          20       20     30      2
scan        21          21       21     30      2
tag         22          22       22     30      2
push        22          22       22     22      2
manifest    25          25       25     30      2
cluster     30          25       25     30      2
deploy      23          23       23     30      2
verify      23          23       23     30      2
-           30          30       30     30      2
"""


def expected() -> dict[tuple[str, str], int]:
    header, *rows = [line.split() for line in EXPECTED.strip().splitlines()]
    return {(row[0], kind): int(code) for row in rows for kind, code in zip(header, row[1:], strict=True)}


def make(kind: type[StepError], step: StepName | None, reason: Reason | None = None) -> StepError:
    error = kind("it broke", reason=reason)
    error.step = step
    return error


@pytest.mark.parametrize(("step", "kind"), list(itertools.product(STEPS, TYPES)))
def test_every_type_at_every_step_has_the_published_code(step: StepName | None, kind: type[StepError]) -> None:
    assert exit_code(make(kind, step)) == expected()[step or "-", kind.__name__]


def test_the_tables_know_every_step_every_type_and_every_reason() -> None:
    assert set(BY_STEP) == {*get_args(StepName), None}
    assert set(TYPES) == set(StepError.__subclasses__()) == {Unavailable, Rejected, Denied, Missing, Invalid}
    assert all(set(row) == set(TYPES) for row in BY_STEP.values())
    assert set(BY_REASON) == set(get_args(Reason))


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("nothing_found", 10),
        ("ambiguous", 11),
        ("several_components", 11),
        ("unsupported", 12),
        ("unreadable", 12),
        ("scan_gate", 21),
        ("unfit", 25),
        ("not_restored", 24),
        ("approval", 40),
    ],
)
def test_a_reason_decides_whatever_the_type_and_the_step(reason: Reason, code: int) -> None:
    assert {exit_code(make(kind, step, reason)) for kind in TYPES for step in STEPS} == {code}


def test_what_is_no_step_error_is_our_bug_and_ctrl_c_is_130() -> None:
    assert exit_code(ValueError("x")) == 1
    assert exit_code(KeyboardInterrupt()) == 130


def test_an_organisations_own_subtype_has_the_code_of_its_remedy() -> None:
    class QuotaExceeded(Denied):
        pass

    assert exit_code(make(QuotaExceeded, "push")) == 22


def test_the_code_survives_pickling_between_processes() -> None:
    assert exit_code(pickle.loads(pickle.dumps(make(Rejected, "build")))) == 20  # noqa: S301 - our own bytes


def test_the_published_numbers_do_not_change() -> None:
    assert [int(code) for code in ExitCode] == [0, 1, 2, 10, 11, 12, 20, 21, 22, 23, 24, 25, 30, 40, 129, 130, 143]
