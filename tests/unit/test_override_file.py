"""containerkit.toml: what it may pin, where that shows, and what is refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.overrides import overridden
from flows.requests import release_plan
from flows.settings import FILE_NAME, load
from tasks.detection import analyze, choose
from tasks.errors import Invalid
from tasks.models import AppProfile, Checkout, Component, Image, PushedImage, RunRequest, Setting

FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
SEVERAL = {f"{folder}/{name}": text for folder in ("api", "site") for name, text in FLASK.items()}
EVERYTHING = """\
[app]
name = "shop"
kind = "web"
language_version = ">=3.12,<3.13"
framework = "flask"
package_manager = "pip"
port = 9000
start = "gunicorn app:app"
build = "python compile.py"
health = "/ok"
backing_services = ["postgres"]
build_packages = ["libpq-dev"]
runtime_packages = ["libpq5"]
required_variables = ["SECRET_KEY"]

[app.environment]
GREETING = "Welcome"

[app.resources]
cpu = "0.5"
memory = "256Mi"
"""


def known(folder: Path, files: dict[str, str], text: str, **asked: object) -> AppProfile:
    for name, content in {**files, FILE_NAME: text}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    request = RunRequest.model_validate({"source": {"location": str(folder)}, **asked})
    profile = analyze(Checkout(root=folder, location=str(folder)))
    return overridden(
        profile, request.source, load(folder), flags=request.overrides, component=request.component
    ).profile


def pinned(folder: Path, text: str) -> Component:
    return choose(known(folder, FLASK, text), None)


def test_every_field_can_be_pinned(tmp_path: Path) -> None:
    found = pinned(tmp_path, EVERYTHING)
    assert (found.name, found.kind, found.language_version, found.framework) == ("shop", "web", "3.12", "flask")
    assert (found.package_manager, found.port, found.health_path) == ("pip", 9000, "/ok")
    assert (found.start_command, found.build_command) == ("gunicorn app:app", "python compile.py")
    assert (found.backing_services, found.build_packages) == (("postgres",), ("libpq-dev",))
    assert found.runtime_packages == ("libpq5",)
    assert found.resources is not None
    assert (found.resources.cpu_millicores, found.resources.memory_bytes) == (500, 256 * 2**20)
    assert {each.name: (each.default, each.required) for each in found.env} == {
        "GREETING": ("Welcome", False),
        "SECRET_KEY": (None, True),
    }


def test_evidence_of_what_was_pinned_names_the_file_and_line(tmp_path: Path) -> None:
    said = {each.field: each for each in pinned(tmp_path, EVERYTHING).evidence if each.rule == "user"}
    assert (said["port"].file, said["port"].line, said["port"].confidence) == (FILE_NAME, 7, 1.0)
    assert (said["settings"].value, said["settings"].line) == ("GREETING", 16)
    assert (said["resources"].line, said["env"].value) == (19, "SECRET_KEY")


def test_what_was_found_stays_beside_what_was_pinned(tmp_path: Path) -> None:
    found = pinned(tmp_path, '[app]\nframework = "bottle"\n')
    assert [each.value for each in found.evidence if each.field == "framework"][:2] == ["bottle", "flask"]


def test_environment_and_limits_reach_the_release(tmp_path: Path) -> None:
    profile = known(tmp_path, FLASK, EVERYTHING)
    image = PushedImage(image=Image(id="sha256:1", os="linux", architecture="amd64", size_bytes=1))
    request = RunRequest.model_validate({"source": {"location": str(tmp_path)}})
    plan = release_plan(request, profile, choose(profile, None), image, target="engine", variables=())
    assert plan.settings == (Setting(name="PORT", value="9000"), Setting(name="GREETING", value="Welcome"))
    assert plan.resources.memory_bytes == 256 * 2**20


def test_a_worker_has_no_port_and_no_health_path(tmp_path: Path) -> None:
    found = pinned(tmp_path, '[app]\nkind = "worker"\n')
    assert (found.kind, found.port, found.health_path) == ("worker", None, None)


def test_each_of_several_components_has_a_table_by_name_or_folder(tmp_path: Path) -> None:
    profile = known(tmp_path, SEVERAL, '[components.api]\nport = 9001\n[components.site]\nname = "pages"\n')
    assert [(each.name, each.port) for each in profile.components] == [("api", 9001), ("pages", 8000)]
    assert choose(profile, "site").name == "pages"


def test_the_file_chooses_one_of_several(tmp_path: Path) -> None:
    profile = known(tmp_path, SEVERAL, '[app]\ncomponent = "site"\nport = 9001\n')
    assert [each.port for each in profile.components] == [8000, 9001]


def test_values_for_the_application_that_meet_several_components_are_named(tmp_path: Path) -> None:
    profile = known(tmp_path, SEVERAL, "[app]\nport = 9001\n")
    assert any(f"{FILE_NAME}:1" in warning and "components.NAME" in warning for warning in profile.warnings)


def test_a_start_command_for_a_dockerfile_that_has_one_is_said_to_be_unused(tmp_path: Path) -> None:
    profile = known(tmp_path, {**FLASK, "Dockerfile": "FROM python:3.13\nCMD x\n"}, '[app]\nstart = "python app.py"\n')
    assert any("Dockerfile decides start" in warning for warning in profile.warnings)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("[app]\nprot = 1\n", 2, ("app.prot", "did you mean port?")),
        ("[ap]\nport = 1\n", 1, ("did you mean app?",)),
        ('[app]\nport = "8000"\n', 2, ("app.port", "integer")),
        ("[app]\nport = true\n", 2, ("app.port", "integer")),
        ("[app]\nstart = 5\n", 2, ("app.start", "string")),
        ('[app]\n\nkind = "wbe"\n', 3, ("app.kind", "'web'")),
        ('[app]\npackage_manager = "npn"\n', 2, ("'npm'",)),
        ('[app]\nlanguage_version = "3.99"\n', 2, ("3.99", "known are 3.")),
        ('[app]\nkind = "job"\nport = 80\n', 3, ("a job listens on no port",)),
        ("[app.environment]\nDEBUG = 1\n", 1, ("DEBUG must be a text",)),
        ('[app.environment]\nPORT = "1"\n', 1, ("set that one",)),
        ('[app.resources]\nmemory = "lots"\n', 2, ("app.resources.memory",)),
        ('[app.resources]\ncpu = "0"\n', 1, ("less than 10m",)),
        ('[app]\nruntime_packages = ["a; rm -rf /"]\n', 2, ("runtime_packages",)),
        ('[app]\nname = "x"\n[components.wbe]\nport = 1\n', 3, ("there is no component 'wbe'", "x (web, flask)")),
        ("[app]\nport = 1\nport = 2\n", 3, ("no TOML",)),
    ],
)
def test_what_cannot_be_used_is_named_with_file_and_line(
    tmp_path: Path, text: str, place: int, words: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as caught:
        known(tmp_path, FLASK, text)
    assert f"{FILE_NAME}:{place}: " in caught.value.message
    assert all(word in caught.value.message for word in words), caught.value.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[scan]\nfail_on = "never"\n', 2),
        ("[scan]\nfail_on_secrets = false\n", 2),
        ('[scan]\nfail_on = "HIGH"\ndatabase_folder = "."\n', 3),
        ('[registry]\nplain_http = ["evil.invalid"]\n', 1),
        ('[kubernetes]\ncontext = "production"\n', 1),
    ],
)
def test_a_repository_cannot_weaken_what_protects_others(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(Invalid, match=f":{line}: .*a repository may"):
        known(tmp_path, FLASK, text)


def test_a_repository_may_make_the_gate_stricter(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('[scan]\nfail_on = "HIGH"\nunknown = "block"\n')
    assert load(tmp_path).scan.fail_on == "HIGH"


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text("[app]\nport = 1\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / FILE_NAME).symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(Invalid, match="plain file"):
        load(tmp_path / "app")


def test_what_a_url_led_to_says_what_it_is_but_not_where_it_goes(tmp_path: Path) -> None:
    text = '[app]\nport = 9001\nimage = "registry.invalid/production/base"\n[scan]\nfail_on = "LOW"\n'
    for name, content in {**FLASK, FILE_NAME: text}.items():
        (tmp_path / name).write_text(content)
    request = RunRequest.model_validate({"source": {"location": "https://forge.invalid/team/shop.git"}})
    profile = overridden(analyze(Checkout(root=tmp_path, location="x")), request.source, load()).profile
    assert profile.components[0].port == 9001
    assert load(tmp_path, origin="clone").app.image is None
    assert [warning.partition(" ")[0] for warning in profile.warnings] == [f"{FILE_NAME}:4:", f"{FILE_NAME}:3:"]


def test_the_environment_is_named_where_it_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINERKIT_APP__PORT", "9100")
    found = pinned(tmp_path, "[app]\nport = 9000\n")
    assert found.port == 9100
    assert next(each.file for each in found.evidence if each.field == "port") == "CONTAINERKIT_APP__PORT"
