"""The install of a Python application, for package managers and projects that need more than a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection import analyze
from tasks.dockerfiles import render
from tasks.errors import Invalid
from tasks.models import Checkout, ImagePlan

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"


def dockerfile_of(folder: Path, files: dict[str, str], component: int = 0) -> str:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    profile = analyze(Checkout(root=folder, location="/repositories/shop"))
    return render(ImagePlan(component=profile.components[component], context=folder)).text


PDM = """
[project]
name = "shop"
dependencies = ["fastapi", "uvicorn"]
[tool.pdm]
distribution = {}
[build-system]
requires = []
"""


@pytest.mark.parametrize(("distribution", "count"), [("true", 1), ("false", 0)])
def test_pdm_exports_its_lock_and_installs_a_distribution(distribution: str, count: int, tmp_path: Path) -> None:
    files = {"pyproject.toml": PDM.format(distribution), "pdm.lock": "", "main.py": FASTAPI}
    text = dockerfile_of(tmp_path, files)

    assert "pdm export --production --output /tmp/requirements.txt" in text
    assert "pdm lock" not in text
    assert text.count("install --no-deps .") == count


def test_pdm_locks_first_where_there_is_no_lock(tmp_path: Path) -> None:
    assert "pdm lock && pdm export" in dockerfile_of(
        tmp_path, {"pyproject.toml": PDM.format("false"), "main.py": FASTAPI}
    )


def test_a_conda_environment_is_installed_with_pip(tmp_path: Path) -> None:
    text = "dependencies:\n  - python=3.12\n  - numpy=2.1\n  - pip\n  - pip: [fastapi, uvicorn, -r more.txt]\n"
    files = {"environment.yml": text, "main.py": FASTAPI, "requirements.txt": "httpx\n"}
    written = dockerfile_of(tmp_path, files)

    assert "'numpy==2.1.*'" in written
    assert "fastapi" in written
    assert "--requirement /tmp/requirements.txt --requirement requirements.txt" in written


def test_a_conda_environment_that_pip_cannot_make_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="pip does not have samtools") as refused:
        dockerfile_of(tmp_path, {"environment.yml": "dependencies: [fastapi, uvicorn, samtools]\n", "main.py": FASTAPI})
    assert refused.value.hint


def test_an_instruction_in_an_environment_stays_a_requirement(tmp_path: Path) -> None:
    evil = 'dependencies:\n  - pip:\n    - "x\'; RUN rm -rf / #"\n    - uvicorn\n'
    text = dockerfile_of(tmp_path, {"environment.yml": evil, "main.py": FASTAPI})

    assert not any(line.startswith("RUN rm") for line in text.splitlines())


def test_a_script_gets_what_it_declares(tmp_path: Path) -> None:
    script = '# /// script\n# dependencies = ["flask>=3"]\n# ///\nfrom flask import Flask\napp = Flask("x")\n'
    text = dockerfile_of(tmp_path, {"app.py": f"{script}if __name__ == '__main__':\n    app.run('0.0.0.0', 80)\n"})

    assert "'flask>=3'" in text


@pytest.mark.parametrize(
    ("requirements", "added"),
    [("fastapi\n", True), ("fastapi\nuvicorn\n", False), ("fastapi\nuvicorn[standard]\n", False)],
)
def test_a_server_is_added_only_where_nothing_names_it(requirements: str, added: bool, tmp_path: Path) -> None:  # noqa: FBT001 - the case
    text = dockerfile_of(tmp_path, {"requirements.txt": requirements, "main.py": FASTAPI})

    assert ("install uvicorn==" in text) is added


def test_a_server_is_added_after_uv_has_made_the_environment_exact(tmp_path: Path) -> None:
    project = (
        '[project]\nname="shop"\ndependencies=["fastapi"]\n[build-system]\nrequires=[]\nbuild-backend="uv_build"\n'
    )
    text = dockerfile_of(tmp_path, {"pyproject.toml": project, "uv.lock": "", "shop/__init__.py": FASTAPI})

    assert text.index("--no-editable") < text.index("install uvicorn==")


def test_a_member_of_a_workspace_is_installed_in_its_folder_with_the_others(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname="root"\n[tool.uv.workspace]\nmembers=["apps/*"]\n',
        "uv.lock": "",
        "apps/api/pyproject.toml": '[project]\nname="api"\ndependencies=["fastapi", "uvicorn"]\n',
        "apps/api/main.py": FASTAPI,
        "apps/core/pyproject.toml": '[project]\nname="core"\n',
    }
    text = dockerfile_of(tmp_path, files)

    assert "COPY pyproject.toml uv.lock ./" in text
    assert "COPY apps/core/pyproject.toml ./apps/core/" in text
    assert text.index("WORKDIR /app/apps/api") < text.index("uv sync --frozen --no-dev --no-install-workspace")
    assert "uv sync --frozen --no-dev --no-editable" in text


def test_a_pyramid_project_is_installed_because_its_file_names_it(tmp_path: Path) -> None:
    files = {
        "setup.py": "from setuptools import setup\nsetup(name='wall', install_requires=['pyramid'])\n",
        "requirements.txt": "pyramid\n",
        "production.ini": "[app:main]\nuse = egg:wall\n[server:main]\nport = 6543\n",
        "wall/__init__.py": "",
    }

    assert "install --no-deps ." in dockerfile_of(tmp_path, files)


def test_a_project_that_only_setup_cfg_describes_is_installed(tmp_path: Path) -> None:
    files = {
        "setup.cfg": "[metadata]\nname = wall\n[options]\ninstall_requires = aiohttp\n"
        "[options.entry_points]\nconsole_scripts =\n    wall = wall.web:main\n",
        "pyproject.toml": '[build-system]\nrequires=["setuptools"]\n',
        "wall/__init__.py": "",
        "wall/web.py": "from aiohttp import web\ndef main():\n    web.run_app(web.Application())\n",
    }

    assert "/opt/venv/bin/python install .\n" in dockerfile_of(tmp_path, files)


def test_a_project_whose_setup_makes_the_command_is_installed_beside_its_requirements(tmp_path: Path) -> None:
    files = {
        "setup.py": "from setuptools import setup\nsetup(name='wall', entry_points={\n"
        "    'console_scripts': ['wall-serve = wall.web:main']})\n",
        "requirements.txt": "aiohttp\n",
        "wall/__init__.py": "",
        "wall/web.py": "from aiohttp import web\ndef main():\n    web.run_app(web.Application())\n",
    }

    assert "install --no-deps ." in dockerfile_of(tmp_path, files)
