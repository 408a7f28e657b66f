"""What the user decides over what was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection import apply_overrides, choose, with_port
from tasks.errors import Invalid, Rejected, StepError
from tasks.models import Overrides
from tests.unit.detection_kit import component_of, profile_of

FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
SEVERAL = {**{f"a/{name}": text for name, text in FLASK.items()}, **{f"b/{name}": text for name, text in FLASK.items()}}
AMBIGUOUS = {**FLASK, "main.py": FLASK["app.py"]}

REFUSALS: dict[str, tuple[dict[str, str], str | None, type[StepError], str, str]] = {
    "an empty folder": ({}, None, Invalid, "nothing_found", "folder"),
    "another language": ({"Cargo.toml": "[package]\n"}, None, Rejected, "unsupported", "Dockerfile"),
    "several components": (SEVERAL, None, Invalid, "several_components", "--component"),
    "a component that there is not": (SEVERAL, "c", Invalid, "several_components", "--component"),
    "two ways to start": (AMBIGUOUS, None, Invalid, "ambiguous", "--start"),
    "a library": ({"pyproject.toml": '[project]\nname="x"\n'}, None, Rejected, "unsupported", "--start"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_has_a_reason_and_says_what_to_type(case: str, tmp_path: Path) -> None:
    files, name, kind, reason, hint = REFUSALS[case]

    with pytest.raises(kind) as raised:
        choose(profile_of(tmp_path, files), name)

    assert raised.value.reason == reason
    assert hint in raised.value.hint


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_component_is_chosen_by_its_name_or_its_folder(name: str, tmp_path: Path) -> None:
    assert choose(profile_of(tmp_path, SEVERAL), name).path == name


def test_the_other_language_is_named_with_its_file(tmp_path: Path) -> None:
    assert "Zig (build.zig)" in profile_of(tmp_path, {"build.zig": "//\n"}).message


def test_another_language_beside_what_can_be_deployed_is_a_warning(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**FLASK, "tool/build.zig": "//\n"})

    assert profile.verdict == "deployable"
    assert any("Zig (tool/build.zig)" in warning for warning in profile.warnings)


def test_what_the_user_says_is_evidence_above_all_other(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, FLASK)
    overrides = Overrides(name="shop", start="python serve.py", port=9000, health="/ok", build="make")
    component = choose(apply_overrides(profile, overrides), None)

    assert (component.name, component.start_command, component.port) == ("shop", "python serve.py", 9000)
    assert (component.health_path, component.build_command) == ("/ok", "make")
    said = [each for each in component.evidence if each.rule == "user"]
    assert {each.field for each in said} == {"name", "start_command", "port", "health_path", "build_command"}
    assert {each.confidence for each in said} == {1.0}


def test_another_port_reaches_the_start_command(tmp_path: Path) -> None:
    component = choose(apply_overrides(profile_of(tmp_path, FLASK), Overrides(port=9000)), None)

    assert component.start_command == "gunicorn app:app --bind 0.0.0.0:9000"


def test_a_start_command_settles_what_was_ambiguous(tmp_path: Path) -> None:
    known = apply_overrides(profile_of(tmp_path, AMBIGUOUS), Overrides(start="gunicorn main:app"))

    assert known.verdict == "deployable"
    assert choose(known, None).start_command == "gunicorn main:app"


def test_a_start_command_makes_a_program_of_a_library(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"pyproject.toml": '[project]\nname="x"\n'})
    component = choose(apply_overrides(profile, Overrides(start="python -m x")), None)

    assert (component.kind, component.start_command) == ("job", "python -m x")


def test_a_value_for_one_component_leaves_the_others_alone(tmp_path: Path) -> None:
    known = apply_overrides(profile_of(tmp_path, SEVERAL), Overrides(port=9000), "b")

    assert [each.port for each in known.components] == [8000, 9000]


def test_a_port_by_an_amendment_changes_command_and_variable(tmp_path: Path) -> None:
    code = "import os\n" + FLASK["app.py"] + "PORT = int(os.environ.get('PORT', '8000'))\n"
    component = with_port(component_of(tmp_path, {**FLASK, "app.py": code}), 8443)

    assert component.start_command == "gunicorn app:app --bind 0.0.0.0:8443"
    assert [each.default for each in component.env] == ["8443"]
