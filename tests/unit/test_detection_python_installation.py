"""How Python repositories are installed: package manager, release, and the files of their requirements."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

FLASK = "from flask import Flask\n\napp = Flask(__name__)\n"

MANAGERS = {
    "uv": {"pyproject.toml": '[project]\nname="x"\n', "uv.lock": "version = 1\n"},
    "poetry": {"pyproject.toml": '[tool.poetry]\nname="x"\n', "requirements.txt": "flask\n"},
    "pdm": {"pyproject.toml": '[project]\nname="x"\n[tool.pdm]\n'},
    "pipenv": {"Pipfile": '[packages]\nflask="*"\n'},
    "conda": {"environment.yml": "dependencies:\n  - python=3.11\n  - flask\n"},
    "pip": {"pyproject.toml": "[tool.ruff]\n", "requirements.txt": "flask\n"},
}


@pytest.mark.parametrize("manager", MANAGERS)
def test_the_package_manager_is_told_by_its_files(manager: str, tmp_path: Path) -> None:
    assert component_of(tmp_path, {**MANAGERS[manager], "main.py": "print(1)\n"}).package_manager == manager


VERSIONS = {
    ".python-version before requires-python": (
        {".python-version": "3.12.4\n", "pyproject.toml": '[project]\nname="x"\nrequires-python=">=3.9"\n'}, "3.12",
    ),
    "runtime.txt": ({"runtime.txt": "python-3.11.9\n"}, "3.11"),
    ".tool-versions": ({".tool-versions": "nodejs 20.1.0\npython 3.11.4\n"}, "3.11"),
    "mise.toml": ({"mise.toml": '[tools]\npython = "3.12"\n'}, "3.12"),
    "requires-python": ({"pyproject.toml": '[project]\nname="x"\nrequires-python=">=3.10,<3.13"\n'}, "3.12"),
    "poetry's caret": ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.11"\n'}, "3.13"),
    "Pipfile": ({"Pipfile": '[requires]\npython_version = "3.11"\n'}, "3.11"),
    "setup.cfg": ({"setup.cfg": "[options]\npython_requires = >=3.8,<3.12\n"}, "3.11"),
    "conda": ({"environment.yml": "dependencies:\n  - python=3.11\n"}, "3.11"),
    "nothing": ({"requirements.txt": "flask\n"}, None),
    "a version that does not exist": ({".python-version": "3.99\n"}, None),
    "a version that is no version": ({".python-version": '3.12"\\nRUN id\n'}, None),
}  # fmt: skip


@pytest.mark.parametrize("case", VERSIONS)
def test_the_release_is_read_in_the_documented_order(case: str, tmp_path: Path) -> None:
    files, version = VERSIONS[case]

    assert component_of(tmp_path, {**files, "main.py": "print(1)\n"}).language_version == version


def test_requirements_bring_the_files_that_they_include(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "requirements.txt": "-r deps/web.txt\n-c constraints.txt\n-r ../outside.txt\n-r missing.txt\n",
            "deps/web.txt": "-r ../more.txt\nflask\n",
            "more.txt": "gunicorn\n",
            "constraints.txt": "flask<4\n",
            "app.py": FLASK,
        },
    )

    assert component.dependency_files == ("requirements.txt", "deps/web.txt", "constraints.txt", "more.txt")
    assert component.start_command == "gunicorn app:app --bind 0.0.0.0:8000"


def test_a_version_that_no_release_satisfies_is_named_in_a_warning(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {".python-version": "3.99\n", "main.py": "print(1)\n"})

    assert profile.warnings == (".python-version, line 1: no known release of Python is '3.99'",)
