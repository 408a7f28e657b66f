"""How an application is doing, from what the cluster says of its workload and its pods."""

from __future__ import annotations

from adapters.kubernetes.api import Api
from adapters.kubernetes.deadline import Deadline, Pace
from adapters.kubernetes.diagnosis import causes
from adapters.kubernetes.documents import Pod
from adapters.kubernetes.pods import PodReader
from adapters.kubernetes.readiness import Readiness, Watched
from adapters.kubernetes.record import Entry, Ledger
from tasks.errors import Missing
from tasks.models import DeploymentStatus

_LINES = 100
_EVENTS = 10


def standing(api: Api, pods: PodReader, ledger: Ledger, deadline: Deadline) -> DeploymentStatus:
    """The status of the live release, or of the newest one when none is live."""
    live = ledger.live
    if live is None:
        return _none_is_live(ledger)
    watched = Watched(live.number, live.placed)
    try:
        seen = Readiness(api, pods, pace=Pace()).look(watched, deadline)
    except Missing as error:
        return _status(ledger, live, ready=False, wanted=1, message=f"release {live.number}: {error.message}")
    own = tuple(each for each in pods.of_release(live.number, deadline) if not each.metadata.deletion_timestamp)
    ready = seen.missing is None
    cause = next(causes(own, (), Pace()), None) if not ready else None
    doing = (cause.message if cause else seen.missing) or _well(watched, seen.ready)
    log = pods.log(own[0], watched.container, _LINES, deadline) if own and not ready else ""
    return _status(
        ledger,
        live,
        ready=ready,
        wanted=0 if watched.is_job and ready else seen.wanted,
        message=f"release {live.number}: {doing}" if not ready else f"release {live.number} {doing}",
        running=sum(1 for each in own if _runs(each)),
        restarts=sum(status.restart_count for each in own for status in each.status.container_statuses),
        events=_events(own, pods, deadline),
        log_tail=log,
    )


def _none_is_live(ledger: Ledger) -> DeploymentStatus:
    newest = ledger.newest
    return DeploymentStatus(
        application=ledger.application,
        release=ledger.describe(newest) if newest else None,
        ready=False,
        message="no release is live" + (f": release {newest.number} is {newest.state}" if newest else ""),
        log_tail=newest.log_tail if newest else "",
    )


def _status(ledger: Ledger, entry: Entry, **fields: object) -> DeploymentStatus:
    known = {"application": ledger.application, "release": ledger.describe(entry)}
    return DeploymentStatus.model_validate({**known, **fields})


def _well(watched: Watched, ready: int) -> str:
    if watched.is_job:
        return "has completed"
    return f"runs: {ready} of {ready} pods ready"


def _runs(pod: Pod) -> bool:
    return any(each.state.running is not None for each in pod.status.container_statuses)


def _events(own: tuple[Pod, ...], pods: PodReader, deadline: Deadline) -> tuple[str, ...]:
    """What was said of its pods that is not as usual."""
    found = [event for each in own for event in pods.events(each.metadata.name, deadline) if event.type != "Normal"]
    return tuple(f"{event.reason}: {event.message}" for event in found[-_EVENTS:])
