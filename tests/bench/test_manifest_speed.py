"""The objects of a release, from the plan to their text: 20 ms at P95."""

from __future__ import annotations

import time

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tasks.manifests import workload
from tasks.models import Application, Image, PushedImage, ReleasePlan, Setting
from tasks.models.reference import ImageRef

LIMIT_S = 0.020
PLAN = ReleasePlan(
    application=Application(name="shop"),
    target="kubernetes",
    pushed=PushedImage(
        image=Image(id="sha256:1", os="linux", architecture="amd64", user="10001", size_bytes=1),
        reference=ImageRef.parse(f"registry.invalid/team/shop@sha256:{'2' * 64}"),
    ),
    kind="web",
    port=8000,
    health_path="/healthz",
    user_id=10001,
    source="https://git.invalid/shop",
)
PLANS = {
    "usual": PLAN,
    "forty variables": PLAN.changed(
        settings=tuple(Setting(name=f"SETTING_{number}", value="x" * 40) for number in range(20)),
        variables=tuple(f"VARIABLE_{number}" for number in range(20)),
    ),
}


@pytest.mark.benchmark(timer=time.process_time)
@pytest.mark.parametrize("name", PLANS)
def test_the_manifests_of_a_release_take_less_than_twenty_milliseconds(benchmark: BenchmarkFixture, name: str) -> None:
    made = benchmark.pedantic(workload, args=(PLANS[name],), rounds=60, warmup_rounds=5)  # type: ignore[no-untyped-call]  # the library's own

    assert [each.kind for each in made.objects] == ["ServiceAccount", "Deployment", "Service"]
    if benchmark.stats is not None:
        p95_s = sorted(benchmark.stats.stats.data)[int(60 * 0.95)]
        benchmark.extra_info["p95_ms"] = round(p95_s * 1000, 2)
        assert p95_s < LIMIT_S
