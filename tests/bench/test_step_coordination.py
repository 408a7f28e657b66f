"""Our own code in a step, through `.fn`, with ports that answer at once: 100 µs at P95, never more than 300.

The steps without ports compute instead of coordinating; they have bars of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tasks import pipeline
from tasks.models import (
    Application,
    AppProfile,
    BuildRequest,
    CategoryResult,
    Checkout,
    ClusterInfo,
    ClusterRequest,
    Component,
    ContainerSpec,
    DeploymentStatus,
    DeployRequest,
    Dockerfile,
    HttpAnswer,
    Image,
    ImageRef,
    PushRequest,
    Release,
    ScannerDescription,
    ScanReport,
    ScanRequest,
    TaggedImage,
    TagRequest,
    VerifyRequest,
)
from tests.world.toolbox import News

HARD_LIMIT_S = 300e-6

APPLICATION = Application(name="shop")
REPOSITORY = ImageRef.parse("registry.invalid/team/shop")
DIGEST = "sha256:" + "ab" * 32
IMAGE = Image(
    id=DIGEST, os="linux", architecture="amd64", size_bytes=1, digests=(REPOSITORY.pinned(DIGEST),),
    names=(str(REPOSITORY.tagged("img-abababababab")),),
)  # fmt: skip
DOCKERFILE = Dockerfile(text="FROM scratch\n", dockerignore="", origin="generated")
COMPONENT = Component(name="shop", kind="web", language="python")
PROFILE = AppProfile(
    verdict="deployable", message="", components=(COMPONENT,), checkout=Checkout(root=Path("/src"), location="/src")
)
RELEASE = Release(
    application=APPLICATION, number=1, state="live", image="x", created="2026-01-01T00:00:00Z", reused=True
)
SPEC = ContainerSpec(name="shop", application=APPLICATION, kind="web", image="x", port=8000)
STATUS = DeploymentStatus(application=APPLICATION, release=RELEASE, ready=True, message="well")
ANSWER = HttpAnswer(url="http://127.0.0.1:8000/", way="memory", status=200, duration_ms=1)
REPORT = ScanReport(
    image_id=DIGEST,
    scanner=ScannerDescription(name="memory", version="1"),
    categories=(CategoryResult(category="secrets", state="clean"),),
)


class Prompt:
    """Every port at once: whatever it is asked, the value is there already."""

    def __init__(self, **answers: object) -> None:
        for name, value in answers.items():
            setattr(self, name, self._answering(value))

    @staticmethod
    def _answering(value: object) -> Callable[..., object]:
        return lambda **_: value


BUILDING = BuildRequest(
    dockerfile=DOCKERFILE, context=Path("/src"), key="ab" * 32, name=REPOSITORY, log_file=Path("/src/build.log")
)
NEWS = News()
CASES: dict[str, tuple[Any, dict[str, object]]] = {
    "build": (BUILDING, {"runtime": Prompt(find=IMAGE), "progress": NEWS}),
    "scan": (
        ScanRequest(image=IMAGE, dockerfile=DOCKERFILE, report_folder=Path("/src")),
        {"scanner": Prompt(scan=REPORT), "progress": NEWS},
    ),
    "tag": (
        TagRequest(image=IMAGE, profile=PROFILE, component="shop", repository=REPOSITORY),
        {"runtime": Prompt(tag=None)},
    ),
    "push": (
        PushRequest(tagged=TaggedImage(image=IMAGE, references=(REPOSITORY.tagged("1"),))),
        {"runtime": Prompt(push=None), "registry": Prompt(digest=DIGEST), "progress": NEWS},
    ),
    "cluster": (
        ClusterRequest(application=APPLICATION),
        {"target": Prompt(preflight=ClusterInfo(target="engine", name="memory", version="1"))},
    ),
    "deploy": (DeployRequest(workload=SPEC, source="/src"), {"target": Prompt(deploy=RELEASE), "progress": NEWS}),
    "verify": (
        VerifyRequest(release=RELEASE, kind="web", port=8000),
        {"target": Prompt(request=ANSWER, status=STATUS)},
    ),
}


@pytest.mark.parametrize("name", list(CASES))
def test_a_step_coordinates_within_its_bar(benchmark: BenchmarkFixture, name: str) -> None:
    step = getattr(pipeline.load(installed=()), name)
    request, ports = CASES[name]
    benchmark.pedantic(lambda: step.fn(request, **ports), rounds=300, iterations=5, warmup_rounds=10)  # type: ignore[no-untyped-call]
    measured = benchmark.stats
    assert measured is not None
    times = sorted(measured.stats.data)
    p95 = times[int(len(times) * 0.95)]
    benchmark.extra_info["p95_us"] = round(p95 * 1e6, 1)
    assert p95 < HARD_LIMIT_S
