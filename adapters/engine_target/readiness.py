"""Waits until a release is ready, and gathers what speaks for itself when it is not."""

from __future__ import annotations

import time

from adapters.deadline import Deadline
from adapters.doubt import Doubt
from adapters.engine_target.news import News
from adapters.engine_target.pace import Pace
from adapters.engine_target.probe import Probe
from adapters.engine_target.record import Recorded
from tasks.errors import Missing
from tasks.models import Container, Failure, Image
from tasks.ports import ContainerRuntime, RecoveryAdvisor

_PROBE_S = 2.0
_EXIT_CODE_S = 3.0
_NEWS_S = 1.0
_MIB = 1024 * 1024
_SILENT = "no answer on port"


class NotReady(Exception):  # noqa: N818 - never leaves the target: it becomes a Rejected with the evidence
    """A release that will not become ready."""

    def __init__(self, message: str, container: Container) -> None:
        super().__init__(message)
        self.message = message
        self.container = container


class Readiness:
    """Watches containers that were just started."""

    def __init__(self, *, runtime: ContainerRuntime, probe: Probe, advisor: RecoveryAdvisor | None, pace: Pace) -> None:
        self._runtime = runtime
        self._advisor = advisor
        self._probe = probe
        self._pace = pace

    def wait(self, release: Recorded, deadline: Deadline, news: News) -> None:
        """Return when it answers; without a port when it has run for a while, as a job when it has completed.

        Raises NotReady when it ends, is restarted by the engine, has not come so far by the deadline, or says itself
        that it never will.
        """
        restarts, told_s, doubt = release.container.restarts, 0.0, Doubt(self._advisor, self._pace.doubt_s)
        while True:
            container = self._current(release)
            if _has_ended(release, container) or container.restarts > restarts:
                container = self._with_exit_code(release, container)
                raise NotReady(_ended(release, container), container)
            missing = self._missing(release, container, deadline)
            if missing is None:
                return
            if deadline.passed or (missing.startswith(_SILENT) and self._is_lost(release, container, doubt)):
                raise NotReady(_late(release, missing, deadline), container)
            if deadline.elapsed_s - told_s >= _NEWS_S:
                told_s = deadline.elapsed_s
                news.waits(f"release {release.number}: {missing}", told_s, deadline.timeout_s)
            time.sleep(self._pace.poll_s)

    def evidence(self, release: Recorded, found: NotReady, image: Image | None) -> Failure:
        """All that an advisor needs to find the cause; to be taken before the container is stopped."""
        container = found.container
        return Failure(
            step="deploy",
            message=found.message,
            command=" ".join(release.spec.command or (image.command if image else ())) or None,
            exit_code=container.exit_code,
            log_tail=self._runtime.logs(container_id=container.id),
            oom_killed=container.oom_killed,
            container_state=container.state,
            events=(f"restarted {container.restarts} times",) if container.restarts else (),
            architecture=image.architecture if image else None,
            user=(release.spec.user or (image.user if image else "")) or None,
            port=release.spec.port,
            memory_bytes=release.spec.resources.memory_bytes,
        )

    def _is_lost(self, release: Recorded, container: Container, doubt: Doubt) -> bool:
        if not doubt.is_due:
            return False
        port = release.spec.port
        log = self._runtime.logs(container_id=container.id)
        return doubt.is_confirmed(
            Failure(step="deploy", message=f"{_SILENT} {port}", log_tail=log, container_state="running", port=port)
        )

    def _missing(self, release: Recorded, container: Container, deadline: Deadline) -> str | None:
        """What it still lacks; None when it is ready."""
        spec = release.spec
        if spec.kind == "job":
            return None if container.state == "exited" else "the job has not completed"
        if spec.port is None:
            return None if deadline.elapsed_s >= self._pace.settle_s else "has just begun to run"
        if container.address is None:
            return "has no address yet"
        probed = self._probe.probe(container.address, spec.health_path, deadline.left_s(_PROBE_S))
        if probed.health == "well":
            return None
        return probed.detail if probed.health == "unwell" else f"{_SILENT} {spec.port}"

    def _current(self, release: Recorded) -> Container:
        for each in self._runtime.list(application=release.spec.application):
            if each.id == release.container.id:
                return each
        raise Missing(f"the container {release.container.name} was removed by somebody else", hint="run again")

    def _with_exit_code(self, release: Recorded, container: Container) -> Container:
        """It at a moment when it does not run: only then an engine tells how it ended."""
        deadline = Deadline(_EXIT_CODE_S)
        while container.exit_code is None and not deadline.passed:
            time.sleep(self._pace.poll_s / 4)
            container = self._current(release)
        return container


def _has_ended(release: Recorded, container: Container) -> bool:
    completed = release.spec.kind == "job" and container.state == "exited" and container.exit_code == 0
    return container.state in {"exited", "restarting", "dead"} and not completed


def _ended(release: Recorded, container: Container) -> str:
    how = "ended" if container.exit_code is None else f"ended with exit code {container.exit_code}"
    if container.oom_killed:
        how += f", killed because it needed more than {release.spec.resources.memory_bytes / _MIB:g} MiB of memory"
    if container.exit_code == 0:
        how += ", and what is no job must keep running"
    return f"release {release.number} of {release.spec.application.name} {how}"


def _late(release: Recorded, missing: str, deadline: Deadline) -> str:
    name = f"release {release.number} of {release.spec.application.name}"
    after = f"after {deadline.elapsed_s:.0f} s"
    if missing.startswith(_SILENT):
        return f"{name} runs, but nothing answers on port {release.spec.port} {after}"
    return f"{name} is not ready {after}: {missing}"
