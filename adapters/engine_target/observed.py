"""What there is of an application on the engine, and which release is live.

Where there is a gateway, the live release is the one that it forwards to: its file is what makes a release live. What
listens on no port has none; there it is the release that runs, or has completed, under its plain name, and among
several the one started last: a release gets its plain name when it is ready, and the former one is stopped right after.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.deadline import Deadline
from adapters.engine_target.gateway import Gateways, next_gateway_name
from adapters.engine_target.record import Recorded, recorded
from tasks.errors import Missing
from tasks.models import Application, Container, Release, label_value
from tasks.models.labels import COMMIT, PUBLISHED_PORT, ROLE, SOURCE, VERSION
from tasks.ports import ContainerRuntime


@dataclass(frozen=True)
class Observed:
    """All containers of one application; releases by number, the lowest first."""

    application: Application
    releases: tuple[Recorded, ...]
    live: Recorded | None
    gateway: Container | None
    next_gateway: Container | None = None

    @property
    def formers(self) -> tuple[Recorded, ...]:
        """Releases that were live before and could be again; the last one first."""
        former = (each for each in self.releases if each is not self.live and each.mark == "none")
        return tuple(sorted(former, key=lambda each: each.started, reverse=True))

    @property
    def candidates(self) -> tuple[Recorded, ...]:
        """Releases that never were ready, and did not fail either."""
        return tuple(each for each in self.releases if each.mark == "candidate" and each is not self.live)

    @property
    def next_number(self) -> int:
        """For a new release."""
        return max((each.number for each in self.releases), default=0) + 1

    @property
    def port(self) -> int | None:
        """The gateway's port on the engine's host."""
        port = label_value(self.gateway.labels, PUBLISHED_PORT) if self.gateway else None
        return int(port) if port else None

    def require(self) -> Observed:
        """Itself. Raises Missing when there is nothing."""
        if self.releases or self.gateway:
            return self
        raise Missing(
            f"nothing was released as {self.application.name} in {self.application.namespace}",
            hint="containerkit run . releases the application in this folder",
            reason="nothing_found",
        )

    def describe(self, release: Recorded) -> Release:
        """The release in the port's words."""
        live = self.live is not None and release.number == self.live.number
        return Release(
            application=self.application,
            number=release.number,
            state="live" if live else _STATES.get(release.mark, "former"),
            image=release.spec.image,
            source=release.label(SOURCE) or "",
            commit=release.label(COMMIT),
            version=release.label(VERSION),
            created=release.container.created,
            url=f"http://127.0.0.1:{self.port}" if live and self.port else None,
        )


def observe(runtime: ContainerRuntime, gateways: Gateways, application: Application, deadline: Deadline) -> Observed:
    """What there is now."""
    containers = runtime.list(application=application, timeout_s=deadline.left_s(10))
    releases = sorted(
        (recorded(each) for each in containers if label_value(each.labels, ROLE) == "release"),
        key=lambda each: each.number,
    )
    by_name = {each.name: each for each in containers if label_value(each.labels, ROLE) == "gateway"}
    following = by_name.pop(next_gateway_name(application), None)
    # without a former one it has taken over already
    gateway, following = (next(iter(by_name.values())), following) if by_name else (following, None)
    number = gateways.release_number(gateway, deadline) if gateway else None
    return Observed(
        application=application,
        releases=tuple(releases),
        live=_live(tuple(releases), number),
        gateway=gateway,
        next_gateway=following,
    )


_STATES = {"candidate": "candidate", "restoring": "former", "failed": "failed", "none": "former"}


def _live(releases: tuple[Recorded, ...], number: int | None) -> Recorded | None:
    if number is not None:
        return next((each for each in releases if each.number == number and each.mark != "failed"), None)
    unmarked = (each for each in releases if each.mark == "none" and (each.may_run or each.completed))
    return max(unmarked, key=lambda each: (each.may_run, each.started), default=None)
