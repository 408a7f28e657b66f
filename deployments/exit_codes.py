"""Exit codes that scripts rely on: a reason decides, else the step together with the error's type."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import get_args

from tasks.errors import Denied, Invalid, Missing, Reason, Rejected, StepError, Unavailable
from tasks.models import StepName


class ExitCode(IntEnum):
    """What became of a command."""

    DONE = 0
    OUR_BUG = 1
    USAGE = 2
    NOTHING_FOUND = 10
    AMBIGUOUS = 11
    UNSUPPORTED = 12
    BUILD_FAILED = 20
    SCAN_GATE = 21
    REGISTRY = 22
    DEPLOY_FAILED = 23
    NOT_RESTORED = 24
    CLUSTER_UNFIT = 25
    SYSTEM_MISSING = 30
    APPROVAL_NEEDED = 40
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


STEPS: tuple[StepName | None, ...] = (*get_args(StepName), None)
"""Where an error may come from; None is outside of the ten steps: status, doctor, settings."""

TYPES: tuple[type[StepError], ...] = (Unavailable, Rejected, Denied, Missing, Invalid)

BY_REASON: Mapping[Reason, ExitCode] = {
    "nothing_found": ExitCode.NOTHING_FOUND,
    "ambiguous": ExitCode.AMBIGUOUS,
    "several_components": ExitCode.AMBIGUOUS,
    "unsupported": ExitCode.UNSUPPORTED,
    "unreadable": ExitCode.UNSUPPORTED,
    "scan_gate": ExitCode.SCAN_GATE,
    "unfit": ExitCode.CLUSTER_UNFIT,
    "not_restored": ExitCode.NOT_RESTORED,
    "approval": ExitCode.APPROVAL_NEEDED,
}


def _row(usual: ExitCode, *, missing: ExitCode = ExitCode.SYSTEM_MISSING) -> Mapping[type[StepError], ExitCode]:
    return {Unavailable: usual, Rejected: usual, Denied: usual, Missing: missing, Invalid: ExitCode.USAGE}


BY_STEP: Mapping[StepName | None, Mapping[type[StepError], ExitCode]] = {
    "analyze": _row(ExitCode.UNSUPPORTED, missing=ExitCode.UNSUPPORTED),
    "dockerfile": _row(ExitCode.BUILD_FAILED),
    "build": _row(ExitCode.BUILD_FAILED),
    "scan": _row(ExitCode.SCAN_GATE),
    "tag": _row(ExitCode.REGISTRY),
    "push": _row(ExitCode.REGISTRY, missing=ExitCode.REGISTRY),
    "manifest": _row(ExitCode.CLUSTER_UNFIT),
    # a cluster that does not answer is no verdict on its fitness
    "cluster": {**_row(ExitCode.CLUSTER_UNFIT), Unavailable: ExitCode.SYSTEM_MISSING},
    "deploy": _row(ExitCode.DEPLOY_FAILED),
    "verify": _row(ExitCode.DEPLOY_FAILED),
    None: _row(ExitCode.SYSTEM_MISSING),
}


def exit_code(error: BaseException) -> ExitCode:
    """The code for whatever ended a command; what is no StepError is our bug."""
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    if not isinstance(error, StepError):
        return ExitCode.OUR_BUG
    if error.reason is not None:
        return BY_REASON[error.reason]
    row = BY_STEP[error.step]
    return next((row[kind] for kind in type(error).__mro__ if kind in row), ExitCode.OUR_BUG)
