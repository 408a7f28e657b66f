"""Changes which release is live, so that a process killed at any moment leaves what the next run can continue from.

A deploy acts in this order; in brackets what the next run finds when this was the last thing done, and does:

 1. The lock.                                            [The kernel has released it.]
 2. Start `shop-r3-candidate`.                           [A candidate of the same spec is waited for, another removed.]
 3. Wait until it is ready.                              [The same.]
    Or it is not: stop it, rename it `shop-r3-failed`.   [A stopped candidate is tried again, as in 2.]
 4. Write `r3` into the gateway's file: now it is live.  [It is renamed, as in 5.]
 5. Rename it `shop-r3`. Without a port this makes it live.
 6. Wait until conversations with r2 have ended, stop it. [What runs and is not live is stopped.]
 7. Remove releases beyond the limit.                    [They are removed the next time.]

A restore does the same with a former release, which is called `shop-r2-restoring` from step 2 to step 5 and goes back
to `shop-r2` when it does not become ready. A gateway on another port is `shop-gateway-next` until the former one is
gone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import NamedTuple

from adapters.deadline import Deadline
from adapters.engine_target.gateway import Gateways, alias, gateway_name
from adapters.engine_target.news import News
from adapters.engine_target.observed import Observed, observe
from adapters.engine_target.pace import Pace
from adapters.engine_target.readiness import NotReady, Readiness
from adapters.engine_target.record import (
    Mark,
    Recorded,
    recorded,
    release_labels,
    release_name,
    spec_hash,
    variables_digest,
)
from tasks.errors import Invalid, Rejected, StepError
from tasks.models import Application, ContainerSpec, DeployRequest, Image, Release, Variable
from tasks.models.labels import SPEC, VARIABLES
from tasks.ports import ContainerRuntime

_CHANGE_S = 60.0
_FAILED_KEPT = 3


class Wanted(NamedTuple):
    """What is to be live, and the image behind its name."""

    request: DeployRequest
    spec: ContainerSpec
    variables: tuple[Variable, ...]
    image: Image

    def is_met_by(self, release: Recorded) -> bool:
        """Whether that release is the same: spec, image, and values of variables."""
        return (
            release.label(SPEC) == spec_hash(self.spec)
            and release.container.image_id == self.image.id
            and release.label(VARIABLES) == variables_digest(self.spec.application, self.variables)
        )


class Rollout:
    """One change of one application; the caller holds its lock."""

    def __init__(
        self,
        *,
        runtime: ContainerRuntime,
        gateways: Gateways,
        readiness: Readiness,
        pace: Pace,
        history_limit: int,
        news: News,
    ) -> None:
        self._runtime = runtime
        self._gateways = gateways
        self._readiness = readiness
        self._pace = pace
        self._history_limit = history_limit
        self._news = news

    def settle(self, application: Application) -> Observed:
        """What there is, after finishing what a killed run left half done."""
        observed = self._observe(application)
        changed = observed.next_gateway is not None
        if observed.next_gateway:
            self._runtime.remove(container_id=observed.next_gateway.id)
        elif observed.gateway and observed.gateway.name != gateway_name(application):
            self._runtime.rename(container_id=observed.gateway.id, name=gateway_name(application))
        for release in observed.releases:
            live = observed.live is not None and release.number == observed.live.number
            if live and release.mark in {"candidate", "restoring"}:
                self._mark(release, "none")
            elif not live and (release.mark == "restoring" or (release.mark == "none" and release.may_run)):
                self._drained(release, observed)
                self._stop(release)
                self._mark(release, "none")
            else:
                continue
            changed = True
        return self._observe(application) if changed else observed

    def deploy(self, wanted: Wanted, observed: Observed) -> Release:
        """The release, live; `reused` when nothing had to be done."""
        live = observed.live
        if live and wanted.is_met_by(live) and (live.running or live.completed):
            self._remove_candidates(observed, None)
            return self._keep(wanted, observed, live)
        leftover = next((each for each in observed.candidates if wanted.is_met_by(each)), None)
        self._remove_candidates(observed, leftover)
        number = leftover.number if leftover else observed.next_number
        with self._abandoning(observed.application, number):
            candidate = self._continued(leftover) if leftover else self._started(wanted, number)
            self._wait(candidate, Deadline(wanted.request.timeout_s), wanted.image)
            warnings = self._promote(observed, candidate, wanted.spec.published_port)
        return self._finish(observed.application, candidate, warnings)

    def restore(self, observed: Observed, release: Recorded, deadline: Deadline) -> Release:
        """The former release, live again."""
        self._news.say(f"release {release.number} is started again")
        with self._abandoning(observed.application, release.number):
            self._mark(release, "restoring")
            container = self._runtime.start(container_id=release.container.id)
            release = release.changed(container=container, mark="restoring")
            self._wait(release, deadline, self._runtime.inspect(reference=release.container.image_id))
            warnings = self._promote(observed, release, observed.port or release.spec.published_port)
        return self._finish(observed.application, release, warnings)

    def suspend(self, observed: Observed, live: Recorded) -> Release:
        """The release, stopped; nobody is sent to it any more."""
        if observed.gateway:
            self._runtime.remove(container_id=observed.gateway.id)
        self._stop(live)
        self._mark(live, "failed")
        after = self._observe(observed.application)
        return next(after.describe(each) for each in after.releases if each.number == live.number)

    def _keep(self, wanted: Wanted, observed: Observed, live: Recorded) -> Release:
        port = wanted.spec.published_port
        if port is None or (observed.gateway and self._gateways.is_current(observed.gateway, port)):
            return observed.describe(live).changed(reused=True)
        self._news.say(f"release {live.number} stays live, its address becomes 127.0.0.1:{port}")
        self._point(observed, live, port)
        return self._observe(observed.application).describe(live)

    def _remove_candidates(self, observed: Observed, kept: Recorded | None) -> None:
        for each in observed.candidates:
            if each is not kept:
                self._news.say(f"release {each.number} was left by another run and is removed")
                self._runtime.remove(container_id=each.container.id)

    def _continued(self, leftover: Recorded) -> Recorded:
        self._news.say(f"release {leftover.number} was left by another run and is gone on with")
        if leftover.running:
            return leftover
        return leftover.changed(container=self._runtime.start(container_id=leftover.container.id))

    def _started(self, wanted: Wanted, number: int) -> Recorded:
        spec, application = wanted.spec, wanted.spec.application
        self._news.say(f"release {number} is started")
        container = self._runtime.run(
            spec=spec.changed(
                name=release_name(application, number, "candidate"),
                labels=release_labels(wanted.request, spec, number, wanted.variables),
                network=self._gateways.network(application),
                alias=alias(number),
                published_port=0 if spec.port else None,
            ),
            variables=wanted.variables,
            timeout_s=_CHANGE_S,
        )
        return recorded(container)

    def _wait(self, release: Recorded, deadline: Deadline, image: Image | None) -> None:
        try:
            self._readiness.wait(release, deadline, self._news)
        except NotReady as found:
            failure = self._readiness.evidence(release, found, image)
            self._stop(release)
            name = self._mark(release, "none" if release.mark == "restoring" else "failed")
            raise Rejected(found.message, failure=failure.changed(whole_log=f"docker logs {name}")) from found

    def _promote(self, observed: Observed, release: Recorded, published_port: int | None) -> tuple[str, ...]:
        """Make it live. The former one is again when its name is taken by a container of somebody else."""
        if release.spec.port and published_port:
            self._point(observed, release, published_port)
        try:
            self._mark(release, "none")
        except Invalid:
            self._withdraw(observed.live, self._observe(observed.application))
            raise
        if release.spec.port is None and observed.gateway:
            self._runtime.remove(container_id=observed.gateway.id)
        former = observed.live
        return self._retire(former, release) if former and former.number != release.number else ()

    def _withdraw(self, former: Recorded | None, observed: Observed) -> None:
        """Send nobody to the new release any more."""
        if former and former.spec.port and observed.port:
            self._point(observed, former, observed.port)
        elif observed.gateway:
            self._runtime.remove(container_id=observed.gateway.id)

    def _retire(self, former: Recorded, live: Recorded) -> tuple[str, ...]:
        """Stop the former one when its conversations have ended, or their time is up."""
        left = self._drained(former, self._observe(former.spec.application))
        self._news.say(f"release {live.number} is live, release {former.number} is stopped")
        self._stop(former)
        return (f"{left} connections to release {former.number} were still open and were closed",) if left else ()

    def _drained(self, former: Recorded, observed: Observed) -> int:
        """How many conversations with it are left after their time."""
        return self._gateways.drain(observed.gateway) if observed.gateway and former.spec.port else 0

    def _finish(self, application: Application, release: Recorded, warnings: tuple[str, ...]) -> Release:
        observed = self._observe(application)
        failed = [each for each in reversed(observed.releases) if each.mark == "failed"]
        others = [*failed[:_FAILED_KEPT], *observed.formers][: self._history_limit - 1]
        for each in (*failed, *observed.formers):
            if each not in others:
                self._runtime.remove(container_id=each.container.id)
        return observed.describe(release).changed(warnings=warnings)

    def _point(self, observed: Observed, release: Recorded, published_port: int) -> None:
        self._gateways.point(
            gateway=observed.gateway,
            application=observed.application,
            target=_target(release),
            published_port=published_port,
            deadline=Deadline(_CHANGE_S),
        )

    @contextlib.contextmanager
    def _abandoning(self, application: Application, number: int) -> Iterator[None]:
        """Stop it when it is given up, whatever the reason: also when a person interrupts."""
        done = False
        try:
            yield
            done = True
        finally:
            if not done:
                # when the engine cannot be reached, the next run finds what is left
                with contextlib.suppress(StepError):
                    self._abandon(self._observe(application), number)

    def _abandon(self, observed: Observed, number: int) -> None:
        """Unless it is live meanwhile, or marked as failed already."""
        for each in observed.releases:
            if each.number == number and each is not observed.live and each.mark in {"candidate", "restoring"}:
                self._stop(each)
                if each.mark == "restoring":
                    self._mark(each, "none")

    def _observe(self, application: Application) -> Observed:
        return observe(self._runtime, self._gateways, application, Deadline(_CHANGE_S))

    def _mark(self, release: Recorded, mark: Mark) -> str:
        name = release_name(release.spec.application, release.number, mark)
        if name != release.container.name:
            self._runtime.rename(container_id=release.container.id, name=name)
        return name

    def _stop(self, release: Recorded) -> None:
        self._runtime.stop(container_id=release.container.id, grace_s=self._pace.grace_s)


def _target(release: Recorded) -> str:
    return f"{alias(release.number)}:{release.spec.port}"
