"""What the flow does about a final error: one more amendment when an advisor knows one, else the former release."""

from __future__ import annotations

from prefect import Task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger
from prefect.utilities.annotations import opaque

from flows.run import Run
from tasks import recovery
from tasks.errors import Missing, StepError
from tasks.models import Application, AppliedAmendment, Release
from tasks.ports import DeploymentTarget


def repair(run: Run, error: StepError) -> AppliedAmendment:
    """The amendment to try next. Raises the error itself when nobody knows one that may be tried."""
    step = error.step
    if step is None or error.failure is None:
        raise error
    log = run.journal
    failure = error.failure.changed(step=step, tried=tuple(applied.amendment for applied in run.amendments))
    log.note_attempt(step, error.message)
    advice = log.advise(failure)
    if advice.verdict != "auto" or advice.amendment is None:
        error.hint = error.hint or advice.hint
        raise error
    decision = recovery.gate(
        advice.amendment,
        step=step,
        tried=run.amendments,
        budget=run.settings.recovery.repairs,
        origin=run.dockerfile_origin,
        command=failure.command,
    )
    if not decision.allowed:
        error.hint = f"{decision.reason}; {advice.hint}"
        raise error
    applied = AppliedAmendment(step=step, amendment=advice.amendment, cause=advice.cause, rule=advice.rule)
    said = f"{advice.cause}: {recovery.describe(applied)}"
    log.say(step, "repairing", said)
    _record(run, applied, "\n".join(advice.evidence_lines), said)
    return applied


def restore(run: Run, error: StepError) -> None:
    """Put the former release back; the error then says what is live now, and whether that could be done."""
    application = Application(name=run.application, namespace=run.request.namespace or "default")
    try:
        release = _restore(application, target=opaque(run.tools.target))
    except Missing as missing:
        error.message += f"; {missing.message}"
    except StepError as second:
        error.message += f"; the former release could not be restored: {second.message}"
        error.reason = "not_restored"
    else:
        error.message += f"; release {release.number} was restored and is live"
    run.journal.say("verify", "running", error.message)


def _put_back(application: Application, *, target: DeploymentTarget) -> Release:
    """Make the former release live again; a first release is stopped and kept for diagnosis."""
    if any(known.state == "former" for known in target.history(application=application)):
        return target.restore(application=application, number=None)
    stopped = target.suspend(application=application)
    raise Missing(f"release {stopped.number} was the first: it is stopped and kept for diagnosis")


_restore: Task[..., Release] = Task(
    _put_back, name="restore", cache_policy=NO_CACHE, persist_result=False, retries=1, retry_delay_seconds=1
)


def _record(run: Run, applied: AppliedAmendment, evidence: str, said: str) -> None:
    number = len(run.amendments) + 1
    get_run_logger().warning("repair %d of %s: %s", number, applied.step, said)
    text = f"### Repair {number}: {applied.step}\n\n{said}\n\nRule: `{applied.rule}`\n\n```\n{evidence}\n```\n"
    create_markdown_artifact(
        run.tools.redact(text),
        key=f"{applied.step}-repair",
        description=f"What was changed after {applied.step} failed",
    )
