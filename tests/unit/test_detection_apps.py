"""The small applications of tests/apps against what their authors expect, and against their golden profiles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks.detection import analyze, render_json
from tasks.models import Checkout

TESTS = Path(__file__).parent.parent
APPS = sorted(path.name for path in (TESTS / "apps").iterdir() if path.is_dir())


def analysed(app: str) -> str:
    return render_json(analyze(Checkout(root=TESTS / "apps" / app, location=app)))


@pytest.mark.parametrize("app", APPS)
def test_an_application_is_known_for_what_it_is(app: str) -> None:
    expected = json.loads((TESTS / "apps" / app / "expect.json").read_text(encoding="utf-8"))
    found = json.loads(analysed(app))

    assert found["verdict"] == expected["verdict"], found["message"]
    assert found["message"] == expected.get("message", found["message"])
    assert [
        {field: component[field] for field in wanted}
        for component, wanted in zip(found["components"], expected["components"], strict=True)
    ] == expected["components"]


@pytest.mark.parametrize("app", APPS)
def test_a_profile_is_the_golden_one_to_the_byte(app: str, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    golden = TESTS / "golden" / app / "profile.json"
    if update_golden:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(analysed(app), encoding="utf-8")

    assert golden.is_file(), "run pytest --update-golden"
    assert analysed(app) == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("app", APPS)
def test_every_value_has_evidence_that_can_be_looked_up(app: str) -> None:
    profile = analyze(Checkout(root=TESTS / "apps" / app, location=app))
    for component in profile.components:
        for field in ("kind", "language", "framework", "package_manager", "language_version", "health_path", "port"):
            if getattr(component, field) is not None:
                assert any(each.field == field for each in component.evidence), f"{component.name}: {field}"
        for each in component.evidence:
            lines = (TESTS / "apps" / app / each.file).read_text(encoding="utf-8").splitlines()
            assert each.line is None or 1 <= each.line <= max(len(lines), 1), each
