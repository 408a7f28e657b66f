"""Our deployments on a Prefect server: registered twice, scheduled by people, started by a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.responses import DeploymentResponse
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments import schedules
from deployments.definitions import CONTAINERIZE, DEFINITIONS, NIGHTLY
from deployments.serve import deployment
from deployments.webhook.starting import PrefectRuns
from tasks.errors import Invalid, Missing, Unavailable
from tasks.models import Overrides, RunRequest, Source

SHOP = RunRequest(source=Source(location="https://forge.invalid/team/shop.git"), overrides=Overrides(name="shop"))

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture
def client() -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def registered(client: SyncPrefectClient) -> Iterator[None]:
    for definition in DEFINITIONS:
        deployment(definition, concurrent_runs=2).apply()
    yield
    for definition in DEFINITIONS:
        client.delete_deployment(found(client, definition.full_name).id)


def found(client: SyncPrefectClient, name: str = NIGHTLY.full_name) -> DeploymentResponse:
    return client.read_deployment_by_name(name)


def runs(**given: Any) -> PrefectRuns:
    return PrefectRuns(
        **{"deployment": CONTAINERIZE.full_name, "ui_url": "http://ui", "is_away": lambda: False, **given}
    )


@pytest.mark.usefixtures("registered")
def test_the_first_time_a_deployment_is_registered_its_schedule_is_off(client: SyncPrefectClient) -> None:
    assert [(each.slug, each.active) for each in found(client).schedules] == [(NIGHTLY.name, False)]
    assert found(client, CONTAINERIZE.full_name).schedules == []
    options = found(client).concurrency_options
    assert options is not None
    assert options.collision_strategy.value == "ENQUEUE"


@pytest.mark.usefixtures("registered")
def test_what_people_have_set_is_kept_when_it_is_registered_again(client: SyncPrefectClient) -> None:
    schedules.put("shop", SHOP, cron="0 4 * * *", timezone="UTC")
    schedules.switch(NIGHTLY.name, active=True)
    client.pause_deployment(found(client).id)
    before = found(client)
    deployment(NIGHTLY, concurrent_runs=5).apply()
    after = found(client)
    assert [each.model_dump() for each in after.schedules] == [each.model_dump() for each in before.schedules]
    assert len(after.schedules) == 2
    assert after.paused
    assert after.global_concurrency_limit is not None
    assert after.global_concurrency_limit.limit == 5


@pytest.mark.usefixtures("registered")
def test_a_schedule_keeps_its_application_when_it_is_turned_off_and_on_and_is_replaced_by_name() -> None:
    schedules.put("shop", SHOP, cron="0 4 * * *", timezone="UTC")
    for active in (False, True):
        schedules.switch("shop", active=active)
        shop = next(each for each in schedules.listed() if each.name == "shop")
        assert (shop.active, shop.source, shop.when) == (active, SHOP.source.location, "0 4 * * *")
    schedules.put("shop", SHOP, cron="0 5 * * *", timezone="Europe/Berlin")
    assert [each.when for each in schedules.listed() if each.name == "shop"] == ["0 5 * * *"]
    schedules.remove("shop")
    assert [each.name for each in schedules.listed()] == [NIGHTLY.name]
    with pytest.raises(Missing, match="no schedule is called shop"):
        schedules.remove("shop")


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("cron", "timezone", "said"),
    [
        ("x", "UTC", "five fields"),
        ("* * * * * *", "UTC", "five fields"),
        ("x * * * *", "UTC", "--cron"),
        ("* * * * *", "Mars", "--timezone"),
    ],
)
def test_a_schedule_that_means_nothing_is_refused(cron: str, timezone: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        schedules.put("shop", SHOP, cron=cron, timezone=timezone)


@pytest.mark.usefixtures("registered")
def test_the_same_key_is_the_same_run_with_the_parameters_of_the_first(client: SyncPrefectClient) -> None:
    async def thrice() -> list[str]:
        starter = runs()
        await starter.check()
        return [(await starter.start(SHOP, key=key, name="shop @ 1")).run_id for key in ("a", "a", "b")]

    first, again, other = asyncio.run(thrice())
    assert first == again != other
    run = client.read_flow_run(UUID(first))
    assert RunRequest.model_validate(run.parameters["request"]) == SHOP
    assert {"webhook", *CONTAINERIZE.tags} == set(run.tags)


def test_a_deployment_that_was_never_served_and_a_server_that_is_away_are_told_apart() -> None:
    with pytest.raises(Missing, match="there is no deployment a/b") as raised:
        asyncio.run(runs(deployment="a/b").check())
    assert "containerkit serve" in raised.value.hint


def test_a_server_that_is_away_is_unavailable() -> None:
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}), pytest.raises(Unavailable):
        asyncio.run(runs(is_away=lambda: True).check())
