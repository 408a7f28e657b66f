"""How an application is doing, from what there is on the engine and what it answers."""

from __future__ import annotations

from adapters.deadline import Deadline
from adapters.engine_target.observed import Observed
from adapters.engine_target.probe import Probe, Probed
from adapters.engine_target.record import Recorded
from tasks.models import DeploymentStatus
from tasks.ports import ContainerRuntime

_LINES = 100
_PROBE_S = 5.0


def standing(observed: Observed, runtime: ContainerRuntime, probe: Probe, deadline: Deadline) -> DeploymentStatus:
    """The status of the live release, or of the newest one when none is live."""
    live = observed.live
    if live is None:
        newest = next(reversed(observed.releases), None)
        return DeploymentStatus(
            application=observed.application,
            release=observed.describe(newest) if newest else None,
            ready=False,
            message="no release is live"
            + (f": release {newest.number} is {_state(observed, newest)}" if newest else ""),
            log_tail=_log(runtime, newest, deadline) if newest else "",
        )
    probed = _probed(observed, live, probe, deadline)
    ready = probed.health == "well"
    return DeploymentStatus(
        application=observed.application,
        release=observed.describe(live),
        ready=ready,
        running=1 if live.running else 0,
        wanted=0 if live.completed else 1,
        restarts=live.container.restarts,
        message=f"release {live.number} {probed.detail}",
        answer=probed.answer,
        log_tail="" if ready else _log(runtime, live, deadline),
    )


def _probed(observed: Observed, live: Recorded, probe: Probe, deadline: Deadline) -> Probed:
    container = live.container
    if live.completed:
        return Probed("well", "has completed")
    if not live.running:
        code = "" if container.exit_code is None else f", exit code {container.exit_code}"
        return Probed("silent", f"does not run: it is {container.state}{code}")
    if live.spec.port is None:
        return Probed("well", "runs")
    gateway = observed.gateway
    if gateway is None or gateway.address is None:
        state = f"is {gateway.state}" if gateway else "is not there"
        return Probed("silent", f"runs, but its gateway {state}: deploy again")
    return probe.probe(gateway.address, live.spec.health_path, deadline.left_s(_PROBE_S))


def _state(observed: Observed, release: Recorded) -> str:
    return observed.describe(release).state


def _log(runtime: ContainerRuntime, release: Recorded, deadline: Deadline) -> str:
    return runtime.logs(container_id=release.container.id, tail_lines=_LINES, timeout_s=deadline.left_s(10))
