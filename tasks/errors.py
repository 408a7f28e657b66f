"""The errors of containerkit, named by their remedy, so that policy follows from the type.

Anything that is not a StepError is a bug of ours: it is raised as it is and never retried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tasks.models.failure import Failure
    from tasks.models.model import StepName

Reason = Literal[
    "nothing_found",
    "ambiguous",
    "several_components",
    "unsupported",
    "unreadable",
    "scan_gate",
    "unfit",
    "not_restored",
    "approval",
]
"""What the type alone does not say and an exit code must."""


class StepError(Exception):
    """What happened to which thing; `hint` is what to type next, `failure` the evidence for an advisor."""

    def __init__(
        self, message: str, *, hint: str = "", failure: Failure | None = None, reason: Reason | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.failure = failure
        self.reason = reason
        self.step: StepName | None = None
        """Where it happened; set by the step's wrapper."""


class Unavailable(StepError):  # noqa: N818 - the name is the remedy
    """Wait: a lost connection, 429, 5xx, a time-out. The only one that is retried as it is."""


class Rejected(StepError):  # noqa: N818 - the name is the remedy
    """Change the request: a bad Dockerfile, an invalid manifest, a crash loop."""


class Denied(StepError):  # noqa: N818 - the name is the remedy
    """A person must act: 401, 403, a scan gate, an approval."""


class Missing(StepError):  # noqa: N818 - the name is the remedy
    """A needed system is absent: no engine, no kubeconfig. No retry helps."""


class Invalid(StepError):  # noqa: N818 - the name is the remedy
    """The caller's input cannot be used."""
