"""Creating and starting one container, and what is said when it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable

from docker import APIClient
from docker.errors import APIError

from adapters.docker import patience
from adapters.docker.containers import Json, container_of
from adapters.docker.errors import Subject, said, step_error
from adapters.docker.wire import Created
from tasks.errors import Invalid, Rejected, StepError
from tasks.models import Container, ContainerSpec, Failure

_NOT_FOUND = re.compile(r"executable file .*not found|exec: .*no such file", re.IGNORECASE)
_NOT_EXECUTABLE = re.compile(r"exec: .*permission denied|exec format error", re.IGNORECASE)
_PORT_TAKEN = re.compile(r"port is already allocated|address already in use|ports are not available", re.IGNORECASE)


def started(client: APIClient, spec: ContainerSpec, body: Json, redact: Callable[[str], str]) -> Container:
    """The running container. What a failed start left behind is removed."""
    created = Created.model_validate(client.create_container_from_config(body, spec.name))  # type: ignore[no-untyped-call]
    container_id = created.id
    done = False
    try:
        client.start(container_id)
        found = container_of(patience.inspect(client, container_id))
        done = True
    except APIError as error:
        raise _not_started(client, container_id, spec, error, redact) from error
    finally:
        if not done:
            patience.remove(client, container_id)
    return found.changed(warnings=tuple(map(redact, created.warnings)))


def _not_started(
    client: APIClient, container_id: str, spec: ContainerSpec, error: APIError, redact: Callable[[str], str]
) -> StepError:
    text = redact(said(error))
    if _PORT_TAKEN.search(text):
        return Invalid(
            f"cannot run {spec.name}: port {spec.published_port} of 127.0.0.1 is taken",
            hint="choose another one with --publish, or stop what listens there",
        )
    found = patience.inspect(client, container_id)
    mapped = step_error(Subject("run", spec.name), error)
    failure = Failure(
        step="deploy",
        message=text,
        command=" ".join(spec.command) or None,
        exit_code=found.state.exit_code or _exit_code(text),
        first_error=redact(found.state.error) or text,
        container_state=found.state.status,
        user=found.config.user or None,
        port=spec.port,
    )
    kind = Rejected if isinstance(mapped, Rejected) else type(mapped)
    return kind(redact(mapped.message), hint=mapped.hint, failure=failure)


def _exit_code(text: str) -> int | None:
    """What a shell would say of it, for engines that record nothing."""
    if _NOT_FOUND.search(text):
        return 127
    return 126 if _NOT_EXECUTABLE.search(text) else None
