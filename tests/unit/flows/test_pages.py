"""The pages that people read in Prefect: a run that succeeded, and one that did not."""

from __future__ import annotations

from pathlib import Path

from flows import pages
from tasks.errors import Rejected
from tasks.models import (
    Application,
    AppProfile,
    Checkout,
    Component,
    DeploymentStatus,
    Failure,
    HttpAnswer,
    Release,
    RunRecord,
    RunRequest,
    Source,
    StepRecord,
)

SHOP = Application(name="shop", namespace="team")
DIGEST = "sha256:" + "ab" * 32
URL = "http://127.0.0.1:8000"
RELEASE = Release(
    application=SHOP, number=3, state="live", image=f"registry.invalid/shop@{DIGEST}", created="2026-01-01", url=URL
)


def step(name: str, state: str = "finished", **given: object) -> StepRecord:
    return StepRecord.model_validate(
        {"name": name, "started": "2026-01-01T00:00:00Z", "duration_s": 1.5, "state": state, **given}
    )


def record(*steps: StepRecord, body: str = "Hello") -> RunRecord:
    answer = HttpAnswer(url=f"{URL}/health", way="published port", status=200, body=body, duration_ms=3)
    return RunRecord(
        request=RunRequest(source=Source(location="/srv/shop"), target="kubernetes", namespace="team"),
        application="shop",
        steps=steps,
        folder=Path("/state/runs/1"),
        profile=AppProfile(
            verdict="deployable",
            message="",
            checkout=Checkout(root=Path("/srv/shop"), location="/srv/shop", commit="0123456789abcdef", branch="main"),
            components=(Component(name="shop", kind="web", language="python", framework="flask"),),
        ),
        release=RELEASE,
        status=DeploymentStatus(application=SHOP, release=RELEASE, ready=True, message="answers 200", answer=answer),
    )


def test_the_summary_says_what_is_live_from_which_commit_and_what_can_be_done() -> None:
    page = pages.summary(record(step("build", "reused"), step("deploy", attempts=2)), "the local engine")
    assert page.startswith(f"## shop is live at <{URL}>\n")
    for said in (
        "```\nHello\n```",
        "- **what it is**: web, python, flask",
        "- **source**: /srv/shop, main, commit 0123456789ab\n",
        "- **where it runs**: the local engine",
        "- **release**: 3, image registry.invalid/shop@sha256:abababababab\n",
        "- **took**: 3.0 s; reused build",
        "| build | ✓ reused | 1.5 s |  |",
        "| deploy | ✓ done | 1.5 s | (attempt 2) |",
        "containerkit logs shop --target kubernetes --namespace team",
    ):
        assert said in page


def test_the_failure_says_where_why_and_what_next() -> None:
    error = Rejected(
        "cannot build shop",
        hint="add gcc",
        failure=Failure(step="build", message="x", log_tail="one\ntwo", whole_log="/state/runs/1/build.log"),
    )
    error.step = "build"
    page = pages.failure(record(step("build", "failed", detail="cannot build shop", warnings=("slow", "slow"))), error)
    assert page.startswith("## shop failed in build\n\ncannot build shop\n")
    for said in ("**Next:** add gcc", "```\none\ntwo\n```", "`/state/runs/1/build.log`", "| build | ✗ **failed** |"):
        assert said in page
    assert page.count("- build: slow") == 1


def test_a_run_that_failed_before_its_application_was_known_is_named_by_its_source() -> None:
    error = Rejected("no such folder")
    error.step = "analyze"
    assert pages.failure(record().changed(application=""), error).startswith("## shop failed in analyze\n")


def test_what_others_wrote_stays_in_its_place() -> None:
    hostile = step("build", detail="a | b\n## forged ![x](http://elsewhere.invalid/p.png)")
    page = pages.summary(record(hostile, body="```\n## forged\n```"), "the local engine")
    assert "\n## forged" not in page.replace("````\n```\n## forged\n```\n````", "")
    assert "a \\| b ## forged ! [x]" in page
    assert "![" not in page
