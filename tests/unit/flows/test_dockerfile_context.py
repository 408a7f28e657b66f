"""The repository's own Dockerfile is built in the folder that it was written for."""

from __future__ import annotations

from pathlib import Path

from flows.requests import build_request, image_plan
from tasks.dockerfiles import render
from tasks.models import RunRequest, Source
from tests.unit.detection_kit import profile_of

FILES = {
    "requirements.txt": "flask\ngunicorn\n",
    "app.py": "from flask import Flask\napp = Flask(__name__)\n",
    "Dockerfile": "FROM python:3.13-slim\nCOPY requirements.txt .\nCMD gunicorn app:app\n",
}


def test_a_dockerfile_below_the_root_is_built_where_it_lies(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {f"api/{name}": text for name, text in FILES.items()})
    component = profile.components[0]
    request = RunRequest(source=Source(location=str(tmp_path)))

    dockerfile = render(image_plan(request, profile, component))
    build = build_request(profile, component, dockerfile, name="api", platform=None, log_file=tmp_path / "log")

    assert dockerfile.text == FILES["Dockerfile"]
    assert build.context == tmp_path / "api"


def test_a_dockerfile_of_ours_is_built_at_the_root(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {f"api/{name}": text for name, text in FILES.items()})
    component = profile.components[0]
    request = RunRequest(source=Source(location=str(tmp_path)), dockerfile="generated")

    dockerfile = render(image_plan(request, profile, component))
    build = build_request(profile, component, dockerfile, name="api", platform=None, log_file=tmp_path / "log")

    assert dockerfile.origin == "generated"
    assert build.context == tmp_path
