"""A repository that has packages of our names, and Python's own hooks, has none of them imported by any command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CONTAINERKIT = Path(sys.executable).with_name("containerkit")
PACKAGES = ("tasks", "flows", "adapters", "deployments", "prefect", "uvicorn", "rich", "pydantic", "typer", "docker")
MODULES = ("sitecustomize", "usercustomize", "typing", "tomllib", "toml", "json", "yaml", "asgi", "conftest")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    trap = f"from pathlib import Path\nwith Path({str(tmp_path / 'trap')!r}).open('a') as f: f.write(__file__)\n"
    for name in PACKAGES:
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(trap)
    for name in MODULES:
        (folder / f"{name}.py").write_text(trap)
    (folder / "requirements.txt").write_text("flask==3.0.0\n")
    (folder / "app.py").write_text(f"{trap}from flask import Flask\napp = Flask(__name__)\n")
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PREFECT_", "CONTAINERKIT_", "PYTHON", "KUBE"))
    }
    # relative on purpose: a run works elsewhere and must still mean the same folder
    environment = {**kept, "CONTAINERKIT_HOME": "../state", "CONTAINERKIT_SERVER__PORT": "4400"}
    yield environment
    command(environment, tmp_path / "repository", "server", "stop")


def command(environment: dict[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CONTAINERKIT, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_nothing_of_a_hostile_repository_is_imported_by_any_command(
    repository: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    endings = {
        arguments: command(environment, repository, *arguments)
        for arguments in (
            ("--help",),
            ("analyze", "--json"),
            ("plan", "."),
            ("steps", "--json"),
            ("doctor", "--engine-endpoint", "unix:///nowhere.sock"),
            ("run", ".", "--progress", "json", "--engine-endpoint", "unix:///nowhere.sock"),
        )
    }
    codes = {arguments[0]: done.returncode for arguments, done in endings.items()}
    assert codes == {"--help": 0, "analyze": 0, "plan": 0, "steps": 0, "doctor": 30, "run": 30}, endings
    assert not (tmp_path / "trap").exists(), (tmp_path / "trap").read_text()
    assert (tmp_path / "state" / "runs").is_dir()
    assert not (repository / "state").exists()
