"""The Dockerfile of each sample application, byte for byte. --update-golden writes them anew."""

from pathlib import Path

import pytest

from tasks.detection import analyze
from tasks.detection.choice import choose
from tasks.dockerfiles import render
from tasks.models import Checkout, ImagePlan

TESTS = Path(__file__).parents[1]
NAMES = sorted(file.parent.name for file in (TESTS / "golden").glob("*/Dockerfile"))


@pytest.mark.parametrize("name", NAMES)
def test_the_dockerfile_of_a_sample_application_is_what_it_was(name: str, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    root, golden = TESTS / "apps" / name, TESTS / "golden" / name
    component = choose(analyze(Checkout(root=root, location=f"https://git.invalid/{name}")), None)
    dockerfile = render(ImagePlan(component=component, context=root))
    if update_golden:
        (golden / "Dockerfile").write_text(dockerfile.text)
        (golden / "dockerignore").write_text(dockerfile.dockerignore)
    assert dockerfile.text == (golden / "Dockerfile").read_text()
    assert dockerfile.dockerignore == (golden / "dockerignore").read_text()


def test_both_languages_are_kept() -> None:
    assert {"hello-python", "hello-node"} <= set(NAMES)
