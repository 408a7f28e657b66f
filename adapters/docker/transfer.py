"""Push and pull: credentials, progress over all layers, and errors that come inside the stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docker import APIClient
from docker.auth import AuthConfig, encode_header

from adapters.docker.errors import Subject, reported, translated
from adapters.docker.stream import Deadline, events
from adapters.docker.wire import Event
from tasks.models import DOCKER_HUB, ImageRef, Progress, StepName
from tasks.ports import ProgressSink

_REPORT_BYTES = 1024 * 1024


def push(
    client: APIClient, credentials: AuthConfig, reference: ImageRef, *, progress: ProgressSink, timeout_s: float
) -> None:
    """Upload it."""
    subject = Subject("push", str(reference), reference.registry)
    with events(
        client,
        f"/images/{reference.name}/push",
        subject=subject,
        deadline=Deadline(subject, timeout_s),
        params={"tag": reference.tag or "latest"},
        headers=_login(credentials, subject),
    ) as answer:
        _follow(answer, subject, "push", progress)


def pull(
    client: APIClient,
    credentials: AuthConfig,
    reference: ImageRef,
    *,
    platform: str | None,
    progress: ProgressSink,
    timeout_s: float,
) -> None:
    """Download it."""
    subject = Subject("pull", str(reference), reference.registry)
    params = {"fromImage": reference.name, "tag": reference.digest or reference.tag or "latest"}
    with events(
        client,
        "/images/create",
        subject=subject,
        deadline=Deadline(subject, timeout_s),
        params={**params, "platform": platform} if platform else params,
        headers=_login(credentials, subject),
    ) as answer:
        _follow(answer, subject, "build", progress)


def login_for(credentials: AuthConfig, registry: str, subject: Subject) -> Mapping[str, str]:
    """The user's login for a registry, from the configuration or a credential helper; empty when there is none."""
    with translated(subject):
        return credentials.resolve_authconfig(None if registry == DOCKER_HUB else registry) or {}


def _login(credentials: AuthConfig, subject: Subject) -> Mapping[str, str]:
    return {"X-Registry-Auth": encode_header(login_for(credentials, subject.registry, subject)).decode()}


def _follow(answer: Iterator[Event], subject: Subject, step: StepName, progress: ProgressSink) -> None:
    layers: dict[str, tuple[int, int]] = {}
    told = -1
    for event in answer:
        if event.error or event.detail:
            raise reported(subject, (event.detail.message if event.detail else "") or event.error)
        if event.status == "Extracting":
            continue  # the same bytes once more
        if event.layer and event.layer.total > 0:
            layers[event.id] = (min(event.layer.current, event.layer.total), event.layer.total)
        elif event.id in layers and event.status in {"Pushed", "Pull complete", "Download complete"}:
            layers[event.id] = (layers[event.id][1], layers[event.id][1])
        done, total = sum(each[0] for each in layers.values()), sum(each[1] for each in layers.values())
        if abs(done - told) >= _REPORT_BYTES or (total and done == total != told):
            told = done
            message = f"{subject.action} {subject.thing}"
            progress.report(
                progress=Progress(step=step, phase="running", message=message, done=done, total=total, unit="bytes")
            )
