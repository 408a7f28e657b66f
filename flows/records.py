"""What a run leaves for people: the name and tags of its flow run, a summary, or a report of what failed."""

from __future__ import annotations

from prefect import runtime
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.logging import get_run_logger

from flows import pages
from flows.place import completed
from flows.run import Run
from tasks.errors import StepError
from tasks.models import (
    Application,
    AppProfile,
    Component,
    DeploymentStatus,
    Release,
    RunRecord,
    RunRequest,
)


def requested() -> str:
    """What a flow run is called until its application and commit are known."""
    request = RunRequest.model_validate(runtime.flow_run.parameters["request"])
    source = request.source
    name = request.overrides.name or source.location.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return f"{name or 'application'} @ {source.ref or 'newest'}"


def announce(run: Run, application: Application, profile: AppProfile, component: Component) -> None:
    """Name the flow run after the application and the commit, tag it, and say what was assumed."""
    run.application = application.name
    _say_what_is_assumed(run, profile, component)
    commit = (profile.checkout.commit or "no commit")[: pages.SHORT] + ("+changes" if profile.checkout.dirty else "")
    run_id = runtime.flow_run.id
    if run_id is None:
        return
    # those of the deployment, and of whoever started it, stay
    tags = dict.fromkeys((*runtime.flow_run.tags, "containerkit", f"app:{application.name}"))
    with get_client(sync_client=True) as client:
        client.update_flow_run(run_id, name=f"{application.name} @ {commit}", tags=list(tags))


def say_where(run: Run) -> None:
    """Name the target to whoever watches, before anything happens there."""
    said = f"the target is {run.tools.address}"
    run.journal.say("cluster", "running", said)
    get_run_logger().info("%s", said)


def warn(run: Run, said: str) -> None:
    """Tell whoever watches what is doubtful about the analysis."""
    run.journal.say("analyze", "running", f"warning: {said}")
    get_run_logger().warning("%s", said)


def conclude(run: Run, profile: AppProfile, release: Release, status: DeploymentStatus) -> RunRecord:
    """The record of a run that succeeded, written to its folder and shown in Prefect."""
    record = RunRecord(
        request=run.request,
        application=run.application,
        steps=tuple(run.journal.records),
        amendments=run.amendments,
        folder=run.folder,
        profile=profile,
        release=release,
        status=status,
        reused=release.reused,
    )
    run.write("run.json", record)
    _publish(run, "run-summary", pages.summary(record, run.tools.address), "The run in one page")
    return record


def report_failure(run: Run, error: StepError) -> None:
    """The one-page report: what failed, what was tried, what to type next."""
    error.hint = completed(error.hint, run.request)
    so_far = RunRecord(
        request=run.request,
        application=run.application,
        steps=tuple(run.journal.records),
        amendments=run.amendments,
        folder=run.folder,
    )
    text = pages.failure(so_far, error)
    run.write("failure.md", text)
    _publish(run, "run-failure", text, "Why the run failed and what to type next")


def _say_what_is_assumed(run: Run, profile: AppProfile, component: Component) -> None:
    """Warn of a port that nothing in the repository speaks of."""
    found = next(each for each in profile.components if each.name == component.name)
    if component.kind != "static" and component.port != found.port:
        said = f"nothing says where {component.name} listens: it is told PORT={component.port} and asked there (--port)"
        warn(run, said)


def _publish(run: Run, key: str, text: str, description: str) -> None:
    create_markdown_artifact(run.tools.redact(text), key=key, description=description)
