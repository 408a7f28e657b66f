"""Programs in numbered folders are a course's or a puzzle's: none of them is deployed, and services in them are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.folders import folders
from tests.unit.detection_kit import component_of, profile_of

PRINTS = "print(1)\n"
GO = "package main\n\nfunc main() {}\n"
CARGO = "[package]\nname = 'x{}'\nversion = '1.0.0'\nedition = '2021'\n"
SERVES = "from flask import Flask\napp = Flask(__name__)\n"

COURSES: dict[str, dict[str, str]] = {
    "python": {f"Day {each}/main.py": PRINTS for each in (1, 2, 3)},
    "go over years": {
        "go.mod": "module x\n\ngo 1.24\n",
        "2023/day01/main.go": GO,
        "2023/day02/main.go": GO,
        "2024/day01/main.go": GO,
    },
    "a workspace of rust": {
        "Cargo.toml": "[workspace]\nmembers = ['day1', 'day2', 'day3']\n",
        **{f"day{each}/Cargo.toml": CARGO.format(each) for each in (1, 2, 3)},
        **{f"day{each}/src/main.rs": "fn main() {}\n" for each in (1, 2, 3)},
    },
    "java that nothing builds": {f"lab{each}/src/Main.java": "class Main {}\n" for each in (1, 2, 3)},
    "c": {f"hw{each}/main.c": "int main() {}\n" for each in (1, 2, 3)},
    "numbers in front": {f"0{each}-loops/run.py": PRINTS for each in (1, 2, 3)},
}


@pytest.mark.parametrize("course", COURSES)
def test_a_collection_of_exercises_is_refused_by_that_name(course: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, COURSES[course])

    assert profile.verdict == "unsupported", profile.message
    assert profile.message.startswith("found a collection of programs in numbered folders (")


def test_a_service_in_a_numbered_folder_is_deployed(tmp_path: Path) -> None:
    files = {f"lesson{each}/main.py": PRINTS for each in (1, 2, 3)}
    files |= {"lesson4/requirements.txt": "flask\ngunicorn\n", "lesson4/app.py": SERVES}

    assert (component_of(tmp_path, files).path, component_of(tmp_path, files).kind) == ("lesson4", "web")


def test_a_program_beside_numbered_folders_is_deployed(tmp_path: Path) -> None:
    files = {"main.py": PRINTS, **{f"week{each}/notes.py": "x = 1\n" for each in (1, 2, 3)}}

    assert component_of(tmp_path, files).start_command == "python main.py"


def test_two_numbered_folders_are_no_collection(tmp_path: Path) -> None:
    files = {"lab1/main.py": PRINTS, "lab2/other.py": "x = 1\n"}

    assert component_of(tmp_path, files).kind == "job"


@pytest.mark.parametrize("name", ["v1", "api2", "service1", "python3", "2024_report", "src", "app"])
def test_a_part_of_an_application_is_not_counted(name: str) -> None:
    assert not folders().is_numbered(name)


def test_a_script_of_a_repository_is_no_application(tmp_path: Path) -> None:
    files = {"README.md": "# Links\n", "scripts/check.py": PRINTS, "scripts/requirements.txt": "requests\n"}
    profile = profile_of(tmp_path, files)

    assert profile.message.startswith("found documentation (README.md)")
