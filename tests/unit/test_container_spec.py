"""A release plan becomes one container: strict, deterministic, and readable before it is started."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tasks.manifests.container import container_spec, render_container
from tasks.models import Application, Image, PushedImage, ReleasePlan, Resources, Setting
from tasks.models.reference import ImageRef

GOLDEN = Path(__file__).parents[1] / "golden"
ID = f"sha256:{'1' * 64}"
IMAGE = Image(id=ID, os="linux", architecture="amd64", user="10001", size_bytes=1)
WEB = ReleasePlan(
    application=Application(name="shop"),
    target="engine",
    pushed=PushedImage(image=IMAGE),
    kind="web",
    port=8000,
    health_path="/healthz",
    settings=(Setting(name="PORT", value="8000"), Setting(name="HOST", value="::")),
    variables=("DATABASE_URL",),
    source="https://git.invalid/shop",
    commit="0" * 40,
    version="1.2.0",
)
PLANS = {
    "container-web": WEB,
    "container-relaxed": WEB.changed(
        application=Application(name="legacy", namespace="old"), pod_security="baseline", published_port=9000
    ),
    "container-worker": WEB.changed(
        application=Application(name="mailer"), kind="worker", port=None, health_path=None, settings=(), variables=()
    ),
    "container-job": WEB.changed(
        application=Application(name="import"),
        kind="job",
        port=None,
        health_path=None,
        settings=(),
        writable_paths=("/var/cache/import", "/var/spool/import"),
        resources=Resources(cpu_millicores=500, memory_bytes=64 * 1024 * 1024),
        pushed=PushedImage(image=IMAGE, reference=ImageRef.parse(f"registry.invalid/team/import@sha256:{'2' * 64}")),
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_the_container_is_the_one_on_record(name: str) -> None:
    record = GOLDEN / name / "container.json"
    seen = container_spec(PLANS[name]).model_dump_json(indent=2) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(seen)

    assert json.loads(seen) == json.loads(record.read_text())


@pytest.mark.parametrize("name", PLANS)
def test_the_same_plan_gives_the_same_container_whatever_the_order_of_its_parts(name: str) -> None:
    plan = PLANS[name]
    turned = plan.changed(
        settings=plan.settings[::-1], variables=plan.variables[::-1], writable_paths=plan.writable_paths[::-1]
    )

    assert container_spec(turned) == container_spec(plan)


def test_another_commit_with_the_same_image_is_the_same_container() -> None:
    assert container_spec(WEB.changed(commit="f" * 40, version="9")) == container_spec(WEB)


def test_a_value_that_the_user_gives_replaces_our_setting() -> None:
    spec = container_spec(WEB.changed(variables=("PORT",)))

    assert [each.name for each in spec.settings] == ["HOST"]
    assert spec.variables == ("PORT",)


def test_what_listens_on_no_port_has_neither_address_nor_health_path() -> None:
    spec = container_spec(WEB.changed(kind="worker", port=None, published_port=8000))

    assert (spec.port, spec.published_port, spec.health_path) == (None, None, None)


def test_writable_paths_leave_the_application_most_of_its_memory() -> None:
    small = Resources(memory_bytes=32 * 1024 * 1024)

    assert [mount.size_bytes for mount in container_spec(WEB.changed(resources=small)).mounts] == [8 * 1024 * 1024]


def test_the_table_tells_what_a_person_must_know() -> None:
    text = render_container(container_spec(WEB))

    for part in (
        ID,
        "`127.0.0.1:8000` → port 8000",
        "`/healthz`",
        "read-only",
        "without ALL",
        "`PORT=8000`",
        "512 MiB",
    ):
        assert part in text


def test_a_hostile_setting_stays_within_its_cell() -> None:
    hostile = (Setting(name="A", value="x` | <b>\n## owned\x1b[31m"),)

    table = render_container(container_spec(WEB.changed(settings=hostile)))

    assert [line for line in table.splitlines() if line.startswith("| Settings")] == [
        "| Settings | `A=x' \\| <b>�## owned�[31m` |"
    ]
    assert len(table.splitlines()) == len(render_container(container_spec(WEB)).splitlines())
