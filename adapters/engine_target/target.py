"""The deployment target on one container engine: releases are containers, a gateway gives them a stable address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from adapters.deadline import Deadline
from adapters.engine_target.fitness import engine_checks, port_check
from adapters.engine_target.gateway import Gateways
from adapters.engine_target.listing import applications
from adapters.engine_target.lock import Locks
from adapters.engine_target.news import News
from adapters.engine_target.observed import Observed, observe
from adapters.engine_target.origin import refuse_other_repository, warning_of_other_source
from adapters.engine_target.pace import Pace
from adapters.engine_target.probe import Probe
from adapters.engine_target.readiness import Readiness
from adapters.engine_target.record import Recorded, differences, variables_digest
from adapters.engine_target.rollout import Rollout, Wanted
from adapters.engine_target.standing import standing
from tasks.errors import Invalid, Missing, Unavailable
from tasks.models import (
    Application,
    Check,
    ClusterInfo,
    ClusterRequest,
    ContainerSpec,
    DeploymentStatus,
    DeployRequest,
    HttpAnswer,
    Image,
    ImageRef,
    Release,
    RuntimeDescription,
    Variable,
    Workload,
)
from tasks.models.labels import VARIABLES
from tasks.ports import ContainerRuntime, ProgressSink, RecoveryAdvisor

_PULL_S = 600.0


class EngineTarget:
    """Releases on one engine. It is given what it needs and reads no environment.

    With an advisor, a release whose log says that it listens elsewhere is given up in seconds.
    """

    def __init__(
        self,
        *,
        runtime: ContainerRuntime,
        variables: tuple[Variable, ...],
        state_folder: Path,
        gateway_image: str,
        network_prefix: str = "containerkit",
        history_limit: int = 10,
        advisor: RecoveryAdvisor | None = None,
        pace: Pace | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._runtime = runtime
        self._variables = variables
        self._gateway_image = gateway_image
        self._history_limit = history_limit
        self._advisor = advisor
        self._pace = pace or Pace()
        self._locks = Locks(state_folder)
        self._probe = Probe(transport)
        self._gateways = Gateways(runtime=runtime, image=gateway_image, network_prefix=network_prefix, pace=self._pace)

    def preflight(self, *, request: ClusterRequest, timeout_s: float = 15) -> ClusterInfo:
        """What the engine is, and whether it has room and the port."""
        deadline = Deadline(timeout_s)
        found = self._runtime.describe(timeout_s=deadline.left_s(5))
        checks = engine_checks(found)
        if request.published_port:
            checks = (*checks, self._port_check(request.published_port, request.application, found, deadline))
        return ClusterInfo(
            target="engine",
            name=found.name,
            version=found.version,
            architectures=(found.architecture,),
            checks=checks,
        )

    def dry_run(self, *, workload: Workload, timeout_s: float = 15) -> tuple[str, ...]:
        """The differences to the live release's recorded spec."""
        spec, deadline = _container(workload), Deadline(timeout_s)
        observed = self._observe(spec.application, deadline)
        live = observed.live
        if live is None:
            return (f"release {observed.next_number} is made: nothing is live",)
        # the port on the host is the gateway's, which may have got another one since
        lines = differences(live.spec.changed(published_port=observed.port), spec)
        image = self._runtime.inspect(reference=spec.image, timeout_s=deadline.left_s(10))
        if live.spec.image == spec.image and image and image.id != live.container.image_id:
            lines = (*lines, f"image: {spec.image} now names {image.id}, live is {live.container.image_id}")
        if live.label(VARIABLES) != variables_digest(spec.application, self._values(spec)):
            lines = (*lines, "variables: their values are others")
        if not live.running and not live.completed:
            lines = (*lines, f"release {live.number}, which is live, does not run: it is {live.container.state}")
        return lines

    def deploy(self, *, request: DeployRequest, progress: ProgressSink) -> Release:
        """The live release."""
        spec, news = _container(request.workload), News(progress)
        variables = self._values(spec)
        found = self._runtime.describe()
        with self._locked(found, spec.application, Deadline(request.timeout_s), news):
            rollout = self._rollout(news)
            observed = rollout.settle(spec.application)
            refuse_other_repository(observed, request)
            if spec.published_port and spec.published_port != observed.port:
                self._require_port(spec.published_port, spec.application, found)
            image = self._image(spec.image, news)
            if spec.port:
                self._image(self._gateway_image, news)
            release = rollout.deploy(Wanted(request, spec, variables, image), observed)
            return release.changed(warnings=(*warning_of_other_source(observed, request), *release.warnings))

    def status(self, *, application: Application, timeout_s: float = 15) -> DeploymentStatus:
        """How the live release is doing, asked the way a user would."""
        deadline = Deadline(timeout_s)
        observed = self._observe(application, deadline).require()
        while True:
            status = standing(observed, self._runtime, self._probe, deadline)
            again = self._observe(application, deadline).require()
            # an answer may come from a release that was switched to meanwhile
            if deadline.passed or _live_id(again) == _live_id(observed):
                return status
            observed = again

    def request(self, *, application: Application, path: str, timeout_s: float = 10) -> HttpAnswer:
        """What comes back through the gateway."""
        deadline = Deadline(timeout_s)
        observed = self._observe(application, deadline).require()
        if observed.live and observed.live.spec.port is None:
            raise Invalid(
                f"{application.name} listens on no port, so there is nothing to ask",
                hint=f"containerkit logs {application.name}",
            )
        if not observed.live or not observed.gateway or not observed.gateway.address:
            raise Unavailable(
                f"no release of {application.name} can be reached", hint=f"containerkit status {application.name}"
            )
        return self._probe.ask(observed.gateway.address, path, deadline.left_s())

    def logs(self, *, application: Application, tail_lines: int = 200, timeout_s: float = 15) -> str:
        """The last lines of the live release, or of the newest."""
        deadline = Deadline(timeout_s)
        observed = self._observe(application, deadline).require()
        shown = observed.live or next(reversed(observed.releases), None)
        if shown is None:
            return ""
        return self._runtime.logs(container_id=shown.container.id, tail_lines=tail_lines, timeout_s=deadline.left_s())

    def history(self, *, application: Application, timeout_s: float = 15) -> tuple[Release, ...]:
        """Newest first."""
        observed = self._observe(application, Deadline(timeout_s))
        return tuple(observed.describe(each) for each in reversed(observed.releases))[: self._history_limit]

    def released(self, *, namespace: str | None, timeout_s: float = 15) -> tuple[Release, ...]:
        """What is live, application by application."""
        deadline = Deadline(timeout_s)
        found = applications(self._runtime, namespace, deadline)
        histories = (self.history(application=each, timeout_s=deadline.left_s(10)) for each in found)
        return tuple(next((each for each in known if each.state == "live"), known[0]) for known in histories if known)

    def restore(self, *, application: Application, number: int | None, timeout_s: float = 120) -> Release:
        """A former release, live again."""
        deadline, news = Deadline(timeout_s), News(None)
        with self._locked(self._runtime.describe(), application, deadline, news):
            rollout = self._rollout(news)
            observed = rollout.settle(application).require()
            live = observed.live
            if live and live.number == number and (live.running or live.completed):
                return observed.describe(live).changed(reused=True)
            return rollout.restore(observed, _former(observed, number), deadline)

    def suspend(self, *, application: Application, timeout_s: float = 60) -> Release:
        """The live release, stopped and marked as failed."""
        deadline, news = Deadline(timeout_s), News(None)
        with self._locked(self._runtime.describe(), application, deadline, news):
            rollout = self._rollout(news)
            observed = rollout.settle(application).require()
            if observed.live is None:
                raise Missing(
                    f"no release of {application.name} is live",
                    hint=f"containerkit history {application.name}",
                    reason="nothing_found",
                )
            return rollout.suspend(observed, observed.live)

    def delete(self, *, application: Application, timeout_s: float = 60) -> tuple[str, ...]:
        """The names of the containers that were removed; their network goes with the last of them."""
        deadline = Deadline(timeout_s)
        with self._locked(self._runtime.describe(), application, deadline, News(None)):
            containers = self._runtime.list(application=application, timeout_s=deadline.left_s(10))
            # the gateway, which was made after the first release, goes first: nobody is sent to what is gone
            for each in reversed(containers):
                self._runtime.remove(container_id=each.id, timeout_s=deadline.left_s())
            return tuple(each.name for each in containers)

    def close(self) -> None:
        """Give sockets back; locks are held by calls only."""
        self._probe.close()

    def _rollout(self, news: News) -> Rollout:
        return Rollout(
            runtime=self._runtime,
            gateways=self._gateways,
            readiness=Readiness(runtime=self._runtime, probe=self._probe, advisor=self._advisor, pace=self._pace),
            pace=self._pace,
            history_limit=self._history_limit,
            news=news,
        )

    def _observe(self, application: Application, deadline: Deadline) -> Observed:
        return observe(self._runtime, self._gateways, application, deadline)

    @contextmanager
    def _locked(
        self, found: RuntimeDescription, application: Application, deadline: Deadline, news: News
    ) -> Iterator[None]:
        with self._locks.held(found.endpoint, application, deadline, news.say):
            yield

    def _values(self, spec: ContainerSpec) -> tuple[Variable, ...]:
        """The variables that the spec names. Raises Invalid for one without a value."""
        given = {each.name: each for each in self._variables}
        missing = [name for name in spec.variables if name not in given]
        if missing:
            raise Invalid(
                f"{spec.application.name} needs values for {', '.join(missing)}",
                hint=" ".join(f"--env {name}=VALUE" for name in missing),
            )
        return tuple(given[name] for name in spec.variables)

    def _image(self, reference: str, progress: ProgressSink) -> Image:
        """The image on the engine, downloaded when it is not there."""
        image = self._runtime.inspect(reference=reference)
        if image:
            return image
        if reference.startswith("sha256:"):
            raise Missing(f"the image {reference} is not on the engine any more", hint="run again: it is built then")
        return self._runtime.pull(
            reference=ImageRef.parse(reference), platform=None, progress=progress, timeout_s=_PULL_S
        )

    def _port_check(self, port: int, application: Application, found: RuntimeDescription, deadline: Deadline) -> Check:
        return port_check(port, application, self._runtime.list(timeout_s=deadline.left_s(10)), found)

    def _require_port(self, port: int, application: Application, found: RuntimeDescription) -> None:
        check = self._port_check(port, application, found, Deadline(10))
        if not check.passed:
            raise Invalid(check.detail, hint=check.hint)


def _container(workload: Workload) -> ContainerSpec:
    if isinstance(workload, ContainerSpec):
        return workload
    raise Invalid("an engine takes containers, not Kubernetes objects", hint="--target kubernetes")


def _live_id(observed: Observed) -> str | None:
    return observed.live.container.id if observed.live else None


def _former(observed: Observed, number: int | None) -> Recorded:
    """The release to go back to: the one asked for, else the one that was live last."""
    name, live, formers = observed.application.name, observed.live, observed.formers
    if number is None and formers:
        return formers[0]
    known: tuple[Recorded, ...] = (*formers, live) if live else formers
    chosen = next((each for each in known if each.number == number), None)
    if chosen:
        return chosen
    there = ", ".join(str(each.number) for each in formers) or "none"
    which = f"no former release {number}" if number else "no former release"
    raise Missing(f"{name} has {which}: there is {there}", hint=f"containerkit history {name}", reason="nothing_found")
