"""The errors of containerkit, named by their remedy, so that policy follows from the type.

Anything that is not a StepError is a bug of ours: it is raised as it is and never retried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tasks.models.failure import Failure

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

    def __reduce__(self) -> tuple[object, ...]:
        """Keyword arguments survive pickling, which Exception alone does not provide."""
        return _revive, (type(self), self.message, self.hint, self.failure, self.reason)


def _revive(
    kind: type[StepError], message: str, hint: str, failure: Failure | None, reason: Reason | None
) -> StepError:
    return kind(message, hint=hint, failure=failure, reason=reason)


class Unavailable(StepError):
    """Wait: a lost connection, 429, 5xx, a time-out. The only one that is retried as it is."""


class Rejected(StepError):
    """Change the request: a bad Dockerfile, an invalid manifest, a crash loop."""


class Denied(StepError):
    """A person must act: 401, 403, a scan gate, an approval."""


class Missing(StepError):
    """A needed system is absent: no engine, no kubeconfig. No retry helps."""


class Invalid(StepError):
    """The caller's input cannot be used."""
