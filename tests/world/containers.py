"""One container of the in-memory engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tasks.errors import Invalid, Rejected
from tasks.models import Container, ContainerSpec, Failure, Label, labels
from tests.world.image_store import StoredImage
from tests.world.process import Behaviour, PublishedPort, Reply


@dataclass
class MemoryContainer:
    """One container, with what only its engine knows."""

    id: str
    spec: ContainerSpec
    stored: StoredImage
    behaviour: Behaviour
    variables: dict[str, str]
    ours: bool = True
    name: str = ""
    state: Literal["created", "running", "restarting", "exited"] = "created"
    exit_code: int | None = None
    restarts: int = 0
    created: str = ""
    started: str | None = None
    lines: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    port: PublishedPort | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """The spec's, else the image's own."""
        return self.spec.command or self.stored.image.command

    def start(self, behaviour: Behaviour, now: str) -> None:
        """Run its process, or raise as an engine would."""
        if behaviour.cannot_start:
            failure = Failure(
                step="deploy",
                message=behaviour.cannot_start,
                command=" ".join(self.command),
                exit_code=127,
                container_state="created",
            )
            raise Rejected(f"cannot run {self.name}: {behaviour.cannot_start}", failure=failure)
        if self.spec.port is not None and self.spec.published_port is not None:
            try:
                self.port = PublishedPort(self.spec.published_port, self.reply)
            except OSError as error:
                raise Invalid(
                    f"cannot run {self.name}: port {self.spec.published_port} of 127.0.0.1 is taken",
                    hint="choose another one with --publish, or stop what listens there",
                ) from error
        self.behaviour, self.started, self.exit_code = behaviour, now, behaviour.exit_code
        self.lines += behaviour.lines
        if behaviour.exit_code is None:
            self.state = "running"
        else:
            self.state = "exited" if self.spec.restart == "no" else "restarting"
            self.release()

    def release(self) -> None:
        """Free its port."""
        if self.port:
            self.port.close()
            self.port = None

    def reply(self, path: str) -> Reply | None:
        """What its process answers to GET, while it runs."""
        answer = self.behaviour.answer
        if self.state != "running" or answer is None:
            return None
        self.lines.append(f"GET {path}")
        return answer(path)

    def seen(self) -> Container:
        """As the port shows it. A crash loop goes round once for each look at it."""
        if self.state == "restarting":
            self.restarts += 1
            self.lines += self.behaviour.lines
        spec = self.spec
        ours = {labels.APPLICATION: spec.application.name, labels.NAMESPACE: spec.application.namespace}
        given = {label.key: label.value for label in (*self.stored.image.labels, *spec.labels)}
        return Container(
            id=self.id,
            name=self.name,
            application=spec.application.name,
            image_id=self.stored.image.id,
            state=self.state,
            exit_code=self.exit_code,
            oom_killed=self.exit_code is not None and self.behaviour.oom_killed,
            restarts=self.restarts,
            created=self.created,
            started=self.started,
            address=self.port.address if self.port else None,
            labels=tuple(Label(key=key, value=value) for key, value in sorted({**given, **ours}.items())),
        )


def check_reachable(found: MemoryContainer, path: str) -> None:
    """Raise for a path that an engine would look for beneath a mount in memory."""
    for mount in found.spec.mounts:
        if path.startswith(f"{mount.path}/"):
            raise Invalid(f"{path} lies in {mount.path}, which is kept in memory", hint="use another path")
