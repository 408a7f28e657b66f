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
