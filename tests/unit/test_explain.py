"""Why a field has its value, and a file made from what was found."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deployments.cli import app
from flows.overrides import overridden
from flows.settings import FILE_NAME, load
from tasks.detection import analyze
from tasks.detection.explain import EXPLAINED, explain
from tasks.detection.override_file import override_file
from tasks.errors import Invalid
from tasks.models import AppProfile, Checkout, Component, Source
from tests.unit.detection_kit import component_of, profile_of

APPS = Path(__file__).parent.parent / "apps"
FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
DOCKERFILE = "FROM python:3.13\nEXPOSE 8443\nCMD gunicorn app:app\n"
WITH_COMPONENTS = sorted(
    each.name for each in APPS.iterdir() if analyze(Checkout(root=each.resolve(), location=each.name)).components
)


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def known(folder: Path) -> AppProfile:
    return overridden(analyze(Checkout(root=folder, location="x")), Source(location=str(folder)), load(folder)).profile


def test_what_lost_is_shown_with_what_it_lost_against(tmp_path: Path) -> None:
    found = explain(component_of(tmp_path, {**FLASK, "Dockerfile": DOCKERFILE}), "port")
    assert found.value == "8443"
    assert [(each.role, each.evidence.value) for each in found.reasons] == [("chosen", "8443"), ("lost", "5000")]
    assert found.reasons[1].why == "0.35 is weaker than 0.95 of dockerfile.expose"


def test_a_port_that_follows_from_the_start_command_says_so(tmp_path: Path) -> None:
    found = explain(component_of(tmp_path, FLASK), "port")
    assert (found.value, found.note) == ("8000", "no statement names it: it follows from the start command's server")
    assert [each.role for each in found.reasons] == ["lost"]


def test_a_command_that_was_adapted_names_the_statement_that_it_comes_from(tmp_path: Path) -> None:
    found = explain(component_of(tmp_path, {**FLASK, "Procfile": "web: gunicorn app:app --bind :$PORT\n"}), "start")
    assert found.field == "start_command"
    assert found.reasons[0].evidence.file == "Procfile"
    assert "adapted" in found.note


def test_every_field_of_every_application_has_an_explanation() -> None:
    for name in WITH_COMPONENTS:
        for component in analyze(Checkout(root=(APPS / name).resolve(), location=name)).components:
            for field in EXPLAINED:
                found = explain(component, field)
                assert found.value is None or found.reasons or found.note, (name, field)
                assert all(each.why for each in found.reasons if each.role != "chosen"), (name, field)


def test_a_field_that_there_is_not_is_answered_with_the_list(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="did you mean port") as caught:
        explain(component_of(tmp_path, FLASK), "prot")
    assert all(field in caught.value.hint for field in EXPLAINED)


def test_the_command_prints_statements_for_a_person_and_for_a_program(tmp_path: Path) -> None:
    profile_of(tmp_path, {**FLASK, "Dockerfile": DOCKERFILE})
    shown = typed("explain", "port", str(tmp_path))
    assert shown.exit_code == 0
    assert re.search(r"✓\s+8443\s+Dockerfile:2\s+dockerfile.expose\s+0.95", shown.output)
    (document,) = json.loads(typed("explain", "port", str(tmp_path), "--json").output)
    (field,) = document["fields"]
    assert (field["value"], field["evidence"][0]["line"], field["evidence"][1]["role"]) == ("8443", 2, "lost")


def test_a_folder_alone_explains_every_field(tmp_path: Path) -> None:
    profile_of(tmp_path, FLASK)
    shown = typed("explain", str(tmp_path))
    assert all(field in shown.output for field in ("framework", "start_command", "package_manager"))


def test_a_pinned_value_is_explained_with_its_line(tmp_path: Path) -> None:
    profile_of(tmp_path, {**FLASK, FILE_NAME: "[app]\nport = 9000\n"})
    shown = typed("explain", "port", str(tmp_path))
    assert re.search(rf"✓\s+9000\s+{FILE_NAME}:2\s+user\s+1.00", shown.output)


@pytest.mark.parametrize("arguments", [("explain", "prot"), ("explain", "port", "--component", "nobody")])
def test_what_there_is_not_is_a_usage_error_with_the_list(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    profile_of(tmp_path, FLASK)
    done = typed(arguments[0], arguments[1], str(tmp_path), *arguments[2:])
    assert done.exit_code in {2, 11}
    assert "one of" in done.output


@pytest.mark.parametrize("name", WITH_COMPONENTS)
def test_a_file_made_from_what_was_found_changes_nothing(name: str, tmp_path: Path) -> None:
    folder = (APPS / name).resolve()
    profile = analyze(Checkout(root=folder, location="x"))
    assert known_with(tmp_path, folder, override_file(profile)) == profile.components


@pytest.mark.parametrize("name", ["flask-pip", "fastapi-uv", "existing-dockerfile", "monorepo-two-folders"])
def test_uncommented_it_pins_what_was_found(name: str, tmp_path: Path) -> None:
    folder = (APPS / name).resolve()
    profile = analyze(Checkout(root=folder, location="x"))
    lines = override_file(profile).split("\n")
    kept = [re.sub(r"^# (?=[a-z_]+ = )", "", line) for line in lines if "component = " not in line]
    said = [line for line in kept if not line.startswith(("build_packages", "runtime_packages", "required"))]
    said = [line for line in said if not line.startswith(("cpu", "memory"))]
    pinned = known_with(tmp_path, folder, "\n".join(said))
    assert [each.changed(evidence=(), settings=()) for each in pinned] == [
        each.changed(evidence=()) for each in profile.components
    ]
    assert {each.file for each in pinned[0].evidence if each.rule == "user"} == {FILE_NAME}


def known_with(tmp_path: Path, folder: Path, text: str) -> tuple[Component, ...]:
    """The application's components with this file, which is kept beside it."""
    (tmp_path / "said").mkdir()
    (tmp_path / "said" / FILE_NAME).write_text(text)
    profile = analyze(Checkout(root=folder, location="x"))
    return overridden(profile, Source(location=str(folder)), load(tmp_path / "said")).profile.components


def test_init_writes_once_and_never_over_what_is_there(tmp_path: Path) -> None:
    profile_of(tmp_path, FLASK)
    before = known(tmp_path).components
    assert typed("init", str(tmp_path)).exit_code == 0
    written = (tmp_path / FILE_NAME).read_text()
    assert known(tmp_path).components == before
    done = typed("init", str(tmp_path))
    assert (done.exit_code, (tmp_path / FILE_NAME).read_text()) == (2, written)
    assert typed("init", str(tmp_path), "--print").output == written


def test_a_file_name_cannot_leave_its_comment(tmp_path: Path) -> None:
    found = profile_of(tmp_path, {"requirements.txt": "flask\n", "a\n[scan]\n.py": FLASK["app.py"]})
    assert "\n[scan]" not in override_file(found)
