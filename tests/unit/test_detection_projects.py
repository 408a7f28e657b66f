"""What runs elsewhere is refused by its name, and a server beside such files stays a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.projects import Project, projects
from tests.unit.detection_kit import component_of, profile_of
from tests.unit.test_detection_static import EXPRESS, FLASK, PAGE

BESIDE: dict[str, dict[str, str]] = {
    "android": {"android/app/src/main/AndroidManifest.xml": "<manifest/>", "android/build.gradle": "x"},
    "ios": {"ios/Shop.xcodeproj/project.pbxproj": "x", "ios/Podfile": "x"},
    "a browser extension": {"extension/manifest.json": '{"manifest_version": 3}', "extension/popup.html": PAGE},
    "an extension for an editor": {"editor/package.json": '{"engines": {"vscode": "^1.1.0"}}'},
    "terraform": {"infra/main.tf": "x"},
    "helm": {"chart/Chart.yaml": "name: x\n"},
    "ansible": {"ansible.cfg": "[defaults]\n", "playbook.yml": "- hosts: all\n"},
    "notebooks": {"explore.ipynb": "{}"},
    "a GitHub Action": {"action.yml": "runs:\n  using: docker\n"},
    "a data set": {"data/a.csv": "a,b\n"},
    "LaTeX": {"paper/a.tex": "x"},
    "shell scripts": {"install.sh": "x", ".bashrc": "x"},
    "a web application's manifest": {"static/manifest.json": '{"name": "Shop", "display": "standalone"}'},
}

ELSEWHERE: dict[str, tuple[dict[str, str], str]] = {
    "electron": (
        {
            "package.json": '{"scripts": {"start": "electron ."}, "devDependencies": {"electron": "^38.0.0"}}',
            "main.js": "const { app } = require('electron');\n",
            "index.html": PAGE,
        },
        "an Electron application (package.json)",
    ),
    "a vite page in tauri": (
        {
            "package.json": '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}',
            "index.html": PAGE,
            "src-tauri/tauri.conf.json": "{}",
            "src-tauri/Cargo.toml": "[package]\nname = 'x'\n",
        },
        "a Tauri application (src-tauri/tauri.conf.json)",
    ),
    "react native": (
        {
            "package.json": '{"main": "index.js", "dependencies": {"react": "19", "react-native": "0.82.0"}}',
            "index.js": "import 'react-native'",
        },
        "a React Native application (package.json)",
    ),
    "expo": (
        {
            "package.json": '{"scripts": {"start": "expo start"}, "dependencies": {"expo": "~54.0.0"}}',
            "index.js": "import 'expo'",
        },
        "a React Native application (package.json)",
    ),
    "a browser extension with pages": (
        {"manifest.json": '{"manifest_version": 3, "name": "x"}', "index.html": PAGE, "popup.js": "x"},
        "a browser extension (manifest.json)",
    ),
    "an extension for an editor": (
        {"package.json": '{"main": "./out/extension.js", "engines": {"vscode": "^1.100.0"}}', "src/extension.ts": "x"},
        "an extension for Visual Studio Code (package.json)",
    ),
    "an action in JavaScript": (
        {
            "action.yml": "runs:\n  using: node24\n",
            "package.json": '{"main": "index.js"}',
            "index.js": "console.log(1)",
        },
        "a GitHub Action (action.yml)",
    ),
    "android": (
        {"settings.gradle": "x", "build.gradle": "x", "app/src/main/AndroidManifest.xml": "<manifest/>"},
        "an Android application (app/src/main/AndroidManifest.xml)",
    ),
    "notebooks with their requirements": (
        {"a.ipynb": "{}", "requirements.txt": "pandas\n"},
        "Jupyter notebooks (a.ipynb)",
    ),
    "flutter": (
        {"pubspec.yaml": "dependencies:\n  flutter:\n    sdk: flutter\n"},
        "a Flutter application (pubspec.yaml)",
    ),
    "a lone source": ({"main.c": "int main() {}\n", "README.md": "x"}, "C or C++ (main.c)"),
}


@pytest.mark.parametrize("row", projects(), ids=lambda row: f"{row.title} {row.files[0]}")
def test_a_project_is_refused_by_its_name(row: Project, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, row.example)

    assert profile.verdict == row.verdict, profile.message
    assert profile.message.startswith(f"found {row.title} ({next(iter(row.example))}), which ")


@pytest.mark.parametrize("case", ELSEWHERE)
def test_what_runs_elsewhere_is_named(case: str, tmp_path: Path) -> None:
    files, sentence = ELSEWHERE[case]
    profile = profile_of(tmp_path, files)

    assert profile.verdict == "unsupported", profile.message
    assert profile.message.startswith(f"found {sentence}, which ")


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("files", [FLASK, EXPRESS], ids=["flask", "express"])
def test_a_server_beside_such_files_stays_a_server(files: dict[str, str], beside: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**files, **BESIDE[beside]})

    assert (component.path, component.kind) == (".", "web")


def test_a_python_library_with_notebooks_is_a_library(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"pyproject.toml": "[project]\nname = 'x'\n", "x/__init__.py": "", "a.ipynb": "{}"})

    assert [each.kind for each in profile.components] == ["library"]
    assert "a library of Python (pyproject.toml)" in profile.message


ACTION = {
    "Dockerfile": 'FROM python:3.13-slim\nCOPY . /action\nENTRYPOINT ["python", "/action/main.py"]\n',
    "main.py": "print(1)\n",
}


def test_the_image_that_an_action_names_is_the_action(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"action.yml": "runs:\n  using: docker\n  image: Dockerfile\n", **ACTION})

    assert profile.message.startswith("found a GitHub Action (action.yml), which ")


def test_an_image_that_an_action_does_not_name_is_deployed(tmp_path: Path) -> None:
    assert component_of(tmp_path, {"action.yml": "runs:\n  using: composite\n", **ACTION}).kind == "job"


def test_a_server_with_a_procfile_is_deployed_though_it_has_a_desktop_program_as_well(tmp_path: Path) -> None:
    package = '{"scripts": {"start": "node server.js"}, "dependencies": {"express": "5", "electron": "^38.0.0"}}'
    component = component_of(tmp_path, {**EXPRESS, "package.json": package, "Procfile": "web: node server.js\n"})

    assert (component.kind, component.start_command) == ("web", "node server.js")


def test_notebooks_are_named_wherever_they_lie(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"README.md": "x", "data/a.csv": "a\n", "notebooks/a.ipynb": "{}"})

    assert profile.message.startswith("found Jupyter notebooks (notebooks/a.ipynb)")


def test_tools_beside_documentation_make_no_library(tmp_path: Path) -> None:
    package = '{"private": true, "scripts": {"test": "awesome-lint"}, "devDependencies": {"awesome-lint": "2"}}'
    profile = profile_of(tmp_path, {"readme.md": "# Links\n", "package.json": package})

    assert (profile.verdict, profile.message.partition(",")[0]) == ("nothing_found", "found documentation (readme.md)")


def test_functions_below_terraform_are_named_after_it(tmp_path: Path) -> None:
    files = {"infra/main.tf": "x", "infra/resize/requirements.txt": "boto3\n", "infra/resize/handler.py": "x = 1\n"}

    assert profile_of(tmp_path, files).message.startswith("found a Terraform configuration (infra/main.tf)")


def test_a_library_with_terraform_beside_it_is_a_library(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[project]\nname = 'x'\n", "x/__init__.py": "a = 1\n", "infra/main.tf": "x"}

    assert profile_of(tmp_path, files).message.startswith("found a library of Python (pyproject.toml)")


def test_pages_of_a_device_are_no_site(tmp_path: Path) -> None:
    files = {"platformio.ini": "[env:esp32]\n", "src/main.cpp": "void setup() {}\n", "data/index.html": PAGE}

    assert profile_of(tmp_path, files).message.startswith("found firmware for a microcontroller (platformio.ini)")


def test_a_site_beside_firmware_is_a_site(tmp_path: Path) -> None:
    assert component_of(tmp_path, {"index.html": PAGE, "firmware/platformio.ini": "[env:esp32]\n"}).kind == "static"


def test_sources_of_java_that_nothing_builds_are_called_so(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"src/Window.java": "class Window {}\n"})

    assert profile.message == "found sources of Java (src/Window.java) that no file says how to build"
