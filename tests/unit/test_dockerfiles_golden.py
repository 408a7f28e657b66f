"""The Dockerfile of each deployable sample application, byte for byte. --update-golden writes them anew."""

import json
from pathlib import Path

import pytest

from tasks.detection import analyze
from tasks.detection.choice import choose
from tasks.dockerfiles import render
from tasks.errors import Invalid, StepError
from tasks.models import Checkout, Dockerfile, ImagePlan

TESTS = Path(__file__).parents[1]
EXPECTED = {
    folder.name: json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    for folder in sorted((TESTS / "apps").iterdir())
    if folder.is_dir()
}
DEPLOYABLE = [name for name, expected in EXPECTED.items() if expected["verdict"] == "deployable"]
BUILT = [name for name in DEPLOYABLE if "refused" not in EXPECTED[name]]


def dockerfiles(name: str) -> dict[str, Dockerfile]:
    """By the suffix of its golden file: nothing where there is one component, else the component's name."""
    root = TESTS / "apps" / name
    profile = analyze(Checkout(root=root, location=f"https://git.invalid/{name}"))
    deployed = [each.name for each in profile.components if each.kind != "library"]
    suffixes = {each: "" if len(deployed) == 1 else f".{each}" for each in deployed}
    return {
        suffix: render(ImagePlan(component=choose(profile, each), context=root)) for each, suffix in suffixes.items()
    }


@pytest.mark.parametrize("name", BUILT)
def test_the_dockerfile_of_a_sample_application_is_what_it_was(name: str, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    golden = TESTS / "golden" / name
    for suffix, dockerfile in dockerfiles(name).items():
        if update_golden:
            (golden / f"Dockerfile{suffix}").write_text(dockerfile.text, encoding="utf-8")
            (golden / f"dockerignore{suffix}").write_text(dockerfile.dockerignore, encoding="utf-8")
        assert dockerfile.text == (golden / f"Dockerfile{suffix}").read_text(encoding="utf-8")
        assert dockerfile.dockerignore == (golden / f"dockerignore{suffix}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in DEPLOYABLE if name not in BUILT])
def test_an_application_that_no_template_builds_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises((Invalid, StepError), match=EXPECTED[name]["refused"]) as refused:
        dockerfiles(name)
    assert refused.value.hint


def test_no_golden_dockerfile_is_without_its_application() -> None:
    assert {file.parent.name for file in (TESTS / "golden").glob("*/Dockerfile*")} <= set(BUILT)
