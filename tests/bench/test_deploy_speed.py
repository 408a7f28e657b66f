"""A changed release on a real cluster, from the call to the answer that it is live: 20 s at P95 over 20 of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.contracts.kubernetes_lab import KubernetesLab, namespaces
from tests.contracts.target_shop import Shop

pytestmark = pytest.mark.kubernetes

LIMIT_S = 20
DEPLOYS = 20


@pytest.fixture
def shop() -> Iterator[Shop]:
    with namespaces() as places:
        lab = KubernetesLab(*places)
        with lab.opened:
            shop = Shop(lab, lab.target(), lab.application(), lab.free_port())
            yield shop
            shop.target.delete(application=shop.application)


def test_a_changed_release_is_live_within_twenty_seconds(shop: Shop, benchmark: BenchmarkFixture) -> None:
    shop.deploy(version="0")
    versions = count(1)

    benchmark.pedantic(lambda: shop.deploy(version=str(next(versions))), rounds=DEPLOYS)  # type: ignore[no-untyped-call]  # the library's own

    assert shop.states()[DEPLOYS + 1] == "live"
    assert shop.ask() == str(DEPLOYS)
    if benchmark.stats is not None:
        seconds = sorted(benchmark.stats.stats.data)
        p95_s = seconds[int(len(seconds) * 0.95) - 1]
        benchmark.extra_info |= {"p95_s": round(p95_s, 2), "slowest_s": round(seconds[-1], 2)}
        print(f"deploy to ready: P95 {p95_s:.2f} s, median {seconds[len(seconds) // 2]:.2f} s over {len(seconds)}")
        assert p95_s < LIMIT_S
