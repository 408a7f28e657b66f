"""A root that only says how a folder below it is built or started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

API = "from fastapi import FastAPI\napp = FastAPI()\n"
WORKSPACE = {
    "pyproject.toml": "[tool.uv.workspace]\nmembers = ['apps/api', 'packages/core']\n",
    "uv.lock": "version = 1\n",
    "apps/api/pyproject.toml": "[project]\nname = 'shop-api'\nversion = '1'\ndependencies = ['fastapi', 'uvicorn']\n",
    "apps/api/src/shop/main.py": f"import uvicorn\n{API}if __name__ == '__main__':\n    uvicorn.run(app)\n",
    "packages/core/pyproject.toml": "[project]\nname = 'core'\nversion = '1'\ndependencies = []\n",
    "packages/core/src/core/__init__.py": "",
}
COMMANDS = {
    "a module": '["uvicorn", "shop.main:app", "--port", "9000"]',
    "a path": '["python", "apps/api/src/shop/main.py"]',
}


@pytest.mark.parametrize("case", COMMANDS)
def test_the_roots_dockerfile_is_that_of_the_member_it_starts(case: str, tmp_path: Path) -> None:
    text = f"FROM python:3.12-slim\nCOPY . .\nEXPOSE 9000\nCMD {COMMANDS[case]}\n"
    component = component_of(tmp_path, {**WORKSPACE, "Dockerfile": text})

    assert (component.path, component.framework, component.port) == ("apps/api", "fastapi", 9000)
    assert (component.dockerfile, component.dockerfile_context) == ("Dockerfile", None)


def test_a_root_with_a_server_of_its_own_keeps_its_dockerfile(tmp_path: Path) -> None:
    files = {
        **WORKSPACE,
        "requirements.txt": "flask\n",
        "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        "Dockerfile": "FROM python:3.12-slim\nCMD uvicorn shop.main:app\n",
    }
    images = {each.path: each.dockerfile for each in profile_of(tmp_path, files).components}

    assert images == {".": "Dockerfile", "apps/api": None}


SPLIT = {
    "requirements.txt": "streamlit\n",
    "dashboard/requirements.txt": "streamlit\n",
    "dashboard/app.py": "import streamlit as st\nst.title('x')\n",
    "server/requirements.txt": "fastapi\nuvicorn\n",
    "server/main.py": API,
}
BLUEPRINT = "services:\n  - type: web\n    name: api\n    startCommand: uvicorn server.main:app --port $PORT\n"


def test_a_start_of_a_folders_program_makes_no_component_of_the_root(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**SPLIT, "render.yaml": BLUEPRINT})

    assert [(each.path, each.framework) for each in profile.components] == [
        ("dashboard", "streamlit"),
        ("server", "fastapi"),
    ]


def test_a_root_that_declares_the_server_is_what_is_started(tmp_path: Path) -> None:
    files = {**SPLIT, "requirements.txt": "fastapi\nuvicorn\n", "Procfile": "web: uvicorn server.main:app\n"}

    assert "." in {each.path for each in profile_of(tmp_path, files).components}


USAGE = {"--help": "unsupported", "-h": "unsupported", "serve": "deployable"}


@pytest.mark.parametrize("word", USAGE)
def test_an_image_that_shows_its_usage_is_a_command_line_tool(word: str, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "[project]\nname = 'sift'\nversion = '1'\n",
        "sift/__main__.py": "print(1)\n",
        "Dockerfile": f'FROM python:3.12\nENTRYPOINT ["sift"]\nCMD ["{word}"]\n',
    }
    profile = profile_of(tmp_path, files)

    assert profile.verdict == USAGE[word]
    assert ("a command-line tool (Dockerfile)" in profile.message) == (word != "serve")
