"""Applications as their authors publish them: built from classes, options and metadata rather than from a template."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks.detection import choose, override
from tasks.models import Overrides
from tests.unit.detection_kit import component_of, profile_of

SETUP = {"setup.py": "from setuptools import setup\nsetup(\n    name='Shop-Kit',\n    version=read(),\n)\n"}
COMMAND = """
import click
import uvicorn

@click.command()
@click.option("-p", "--port", default=8001)
def serve(port):
    options = dict(host="0.0.0.0", port=port)
    uvicorn.run(app(), **options)
"""
CHOSEN_CLASS = """
from http.server import HTTPServer
import ssl

class Plain(HTTPServer): pass
class Secure(Plain): pass

def serve(address):
    kind = Secure if address.secure else Plain
    kind(address, Handler).serve_forever()

if __name__ == "__main__":
    serve(read())
"""
DOCKERFILE = "FROM node:22 AS ui\nRUN npm ci\nFROM python:3.13\nEXPOSE 8000\nCMD gunicorn app:app --bind :8000\n"
BOTH = {
    "requirements.txt": "flask\ngunicorn\n",
    "app.py": "from flask import Flask\napp = Flask(__name__)\n",
    "package.json": json.dumps({"dependencies": {"express": "4"}, "scripts": {"start": "node server.js"}}),
    "server.js": "require('express')().listen(3000)",
}


def test_the_options_of_a_command_reach_the_server_through_a_dictionary(tmp_path: Path) -> None:
    files = {"requirements.txt": "uvicorn\nclick\n", "main.py": f"{COMMAND}\nif __name__ == '__main__':\n    serve()\n"}
    assert component_of(tmp_path, files).port == 8001


def test_one_of_two_server_classes_listens_whichever_is_chosen(tmp_path: Path) -> None:
    assert component_of(tmp_path, {"requirements.txt": "", "main.py": CHOSEN_CLASS}).kind == "web"


def test_what_listens_and_says_nowhere_where_has_no_port_but_is_run_with_a_likely_one(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"requirements.txt": "", "main.py": CHOSEN_CLASS})
    assert profile.components[0].port is None
    assert choose(profile, None).port == 8080


@pytest.mark.parametrize(
    "files",
    [SETUP, {"setup.cfg": "[metadata]\nname = Shop-Kit\n", "setup.py": "from setuptools import setup\nsetup()\n"}],
    ids=["setup.py", "setup.cfg"],
)
def test_the_name_is_what_the_package_is_called(files: dict[str, str], tmp_path: Path) -> None:
    assert component_of(tmp_path, {**files, "main.py": CHOSEN_CLASS}).name == "shop-kit"


def test_a_dockerfile_that_builds_two_languages_makes_one_component_of_the_one_that_runs(tmp_path: Path) -> None:
    component = component_of(tmp_path, {**BOTH, "Dockerfile": DOCKERFILE})
    assert (component.language, component.dockerfile) == ("python", "Dockerfile")


def test_a_dockerfile_in_a_folder_of_its_own_is_not_a_second_component(tmp_path: Path) -> None:
    files = {name: BOTH[name] for name in ("requirements.txt", "app.py")}
    component = component_of(tmp_path, {**files, "docker/Dockerfile": DOCKERFILE})
    assert (component.path, component.dockerfile) == (".", "docker/Dockerfile")


@pytest.mark.parametrize(
    ("start", "port"),
    [
        ("shop --host 0.0.0.0 --port 9000", 9000),
        ("gunicorn app:app --bind 0.0.0.0:9001", 9001),
        ("gunicorn app:app", 8000),
        ("gunicorn app:app --bind 0.0.0.0:$PORT", None),
        ("shop", None),
    ],
)
def test_the_port_in_a_given_start_command_is_the_port(start: str, port: int | None, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"requirements.txt": "", "main.py": CHOSEN_CLASS})
    assert override(component, Overrides(start=start)).port == port


def test_a_given_server_makes_a_web_application_of_a_program(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"requirements.txt": "", "main.py": "print('once')\n"})
    changed = override(component, Overrides(start="gunicorn shop:app --bind 0.0.0.0:9001"))
    assert (changed.kind, changed.port) == ("web", 9001)


@pytest.mark.parametrize(
    ("source", "build"), [({}, None), ({"src/cli.js": ""}, "npm run build")], ids=["gone", "there"]
)
def test_what_was_built_already_and_has_no_source_is_not_built_again(
    source: dict[str, str], build: str | None, tmp_path: Path
) -> None:
    manifest = json.dumps({"bin": "lib/cli.js", "scripts": {"build": "babel ./src -d lib"}})
    files = {"package.json": manifest, "lib/cli.js": "require('http').createServer().listen(3000)", **source}
    assert component_of(tmp_path, files).build_command == build


@pytest.mark.parametrize(
    ("otherwise", "required"), [("key = ask()", False), ("raise SystemExit(1)", True)], ids=["goes on", "stops"]
)
def test_a_variable_that_is_read_only_when_it_is_set_is_not_required(
    otherwise: str, *, required: bool, tmp_path: Path
) -> None:
    read = 'if os.environ.get("KEY"):\n    key = os.environ["KEY"]\nelse:\n    ' + otherwise
    component = component_of(tmp_path, {"requirements.txt": "", "main.py": f"import os\n{CHOSEN_CLASS}\n{read}\n"})
    assert [each.required for each in component.env if each.name == "KEY"] == [required]
