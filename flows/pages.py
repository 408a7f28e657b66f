"""The pages that people read in Prefect's UI instead of a log: the run in one page, or why it failed.

Pure: what a run has learnt becomes Markdown. What the application, the repository or an engine wrote is put into cells
and fences that it cannot get out of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flows.place import completed
from tasks import detection, recovery
from tasks.errors import StepError
from tasks.models import AppliedAmendment, DeploymentStatus, RunRecord, RunRequest, StepRecord

SHORT = 12
"""So much of a commit or an image's id is enough for people."""
_LONGEST_BODY = 400
_STATES = {"finished": "✓ done", "reused": "✓ reused", "not_needed": "not needed", "failed": "✗ **failed**"}
_DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")


def summary(record: RunRecord, where: str) -> str:
    """A run that succeeded: what is live, what it is made of, what to know about it, what can be done next."""
    release = record.release
    title = f"{record.application} is live" + (f" at <{release.url}>" if release and release.url else "")
    return "\n".join(
        [
            f"## {title}",
            "",
            *_answer(record.status),
            *_facts(record, where),
            *_repairs(record.amendments),
            *_warnings(record.steps),
            *_steps(record.steps),
            *_next(record),
            f"Everything that was written is on the machine that ran this: `{record.folder}`",
        ]
    )


def failure(record: RunRecord, error: StepError) -> str:
    """A run that failed: where, why, what to do next, what was record."""
    log = error.failure.whole_log if error.failure else None
    lines = (error.failure.log_tail if error.failure else "").splitlines()[-12:]
    return "\n".join(
        [
            f"## {record.application or _source(record.request)} failed in {error.step}",
            "",
            *_plain(error.message).splitlines(),
            "",
            *([f"**Next:** {error.hint}", ""] if error.hint else []),
            *(_fenced("\n".join(lines)) if lines else []),
            *([f"The whole log is on the machine that ran this: `{log}`", ""] if log else []),
            *_repairs(record.amendments),
            *_warnings(record.steps),
            *_steps(record.steps),
        ]
    )


def _answer(status: DeploymentStatus | None) -> Iterator[str]:
    if status is None:
        return
    yield from (_plain(status.message), "")
    if status.answer:
        yield from _fenced(status.answer.body[:_LONGEST_BODY])


def _facts(record: RunRecord, where: str) -> Iterator[str]:
    for name, value in _known(record, where):
        yield f"- **{name}**: {_cell(value)}"
    yield ""


def _known(record: RunRecord, where: str) -> Iterator[tuple[str, str]]:
    if record.profile:
        component = detection.choose(record.profile, record.request.component)
        version = f"{component.language} {component.language_version or ''}".strip()
        yield "what it is", ", ".join(filter(None, (component.kind, version, component.framework)))
        yield "source", f"{record.profile.checkout.location}{_commit(record)}"
    yield "where it runs", where
    if record.release:
        yield "release", f"{record.release.number}, image {record.release.image}"
    reused = dict.fromkeys(step.name for step in record.steps if step.state == "reused")
    seconds = sum(step.duration_s for step in record.steps)
    yield "took", f"{seconds:.1f} s; " + (f"reused {', '.join(reused)}" if reused else "nothing was there to be reused")


def _commit(record: RunRecord) -> str:
    checkout = record.profile.checkout if record.profile else None
    if checkout is None or checkout.commit is None:
        return ""
    branch = f", {checkout.branch}" if checkout.branch else ""
    return f"{branch}, commit {checkout.commit[:SHORT]}{' and changes that no commit holds' if checkout.dirty else ''}"


def _repairs(amendments: tuple[AppliedAmendment, ...]) -> list[str]:
    rows = [f"- {applied.step}: {recovery.describe(applied)} ({applied.cause})" for applied in amendments]
    return ["### Repaired on the way", "", *rows, ""] if rows else []


def _warnings(steps: tuple[StepRecord, ...]) -> list[str]:
    # a repair runs steps again
    rows = dict.fromkeys(f"- {step.name}: {_cell(warning)}" for step in steps for warning in step.warnings)
    return ["### To know", "", *rows, ""] if rows else []


def _steps(steps: tuple[StepRecord, ...]) -> list[str]:
    return ["### Steps", "", "| step | | time | |", "|---|---|---|---|", *map(_row, steps), ""]


def _row(step: StepRecord) -> str:
    detail = f"{step.detail} (attempt {step.attempts})" if step.attempts > 1 else step.detail
    return f"| {step.name} | {_STATES[step.state]} | {step.duration_s:.1f} s | {_cell(detail)} |"


def _next(record: RunRecord) -> list[str]:
    verbs = ("status", "logs", "rollback", "delete")
    commands = [completed(f"containerkit {verb} {record.application}", record.request) for verb in verbs]
    return ["### Next", "", *_fenced("\n".join(commands))]


def _source(request: RunRequest) -> str:
    return request.source.location.rstrip("/").rpartition("/")[2] or "The run"


def _fenced(text: str) -> Iterable[str]:
    """The text in a fence that is longer than any within."""
    fence = "```"
    while fence in text:
        fence += "`"
    return (fence, text.strip("\n"), fence, "")


def _cell(text: str) -> str:
    """One line that ends no cell; a whole digest would be wider than the page."""
    return _DIGEST.sub(r"\1", _plain(" ".join(text.split()))).replace("|", "\\|")


def _plain(text: str) -> str:
    """Without pictures: whoever looks at the page would fetch them."""
    return text.replace("![", "! [")
