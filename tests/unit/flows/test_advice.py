"""A configured language model beside the analysis: it is asked through the toolbox, and analysis stands without it."""

from __future__ import annotations

import importlib.util
import json
from functools import cached_property
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deployments.cli import app
from flows.settings import FILE_NAME, load
from flows.toolbox import Given, Toolbox, giving
from tasks.errors import Invalid, Unavailable
from tasks.models import GapAnswer
from tasks.ports import DetectionAdvisor
from tests.world.detection_advisor import MemoryDetectionAdvisor

FILES = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
HEALTH = GapAnswer(field="health_path", value="/up", confidence=0.9, reason="README.md says so")
PORT = GapAnswer(field="port", value="9100", confidence=0.9)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINERKIT_LLM__MODEL", "openai:gpt-x")


def typed(advisor: DetectionAdvisor, *arguments: str) -> Result:
    class WithAdvisor(Toolbox):
        @cached_property
        def detection_advisor(self) -> DetectionAdvisor:
            return advisor

    with giving(Given(toolbox=WithAdvisor)):
        return CliRunner().invoke(app, list(arguments))


@pytest.mark.usefixtures("_configured")
def test_analyze_shows_what_was_filled_in_and_both_values_where_they_differ(repository: Path) -> None:
    done = typed(MemoryDetectionAdvisor((HEALTH, PORT)), "analyze", "--json", str(repository))
    (component,) = json.loads(done.stdout)["components"]
    assert (component["health_path"], component["port"]) == ("/up", 8000)
    llm = {"file": "language model", "line": None, "rule": "llm", "confidence": 0.3}
    assert component["evidence"]["health_path"] == [{"value": "/up", **llm}]
    assert {"value": "9100", **llm} in component["evidence"]["port"]
    assert "note: shop: health_path '/up' is only what the language model says (0.30)" in done.stderr


@pytest.mark.usefixtures("_configured")
def test_a_person_sees_which_value_no_file_says(repository: Path) -> None:
    advisor = MemoryDetectionAdvisor((HEALTH,))
    assert "language model, 0.30" in typed(advisor, "analyze", str(repository)).stdout
    assert "language model" in typed(advisor, "explain", "health_path", str(repository)).stdout
    assert "/up" in typed(advisor, "plan", str(repository)).stdout


@pytest.mark.usefixtures("_configured")
def test_what_the_user_says_is_stronger(repository: Path) -> None:
    (repository / FILE_NAME).write_text('[app]\nhealth = "/mine"\n')
    done = typed(MemoryDetectionAdvisor((HEALTH,)), "analyze", "--json", str(repository))
    (component,) = json.loads(done.stdout)["components"]
    assert [each["value"] for each in component["evidence"]["health_path"]] == ["/mine", "/up"]


@pytest.mark.usefixtures("_configured")
def test_a_model_that_cannot_be_reached_is_a_warning(repository: Path) -> None:
    advisor = MemoryDetectionAdvisor(error=Unavailable("nobody answers"))
    done = typed(advisor, "analyze", str(repository))
    assert done.exit_code == 0
    assert "note: the language model says nothing about shop: nobody answers" in done.stdout
    assert len(advisor.asked) == 1


@pytest.mark.usefixtures("_configured")
@pytest.mark.skipif(importlib.util.find_spec("pydantic_ai") is not None, reason="the extra llm is installed")
def test_a_missing_library_is_a_warning_with_the_command_that_installs_it(repository: Path) -> None:
    done = CliRunner().invoke(app, ["analyze", str(repository)])
    assert done.exit_code == 0
    assert "pydantic_ai is not installed (pip install 'containerkit[llm]')" in done.stdout


def test_without_a_model_nobody_is_asked(repository: Path) -> None:
    advisor = MemoryDetectionAdvisor((HEALTH,))
    assert "/up" not in typed(advisor, "analyze", "--json", str(repository)).stdout
    assert advisor.asked == []


@pytest.mark.usefixtures("_configured")
def test_nobody_is_asked_about_what_is_no_application(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    advisor = MemoryDetectionAdvisor((HEALTH,))
    typed(advisor, "analyze", str(tmp_path / "empty"))
    assert advisor.asked == []


@pytest.mark.parametrize("origin", ["folder", "clone"])
def test_a_repository_cannot_turn_it_on(repository: Path, origin: str) -> None:
    (repository / FILE_NAME).write_text('[llm]\nmodel = "openai:gpt-x"\n')
    with pytest.raises(Invalid, match="llm: a repository may not set this"):
        load(repository, origin="clone" if origin == "clone" else "folder")


@pytest.mark.parametrize("model", ["gpt-x", "openai:", "openai:a b", ":x"])
def test_a_model_is_written_with_its_provider(monkeypatch: pytest.MonkeyPatch, model: str) -> None:
    monkeypatch.setenv("CONTAINERKIT_LLM__MODEL", model)
    with pytest.raises(Invalid, match=r"llm\.model"):
        load()
