"""Settings: the order of their sources, and messages with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import settings
from flows.overrides import overridden
from flows.settings import FILE_NAME
from tasks.detection import analyze
from tasks.errors import Invalid
from tasks.models import Checkout, RunRequest


@pytest.fixture
def organisation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "organisation.toml"
    file.write_text('[registry]\nplain_http = ["registry.invalid:80"]\n[steps.build]\nretries = 7\ntimeout_s = 9.5\n')
    monkeypatch.setenv("CONTAINERKIT_CONFIG", str(file))
    return file


def own(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / FILE_NAME).write_text(text)
    return folder


@pytest.mark.usefixtures("organisation")
def test_environment_beats_the_applications_file_which_beats_the_organisations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own(tmp_path, "[steps.build]\nretries = 5\n[app]\nport = 4000\n")
    found = settings.load(folder)
    assert (found.steps.build.retries, found.steps.build.timeout_s) == (5, 9.5)
    assert found.registry.plain_http == ("registry.invalid:80",)
    monkeypatch.setenv("CONTAINERKIT_STEPS__BUILD__RETRIES", "3")
    assert settings.load(folder).steps.build.retries == 3


def test_a_flag_beats_every_file(tmp_path: Path) -> None:
    folder = own(tmp_path, '[app]\nport = 4000\nname = "shop"\n')
    request = RunRequest.model_validate({"source": {"location": str(folder)}, "overrides": {"port": 5000}})
    (folder / "requirements.txt").write_text("flask\ngunicorn\n")
    (folder / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    found = analyze(Checkout(root=folder, location=str(folder)))
    (component,) = overridden(
        found, request.source, settings.load(folder), flags=request.overrides, component=request.component
    ).profile.components
    assert (component.port, component.name) == (5000, "shop")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[app]\nprot = 1\n", 2, "app.prot"),
        ('[app]\nname = "x"\n\n[steps.scan]\nretries = "many"\n', 5, "steps.scan.retries"),
        ("[steps.paint]\nretries = 1\n", 1, "steps.paint"),
        ("[app]\nport = 70000\n", 2, "app.port"),
        ('[steps.scan]\nimplementation = "evil:scan"\n', 2, "may not choose what is imported"),
        ('[git]\nprotocols = ["file"]\n', 1, "a repository may not set this"),
    ],
)
def test_what_cannot_be_used_is_named_with_file_and_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    folder = own(tmp_path, text)
    with pytest.raises(Invalid) as caught:
        settings.load(folder)
    assert f"{folder / FILE_NAME}:{line}: " in caught.value.message
    assert what in caught.value.message


def test_a_file_that_is_no_toml_is_named_with_the_line(tmp_path: Path) -> None:
    folder = own(tmp_path, "[app\n")
    with pytest.raises(Invalid, match=r"containerkit\.toml is no TOML: .*line 1"):
        settings.load(folder)


def test_a_variable_that_cannot_be_used_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINERKIT_SERVER__PORT", "many")
    with pytest.raises(Invalid, match=r"server\.port"):
        settings.load(tmp_path)
