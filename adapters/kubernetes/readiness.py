"""Waits until a release is ready, and gathers what speaks for itself when it is not."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from adapters.doubt import Doubt
from adapters.kubernetes.api import Api
from adapters.kubernetes.deadline import Deadline, Pace
from adapters.kubernetes.diagnosis import Cause, causes, crashed, not_created
from adapters.kubernetes.documents import Condition, Deployment, Event, Job, Pod
from adapters.kubernetes.errors import Subject
from adapters.kubernetes.news import News
from adapters.kubernetes.nodes import at, items, text
from adapters.kubernetes.objects import Placed, container_of, service_of, workload_of
from adapters.kubernetes.pods import PodReader, log_or_reason
from tasks.errors import Missing, Rejected, StepError, Unavailable
from tasks.models import Failure
from tasks.ports import RecoveryAdvisor

_MIB = 1024 * 1024
_LOG_LINES = 200
_EVENTS_SHOWN = 20


class Watched(NamedTuple):
    """The release that is waited for."""

    number: int
    objects: tuple[Placed, ...]

    @property
    def workload(self) -> Placed:
        """What makes its pods."""
        return workload_of(self.objects)

    @property
    def is_job(self) -> bool:
        """Whether it is ready when it has ended."""
        return self.workload.kind == "Job"

    @property
    def port(self) -> int | None:
        """The one port of its container."""
        found = [at(each, "containerPort") for each in items(container_of(self.workload).get("ports"))]
        return next((each for each in found if isinstance(each, int)), None)

    @property
    def health_path(self) -> str | None:
        """What its probes ask for."""
        return text(at(container_of(self.workload), "readinessProbe", "httpGet", "path")) or None

    @property
    def container(self) -> str:
        """The name of its container."""
        return text(container_of(self.workload).get("name"))


class NotReady(Exception):  # noqa: N818 - never leaves the target: it becomes an error with the evidence
    """A release that will not become ready."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.message)
        self.cause = cause


class Seen(NamedTuple):
    """How far it is."""

    ready: int
    wanted: int
    missing: str | None
    """None: it is ready."""
    failed: Condition | None = None
    """That of a Job which is not tried again."""


class Readiness:
    """Watches releases that were just applied, by short questions: a lost connection costs one of them."""

    def __init__(self, api: Api, pods: PodReader, *, pace: Pace, advisor: RecoveryAdvisor | None = None) -> None:
        self._api = api
        self._pods = pods
        self._pace = pace
        self._advisor = advisor

    def wait(self, watched: Watched, deadline: Deadline, news: News, require: Callable[[], None]) -> None:
        """Return when it is ready. Raises NotReady as soon as its cause is plain, and at the deadline."""
        since, doubt = dict[str, float](), Doubt(self._advisor, self._pace.doubt_s)
        while True:
            require()
            try:
                seen = self.look(watched, deadline)
                if seen.missing is None:
                    break
                cause = self._standing(watched, since, deadline)
                if seen.failed:
                    cause = self._ended(watched, seen.failed, deadline)
            except Unavailable:
                # the server is away for a moment: the release goes on without us
                if deadline.passed:
                    raise
                time.sleep(self._pace.poll_s)
                continue
            if cause:
                raise NotReady(cause)
            if deadline.passed or (watched.port and doubt.is_due and self._is_lost(watched, doubt, deadline)):
                raise NotReady(self._late(watched, seen, deadline))
            news.count(f"release {watched.number}: {seen.missing}", seen.ready, seen.wanted)
            time.sleep(self._pace.poll_s)
        if not watched.is_job and service_of(watched.objects):
            self._wait_for_endpoints(watched, require)

    def look(self, watched: Watched, deadline: Deadline) -> Seen:
        """How far it is now. Raises Missing when somebody removed it."""
        workload = watched.workload
        subject = Subject("watch", str(workload), workload.namespace or "")
        if watched.is_job:
            return _of_job(self._api.find(workload.path, Job, subject, timeout_s=deadline.left_s()), workload)
        found = self._api.find(workload.path, Deployment, subject, timeout_s=deadline.left_s())
        return _of_deployment(found, workload)

    def evidence(self, watched: Watched, cause: Cause) -> Failure:
        """All that an advisor needs to find the cause; to be taken before the release is put away."""
        deadline = Deadline(15)
        pod = cause.pod or next(iter(self._pods.of_release(watched.number, deadline)), None)
        log = log_or_reason(lambda: self._pods.last_words(pod, watched.container, 200, deadline)) if pod else ""
        container = container_of(watched.workload)
        command = [text(each) for key in ("command", "args") for each in items(container.get(key))]
        user = at(watched.workload.node, "spec", "template", "spec", "securityContext", "runAsUser")
        return Failure(
            step="deploy",
            message=cause.message,
            command=" ".join(command) or None,
            exit_code=cause.ended.exit_code if cause.ended else None,
            log_tail=log,
            oom_killed=cause.ended is not None and cause.ended.reason == "OOMKilled",
            container_state=cause.state,
            events=tuple(_said(each) for each in self._events(pod, deadline)),
            user=str(user) if user is not None else None,
            port=watched.port,
            memory_bytes=_bytes(text(at(container, "resources", "limits", "memory"))),
        )

    def _standing(self, watched: Watched, since: dict[str, float], deadline: Deadline) -> Cause | None:
        """The first cause that has stood for as long as it may."""
        workload, now = watched.workload, time.monotonic()
        pods = tuple(
            each for each in self._pods.of_release(watched.number, deadline) if not each.metadata.deletion_timestamp
        )
        conditions: tuple[Condition, ...] = ()
        if not watched.is_job:
            subject = Subject("watch", str(workload), workload.namespace or "")
            found = self._api.find(workload.path, Deployment, subject, timeout_s=deadline.left_s())
            # what is said of the former generation is not about this release
            if found and found.status.observed_generation >= found.metadata.generation and not pods:
                conditions = found.status.conditions
        elif not pods:
            # a Job has no condition for pods that are refused
            said = (each for each in self._pods.events(workload.name, deadline) if each.reason == "FailedCreate")
            conditions = tuple(not_created(each.message) for each in said)[-1:]
        for cause in causes(pods, conditions, self._pace):
            # an attempt differs from the next by a word, so that the text is no name for the cause
            begun = since.setdefault(f"{cause.error}{cause.hint}", now)
            if now - begun >= cause.patience_s:
                return cause
        return None

    def _is_lost(self, watched: Watched, doubt: Doubt, deadline: Deadline) -> bool:
        """Whether the log of a pod that runs has told twice that nobody will ever reach it."""
        pod = next((each for each in self._pods.of_release(watched.number, deadline) if _runs(each)), None)
        if pod is None or pod.ready:
            return False
        log = log_or_reason(lambda: self._pods.log(pod, watched.container, _LOG_LINES, deadline))
        said = f"no answer on port {watched.port}"
        return doubt.is_confirmed(
            Failure(step="deploy", message=said, log_tail=log, container_state="running", port=watched.port)
        )

    def _ended(self, watched: Watched, failed: Condition, deadline: Deadline) -> Cause:
        """Why a Job has failed: how its last pod ended, which is kept."""
        for pod in self._pods.of_release(watched.number, deadline):
            for each in pod.status.container_statuses:
                if each.state.terminated:
                    return crashed(each.state.terminated, pod)
        return Cause(Rejected, f"has failed: {failed.message or failed.reason}", "look at what it prints")

    def _late(self, watched: Watched, seen: Seen, deadline: Deadline) -> Cause:
        """Why it is not ready in time: what its probes saw last."""
        after = f"after {deadline.elapsed_s:.0f} s"
        pods = self._pods.of_release(watched.number, Deadline(10))
        pod = next((each for each in pods if not each.metadata.deletion_timestamp), None)
        cause = next(causes(pods, (), self._pace), None)
        if cause:
            return cause
        unhealthy = [each for each in self._events(pod, Deadline(10)) if each.reason == "Unhealthy"]
        said = unhealthy[-1].message if unhealthy else ""
        message, hint = f"is not ready {after}: {said or seen.missing}", "look at what it prints"
        if watched.port and "statuscode:" in said:
            status = said.rpartition("statuscode:")[2].strip()
            message = f"is not ready {after}: it answers {status} at {watched.health_path}"
        elif watched.port and (unhealthy or any(_runs(each) for each in pods)):
            message = f"runs, but nothing answers on port {watched.port} {after}"
            hint = "see in what it prints where it listens (--port NUMBER gives another port), or why it does not"
        state = "running" if pod and _runs(pod) else "waiting"
        return Cause(Rejected, message, hint, pod=pod, state=state)

    def _events(self, pod: Pod | None, deadline: Deadline) -> tuple[Event, ...]:
        if pod is None:
            return ()
        try:
            found = self._pods.events(pod.metadata.name, deadline)
        except StepError:
            return ()
        return found[-_EVENTS_SHOWN:]

    def _wait_for_endpoints(self, watched: Watched, require: Callable[[], None]) -> None:
        """Until nobody is sent to a pod of the former release any more; those answer as long as they are asked."""
        deadline = Deadline(self._pace.endpoints_s)
        while not deadline.passed:
            require()
            own = {each.metadata.name for each in self._pods.of_release(watched.number, deadline) if each.ready}
            addressed = self._pods.addressed(deadline)
            if addressed is None:
                # no former pod is left, which the nodes learn within a moment
                time.sleep(self._pace.soon_s)
                return
            if addressed and addressed <= own:
                return
            time.sleep(self._pace.poll_s)


def _of_deployment(found: Deployment | None, workload: Placed) -> Seen:
    if found is None:
        raise Missing(f"{workload} was removed by somebody else", hint="run again")
    wanted, status = found.spec.replicas, found.status
    # pods of the former release are among those that are available
    former = status.replicas - status.updated_replicas
    ready = min(status.updated_replicas, max(status.available_replicas - former, 0))
    if status.observed_generation < found.metadata.generation:
        return Seen(0, wanted, "the cluster has not taken it up yet")
    if ready < wanted:
        return Seen(ready, wanted, f"{ready} of {wanted} pods ready")
    if former > 0:
        return Seen(wanted, wanted, f"{wanted} of {wanted} pods ready, those of the former release end")
    return Seen(wanted, wanted, None)


def _of_job(found: Job | None, workload: Placed) -> Seen:
    if found is None:
        raise Missing(f"{workload} was removed by somebody else", hint="run again")
    for condition in found.status.conditions:
        if condition.status == "True" and condition.type in {"Complete", "SuccessCriteriaMet"}:
            return Seen(1, 1, None)
        if condition.status == "True" and condition.type == "Failed":
            return Seen(0, 1, "the job has failed", condition)
    return Seen(0, 1, "the job has not completed")


def _runs(pod: Pod) -> bool:
    return any(each.state.running is not None for each in pod.status.container_statuses)


def _said(event: Event) -> str:
    times = f" ({event.count} times)" if event.count and event.count > 1 else ""
    return f"{event.reason}: {event.message}{times}"


def _bytes(quantity: str) -> int | None:
    return int(quantity.removesuffix("Mi")) * _MIB if quantity.removesuffix("Mi").isdigit() else None
