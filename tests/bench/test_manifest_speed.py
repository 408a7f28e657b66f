from __future__ import annotations

import statistics
import time

import pytest

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


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(PLAN, id="usual"),
        pytest.param(
            PLAN.changed(
                settings=tuple(Setting(name=f"SETTING_{number}", value="x" * 40) for number in range(20)),
                variables=tuple(f"VARIABLE_{number}" for number in range(20)),
            ),
            id="forty variables",
        ),
    ],
)
def test_the_manifests_of_a_release_take_less_than_twenty_milliseconds(plan: ReleasePlan) -> None:
    seconds = []
    for _ in range(60):
        started = time.process_time()
        workload(plan)
        seconds.append(time.process_time() - started)
    p95_s = statistics.quantiles(seconds, n=20)[-1]
    print(f"P95 {p95_s * 1000:.1f} ms")

    assert p95_s < LIMIT_S
