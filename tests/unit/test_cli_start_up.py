"""What a command imports before it does anything: Prefect takes seconds, and most commands do not need it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from deployments.working_folder import leave_paths_of

CONTAINERKIT = Path(sys.executable).with_name("containerkit")
HEAVY = ("prefect", "docker", "kubernetes", "httpx", "uvicorn", "sqlalchemy", "pydantic_ai")
PROGRAM = """
import sys
from deployments.cli import app
try:
    app(sys.argv[1:])
finally:
    print("IMPORTED", sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "requirements.txt").write_text("flask==3.0.0\n")
    (folder / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    return folder


def imported(tmp_path: Path, *arguments: str) -> set[str]:
    return modules(tmp_path, *arguments) & set(HEAVY)


def modules(tmp_path: Path, *arguments: str) -> set[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONTAINERKIT_")}
    environment = {**kept, "XDG_STATE_HOME": str(tmp_path / "state"), "DOCKER_HOST": "unix:///nowhere.sock"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        input="ERROR: failed to solve: x",
    )
    line = next(line for line in done.stderr.splitlines() if line.startswith("IMPORTED"))
    names = {name.strip("'[], ") for name in line.split()[1:]}
    assert "deployments" in names, done.stderr
    return names


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("server", "status"), ("server", "-h")])
def test_help_and_server_status_import_no_vendor(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert imported(tmp_path, *arguments) == set()


@pytest.mark.parametrize(
    "arguments", [("analyze", "--json"), ("analyze",), ("explain",), ("init", "--print"), ("plan",)]
)
def test_what_only_looks_imports_no_vendor(tmp_path: Path, repository: Path, arguments: tuple[str, ...]) -> None:
    assert imported(tmp_path, *arguments, str(repository)) == set()


def test_a_look_at_a_small_repository_imports_no_reader_of_other_formats(tmp_path: Path, repository: Path) -> None:
    names = modules(tmp_path, "analyze", "--json", str(repository))
    assert not names & {"yaml", "packaging", "pydantic_settings", "pygments", "ssl", "jinja2"}


@pytest.mark.parametrize("arguments", [("diagnose",), ("diagnose", "--step", "build", "--json", "-")])
def test_a_diagnosis_imports_no_vendor(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert imported(tmp_path, *arguments) == set()


@pytest.mark.parametrize("arguments", [("status", "shop"), ("logs", "shop"), ("doctor",)])
def test_what_asks_the_engine_never_imports_prefect(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert "prefect" not in imported(tmp_path, *arguments)


def test_help_costs_less_than_a_second_of_a_core(tmp_path: Path) -> None:
    subprocess.run([CONTAINERKIT, "--help"], cwd=tmp_path, capture_output=True, check=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([CONTAINERKIT, "--help"], cwd=tmp_path, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


def test_a_foreign_folder_leaves_sys_path_and_our_own_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = tmp_path / "repository"
    (foreign / "sub").mkdir(parents=True)
    monkeypatch.chdir(foreign)
    before = list(sys.path)
    monkeypatch.setattr(sys, "path", ["", str(foreign), str(foreign / "sub"), *before])
    leave_paths_of(foreign)
    assert sys.path == [entry for entry in before if entry]
    leave_paths_of(Path(__file__).resolve().parents[2])
    assert sys.path == [entry for entry in before if entry]
