"""Applications by the clock: each has a schedule of its own, with its own parameters, on the nightly deployment.

Imports Prefect; import it late.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectNotFound
from pydantic import ValidationError

from deployments.definitions import NIGHTLY
from tasks.errors import Invalid, Missing
from tasks.models import Model, RunRequest

_FIELDS = 5
_HINT = 'such as --cron "0 3 * * *" --timezone Europe/Berlin'


class Scheduled(Model):
    """One schedule of the deployment."""

    name: str
    when: str
    active: bool
    source: str
    """Empty: the deployment's own default parameter."""


def put(name: str, request: RunRequest, *, cron: str, timezone: str) -> None:
    """Run this request by this clock from now on; a schedule of the same name is replaced. Raises Invalid."""
    if len(cron.split()) != _FIELDS:
        # two more would be seconds and years: a run a second is no schedule
        raise Invalid(f"--cron {cron!r} does not have five fields", hint=_HINT)
    try:
        schedule = CronSchedule(cron=cron, timezone=timezone)
    except ValidationError as error:
        first = error.errors()[0]
        option = f"--{first['loc'][0]}" if first["loc"] else "--cron"
        raise Invalid(f"{option} cannot be used: {first['msg'].removeprefix('Value error, ')}", hint=_HINT) from error
    parameters = {"request": request.model_dump(mode="json", exclude_none=True)}
    with _deployment() as (client, deployment):
        known = _by_name(client, deployment).get(name)
        if known is None:
            made = DeploymentScheduleCreate(schedule=schedule, active=True, parameters=parameters, slug=name)
            client.create_deployment_schedules(deployment, [made])
        else:
            client.update_deployment_schedule(
                deployment, known.id, active=True, schedule=schedule, parameters=parameters
            )


def listed() -> tuple[Scheduled, ...]:
    """Every schedule, also those that were made in the UI."""
    with _deployment() as (client, deployment):
        return tuple(
            Scheduled(
                name=_name(found),
                when=str(getattr(found.schedule, "cron", "") or type(found.schedule).__name__),
                active=found.active,
                source=str(found.parameters.get("request", {}).get("source", {}).get("location", "")),
            )
            for found in client.read_deployment_schedules(deployment)
        )


def switch(name: str, *, active: bool) -> None:
    """Turn it on, or off for as long as somebody likes."""
    with _deployment() as (client, deployment):
        found = _found(client, deployment, name)
        # the server forgets parameters that an update does not repeat
        client.update_deployment_schedule(deployment, found.id, active=active, parameters=found.parameters)


def remove(name: str) -> None:
    """Forget it. Runs that it started go on."""
    with _deployment() as (client, deployment):
        client.delete_deployment_schedule(deployment, _found(client, deployment, name).id)


@contextlib.contextmanager
def _deployment() -> Iterator[tuple[SyncPrefectClient, UUID]]:
    with get_client(sync_client=True) as client:
        try:
            deployment = client.read_deployment_by_name(NIGHTLY.full_name)
        except ObjectNotFound as error:
            raise Missing(
                f"there is no deployment {NIGHTLY.full_name}", hint="containerkit serve makes it, and runs what is due"
            ) from error
        yield client, deployment.id


def _by_name(client: SyncPrefectClient, deployment: UUID) -> dict[str, DeploymentSchedule]:
    return {_name(found): found for found in client.read_deployment_schedules(deployment)}


def _found(client: SyncPrefectClient, deployment: UUID, name: str) -> DeploymentSchedule:
    found = _by_name(client, deployment).get(name)
    if found is None:
        raise Missing(f"no schedule is called {name}", hint="containerkit schedule list")
    return found


def _name(schedule: DeploymentSchedule) -> str:
    """Ours have names; those that were made in the UI may have none."""
    return schedule.slug or str(schedule.id)
