"""A language model's word in a run: it is used where no file speaks, said aloud, and a run goes on without it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flows.containerize import containerize
from flows.toolbox import Given, giving
from tasks import pipeline
from tasks.errors import StepError, Unavailable
from tasks.models import GapAnswer, RunRequest
from tests.world.detection_advisor import MemoryDetectionAdvisor
from tests.world.toolbox import News, World

APP = Path(__file__).parent.parent / "apps" / "hello-python"
HEALTH = GapAnswer(field="health_path", value="/", confidence=0.9, reason="the README says so")

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            None,
            "warning: hello-python: health_path '/' is only what the language model says (0.30): the README says so",
        ),
        (Unavailable("nobody"), "warning: the language model says nothing about hello-python: nobody"),
    ],
)
def test_a_run_says_what_no_file_does_and_goes_on_without_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: StepError | None, said: str
) -> None:
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("CONTAINERKIT_LLM__MODEL", "openai:gpt-x")
    for name in pipeline.NAMES:
        monkeypatch.setenv(f"CONTAINERKIT_STEPS__{name.upper()}__DELAY_S", "0.01")
    source = Path(shutil.copytree(APP, tmp_path / "hello-python"))
    program = source / "app.py"
    program.write_text(program.read_text().replace("health", "other"))
    news, world = News(), World(detection_advisor=MemoryDetectionAdvisor((HEALTH,), error))
    request = RunRequest.model_validate({"source": {"location": str(source)}})
    with giving(Given(sink=news, toolbox=world.toolbox())):
        record = containerize(request)
    assert record.release is not None
    assert said in [each.message for each in news.said if each.step == "analyze"]
    (profile,) = (tmp_path / "state" / "runs").glob("*/profile.json")
    (component,) = json.loads(profile.read_text())["components"]
    assert component["health_path"] == (None if error else "/")
