"""What a language model may add: only what no file says, marked as such, and held to what may stand in the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection import advice
from tasks.detection.evidence import LLM, WEAK
from tasks.detection.explain import explain
from tasks.detection.files import list_files
from tasks.models import AppProfile, Checkout, Component, Evidence, GapAnswer, GapAnswers, GapField, Kind
from tasks.redaction import Redactor
from tests.unit.detection_kit import component_of

FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def bare(kind: Kind = "web", **values: object) -> Component:
    return Component.model_validate({"name": "shop", "kind": kind, "language": "python", **values})


def filled(component: Component, *answers: tuple[GapField, str] | GapAnswer) -> AppProfile:
    given = [each if isinstance(each, GapAnswer) else answer(*each) for each in answers]
    checkout = Checkout(root=Path("/nowhere"), location="shop")
    profile = AppProfile(verdict="deployable", message="found shop", components=(component,), checkout=checkout)
    return advice.answered(profile, component, GapAnswers(answers=tuple(given)))


def answer(field: GapField, value: str, confidence: float = 0.9) -> GapAnswer:
    return GapAnswer(field=field, value=value, confidence=confidence, reason="the README says so")


def test_a_gap_is_filled_with_its_rule_and_a_confidence_below_everything_that_was_read() -> None:
    profile = filled(bare(), ("port", "9100"), answer("health_path", "/up", 0.1))
    (component,) = profile.components
    assert (component.port, component.health_path) == (9100, "/up")
    said = {each.field: (each.value, each.rule, each.confidence) for each in component.evidence}
    assert said == {"port": ("9100", "llm", LLM), "health_path": ("/up", "llm", 0.1)}
    assert LLM < WEAK
    assert "shop: port '9100' is only what the language model says (0.30): the README says so" in (profile.warnings)


def test_a_value_that_was_found_stays_and_the_other_one_is_kept_as_weaker(tmp_path: Path) -> None:
    found = component_of(tmp_path, {**FLASK, "Dockerfile": "FROM python:3.13\nEXPOSE 8443\nCMD gunicorn app:app\n"})
    profile = filled(found, ("port", "9100"))
    (component,) = profile.components
    assert component.changed(evidence=found.evidence) == found
    reasons = explain(component, "port").reasons
    assert [(each.role, each.evidence.value) for each in reasons][:1] == [("chosen", "8443")]
    assert (reasons[-1].role, reasons[-1].evidence.value) == ("lost", "9100")
    assert reasons[-1].why == "0.30 is weaker than 0.95 of dockerfile.expose"
    assert profile.warnings == ()


def test_a_port_that_follows_from_the_start_command_is_no_gap(tmp_path: Path) -> None:
    found = component_of(tmp_path, FLASK)
    (component,) = filled(found, ("port", "9100")).components
    assert component.port == found.port == 8000
    assert explain(component, "port").value == "8000"


def test_what_was_read_and_of_no_use_is_no_gap_either() -> None:
    spoken = Evidence(field="port", value="25", file="Dockerfile", rule="dockerfile.expose", confidence=0.95)
    assert filled(bare(evidence=(spoken,)), ("port", "9100")).components[0].port is None


def test_a_start_command_is_told_the_port() -> None:
    (component,) = filled(bare(), ("start_command", "gunicorn shop:app"), ("port", "9100")).components
    assert component.start_command == "gunicorn shop:app --bind 0.0.0.0:9100"


@pytest.mark.parametrize(
    ("kind", "field", "value", "why"),
    [
        ("web", "port", "70000", "it does not look like one"),
        ("web", "port", "8000; rm", "it does not look like one"),
        ("web", "port", "25", "another protocol is spoken there"),
        ("web", "start_command", "a 'b", "it is not one program with arguments"),
        ("web", "start_command", "a && b", "it is not one program with arguments"),
        ("web", "start_command", "a\nRUN b", "it is no single line of printable text"),
        ("web", "start_command", "a \u202eb", "it is no single line of printable text"),
        ("web", "health_path", "health", "it does not look like one"),
        ("web", "health_path", "", "it is no single line of printable text"),
        ("web", "framework", "A B", "it does not look like one"),
        ("web", "language_version", "99", "there is no such release"),
        ("static", "static_folder", "a/../../b", "it leads out"),
        ("static", "port", "8000", "a static has none"),
        ("worker", "port", "8000", "a worker has none"),
        ("job", "health_path", "/up", "a job has none"),
        ("library", "start_command", "python a.py", "a library has none"),
    ],
)
def test_what_cannot_be_used_is_left_out_with_a_warning(kind: Kind, field: GapField, value: str, why: str) -> None:
    component = bare(kind)
    profile = filled(component, (field, value))
    assert profile.components == (component,)
    assert [warning.rpartition("left out: ")[2] for warning in profile.warnings] == [why]


def test_a_release_is_one_that_there_is() -> None:
    (component,) = filled(bare(), ("language_version", ">=3.12,<3.13")).components
    assert component.language_version == "3.12"


def test_a_repositorys_own_dockerfile_leaves_only_what_it_does_not_decide() -> None:
    (component,) = filled(bare(dockerfile="Dockerfile"), ("start_command", "python a.py"), ("port", "9100")).components
    assert (component.start_command, component.port) == (None, 9100)
    assert {each.field for each in component.evidence} == {"start_command", "port"}


def test_a_question_names_the_gaps_and_shows_heads_of_files_without_secrets(tmp_path: Path) -> None:
    files = {**FLASK, "README.md": f"Listens on 9100.\ntoken {SECRET}\n" + "x" * 9000, ".env": "A=b\n"}
    component = component_of(tmp_path, files)
    question = advice.question(component, list_files(tmp_path), Redactor().redact)
    assert question is not None
    assert "health_path" in question.unknown
    assert "start_command" not in question.unknown
    assert {each.field for each in question.known} >= {"framework", "start_command", "port"}
    assert question.excerpts[0].file == "README.md"
    assert "requirements.txt" in {each.file for each in question.excerpts}
    assert ".env" not in {each.file for each in question.excerpts}
    assert SECRET not in question.model_dump_json()
    assert max(len(each.text) for each in question.excerpts) <= 2000


def test_a_library_is_not_asked_about(tmp_path: Path) -> None:
    assert advice.question(bare("library"), list_files(tmp_path), str) is None
