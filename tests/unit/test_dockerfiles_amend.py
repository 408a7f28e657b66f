"""Repairs change the component that a Dockerfile is rendered from, and nothing else."""

from pathlib import Path

import pytest

from tasks.dockerfiles import amend, render
from tasks.models import (
    AddSystemPackages,
    AddWritableMount,
    Component,
    ImagePlan,
    SetBindAddress,
    SetPort,
    SetResources,
    SetRuntimeVersion,
    SetStartCommand,
)

APP = Component(
    name="shop",
    kind="web",
    language="python",
    language_version="3.11",
    port=8000,
    start_command="gunicorn app:app --bind 0.0.0.0:8000",
    build_packages=("gcc",),
)


def test_packages_are_added_once_to_the_stage_that_needs_them() -> None:
    amended = amend(
        APP,
        (
            AddSystemPackages(packages=("libpq-dev", "gcc"), stage="build"),
            AddSystemPackages(packages=("libpq5",), stage="runtime"),
        ),
    )
    assert amended.build_packages == ("gcc", "libpq-dev")
    assert amended.runtime_packages == ("libpq5",)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("gunicorn app:app --bind 0.0.0.0:8000", "gunicorn app:app --bind 0.0.0.0:5000"),
        ("uvicorn app:app --host 0.0.0.0 --port 8000", "uvicorn app:app --host 0.0.0.0 --port 5000"),
        ("python manage.py runserver 0.0.0.0:8000", "python manage.py runserver 0.0.0.0:5000"),
        ("serve-it --port=8000", "serve-it --port=5000"),
        ("serve-it -p 8000", "serve-it -p 5000"),
        ("a && serve-it --http-port 8000", "a && serve-it --http-port 5000"),
        ("serve-it --listen [::]:8000", "serve-it '--listen' '[::]:5000'"),
        ("serve-it --workers 8000 --timeout 80001", "serve-it --workers 8000 --timeout 80001"),
        ("python app8000.py", "python app8000.py"),
    ],
)
def test_another_port_is_told_to_the_server_where_the_former_one_stood(command: str, told: str) -> None:
    amended = amend(APP.changed(start_command=command), (SetPort(port=5000),))
    assert amended.port == 5000
    assert (amended.start_command or "").replace("'", "") == told.replace("'", "")


def test_start_version_and_address_are_taken_over() -> None:
    amended = amend(
        APP, (SetStartCommand(command="python app.py"), SetRuntimeVersion(version="3.13.2"), SetBindAddress())
    )
    assert amended.start_command == "python app.py"
    assert amended.language_version == "3.13"
    assert amended.bind_address == "0.0.0.0"  # noqa: S104 - the amendment under test


def test_repairs_of_other_steps_change_nothing_here() -> None:
    assert amend(APP, (AddWritableMount(path="/data"), SetResources(memory_bytes=2**28))) == APP


@pytest.mark.parametrize(
    ("language", "start", "module"),
    [
        ("python", "python app.py", "containerkit_preload.pth"),
        ("node", "node app.js", "--require=/opt/containerkit/preload.cjs"),
    ],
)
def test_an_application_that_says_localhost_gets_a_module_that_says_otherwise(
    language: str, start: str, module: str, tmp_path: Path
) -> None:
    app = APP.changed(language=language, language_version=None, start_command=start, build_packages=())
    plain = render(ImagePlan(component=app, context=tmp_path)).text
    told = render(ImagePlan(component=amend(app, (SetBindAddress(),)), context=tmp_path)).text
    assert "localhost" not in plain
    assert "localhost" in told
    assert module in told
    assert 'HOST="0.0.0.0"' in told
