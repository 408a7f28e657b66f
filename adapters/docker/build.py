"""Builds an image through the plain Engine API: no command line, no session, the context streamed.

BuildKit where the engine has it (POST /build?version=2); else the classic builder, which is also Podman's and
understands cache mounts there. A build ends with its connection: closing it, for whatever reason, cancels it.
Podman 4.3 then lets the instruction that runs come to its end and begins no other one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from docker import APIClient
from docker.auth import INDEX_URL, AuthConfig, encode_header

from adapters.docker.build_log import BuildLog
from adapters.docker.connection import Greeting
from adapters.docker.context_tar import ContextTar
from adapters.docker.errors import Subject, translated
from adapters.docker.evidence import Evidence
from adapters.docker.narrators import BuildKitNarrator, ClassicNarrator, Narrator
from adapters.docker.stream import Deadline, events
from adapters.docker.transfer import login_for
from tasks.models import DOCKER_HUB, BuildRequest, ImageRef, Progress, labels
from tasks.ports import ProgressSink

_MOST_NAMED = 5
_REPORT_BYTES = 8 * 1024 * 1024


class Built:
    """An image's id and what is to be said about its build."""

    def __init__(self, image_id: str, warnings: tuple[str, ...]) -> None:
        self.image_id = image_id
        self.warnings = warnings


def build(
    client: APIClient,
    greeting: Greeting,
    credentials: AuthConfig,
    request: BuildRequest,
    *,
    progress: ProgressSink,
    redact: Callable[[str], str],
    timeout_s: float,
) -> Built:
    """The id of the image. Raises Rejected with the log's tail when the Dockerfile is at fault."""
    subject = Subject("build", request.name.repository.rpartition("/")[2])
    deadline = Deadline(subject, timeout_s)
    tar = ContextTar(request.context, request.dockerfile, greeting.builder)
    report = _reporter(progress, redact)
    with BuildLog(request.log_file, redact) as log:
        kit = greeting.builder == "buildkit"
        narrator: Narrator = BuildKitNarrator(log, report) if kit else ClassicNarrator(log, report)
        evidence = Evidence(subject, request, narrator, log, redact)
        with (
            evidence.attached(),
            events(
                client,
                "/build",
                subject=subject,
                deadline=deadline,
                params=_parameters(request, tar, greeting),
                headers=_headers(greeting, credentials, request.dockerfile.bases, subject),
                body=_sent(tar, progress, deadline),
            ) as answer,
        ):
            for event in answer:
                with translated(subject):
                    narrator.take(event)
        if narrator.problem or narrator.image_id is None:
            raise evidence.error()
    return Built(narrator.image_id, _warnings(tar, greeting))


def _parameters(request: BuildRequest, tar: ContextTar, greeting: Greeting) -> Mapping[str, str]:
    given = {label.key: label.value for label in request.labels}
    parameters = {
        "t": str(request.name),
        "dockerfile": tar.dockerfile_name,
        "labels": json.dumps({**given, labels.BUILD_KEY: request.key}, sort_keys=True),
        "buildargs": json.dumps({argument.name: argument.value for argument in request.arguments}, sort_keys=True),
        "rm": "1",
        "forcerm": "1",
    }
    if greeting.builder == "buildkit":
        parameters["version"] = "2"
    if greeting.name == "podman":
        parameters["layers"] = "true"
    if request.platform:
        parameters["platform"] = request.platform
    return parameters


def _headers(
    greeting: Greeting, credentials: AuthConfig, bases: tuple[ImageRef, ...], subject: Subject
) -> Mapping[str, str]:
    """The classic builder gets the logins that the base images need, and no other ones."""
    headers = {"Content-Type": "application/x-tar"}
    if greeting.builder == "classic":
        logins = {base.registry: login_for(credentials, base.registry, subject) for base in bases}
        known = {INDEX_URL if name == DOCKER_HUB else name: login for name, login in sorted(logins.items()) if login}
        headers["X-Registry-Config"] = encode_header(known).decode()
    return headers


def _sent(tar: ContextTar, progress: ProgressSink, deadline: Deadline) -> Iterator[bytes]:
    reported_bytes = 0
    for block in tar.blocks():
        deadline.check()
        yield block
        if tar.sent_bytes - reported_bytes >= _REPORT_BYTES:
            reported_bytes = tar.sent_bytes
            progress.report(
                progress=Progress(
                    step="build", phase="running", message="sending the context", done=reported_bytes, unit="bytes"
                )
            )


def _reporter(progress: ProgressSink, redact: Callable[[str], str]) -> Callable[[str, int, int], None]:
    def report(name: str, done: int, total: int) -> None:
        progress.report(
            progress=Progress(
                step="build", phase="running", message=redact(name)[:200], done=done, total=total, unit="steps"
            )
        )

    return report


def _warnings(tar: ContextTar, greeting: Greeting) -> tuple[str, ...]:
    warnings = []
    if tar.skipped:
        some = ", ".join(map(repr, tar.skipped[:_MOST_NAMED])) + (" …" if len(tar.skipped) > _MOST_NAMED else "")
        warnings.append(f"left out of the context, for this builder cannot take them: {some}")
    if greeting.builder == "classic" and greeting.name == "docker":
        warnings.append("this engine has no BuildKit: its classic builder knows no cache mounts")
    elif greeting.builder == "classic":
        warnings.append("built with Podman's own builder, which is not BuildKit")
    return tuple(warnings)
