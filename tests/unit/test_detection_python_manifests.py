"""What Python manifests declare: conda environments, scripts' own metadata, workspaces, services, releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.python.conda import read_environment
from tasks.detection.python.inline import inline_metadata
from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

MAIN = {"main.py": "print(1)\n"}
SCRIPT = '# /// script\n# requires-python = "==3.12.*"\n# dependencies = [\n#   "flask",\n# ]\n# ///\n'


@pytest.mark.parametrize(
    ("written", "requirement"),
    [
        ("numpy", "numpy"),
        ("numpy=1.26", "numpy==1.26.*"),
        ("numpy=1.26.4=py312_0", "numpy==1.26.4"),
        ("conda-forge::numpy>=1.20,<2", "numpy>=1.20,<2"),
        ("numpy ==1.26.4", "numpy==1.26.4"),
        ("pytorch", "torch"),
        ("uvicorn-standard", "uvicorn[standard]"),
    ],
)
def test_a_package_of_conda_is_said_in_the_words_of_pip(written: str, requirement: str) -> None:
    assert read_environment(f"dependencies:\n  - {written}\n", "environment.yml").requirements == (requirement,)


def test_what_the_image_has_is_left_out_and_what_pip_has_not_is_named() -> None:
    text = "dependencies: [python=3.12, pip, samtools, r-base, flask, {pip: [httpx, -e .]}]\n"
    environment = read_environment(text, "environment.yml")

    assert environment.requirements == ("flask", "httpx")
    assert environment.absent == ("samtools", "r-base")


@pytest.mark.parametrize("text", ["dependencies: 3\n", "[]\n", "dependencies: [{pip: 1}, '']\n"])
def test_an_environment_of_another_shape_asks_for_nothing(text: str) -> None:
    assert read_environment(text, "environment.yml").requirements == ()


def test_an_environment_that_is_no_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(Invalid, match=r"environment\.yml, line 3"):
        read_environment("a: 1\nb: [\n", "environment.yml")


def test_a_script_may_declare_what_it_needs(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"app.py": f"{SCRIPT}from flask import Flask\napp = Flask('x')\n"})

    assert (component.package_manager, component.framework, component.language_version) == ("uv", "flask", "3.12")


@pytest.mark.parametrize(
    "text", ["# /// script\n# = 1\n# ///\n", "# /// script\n", "", "# /// other\n# a = 1\n# ///\n"]
)
def test_metadata_that_cannot_be_read_says_nothing(text: str) -> None:
    assert inline_metadata(text) == {}


WORKSPACE = {
    "pyproject.toml": '[project]\nname="root"\n[tool.uv.workspace]\nmembers=["apps/*"]\nexclude=["apps/old"]\n',
    "uv.lock": "version = 1\n",
    "apps/api/pyproject.toml": '[project]\nname="api"\ndependencies=["flask", "gunicorn"]\n',
    "apps/api/app.py": "from flask import Flask\napp = Flask('x')\n",
    "apps/old/pyproject.toml": '[project]\nname="old"\n',
    "apps/old/main.py": "print(1)\n",
}


def test_a_member_of_a_workspace_is_installed_with_its_lock_file(tmp_path: Path) -> None:
    members = {each.path: each for each in profile_of(tmp_path, WORKSPACE).components}

    assert members["apps/api"].package_manager == "uv"
    assert members["apps/api"].lock_file == "../../uv.lock"
    assert "../../pyproject.toml" in members["apps/api"].dependency_files
    assert members["apps/old"].package_manager == "pip"
    assert members["apps/old"].lock_file is None


SERVICES = {
    "an extra": ({"requirements.txt": "celery[redis]\n"}, ("redis",)),
    "no extra": ({"requirements.txt": "celery\n"}, ()),
    "an address": ({"main.py": "URL = 'postgresql+asyncpg://localhost/x'\n"}, ("postgres",)),
    "a default of a variable": (
        {"main.py": "import os\nos.getenv('BROKER', 'amqp://guest@localhost//')\n"},
        ("rabbitmq",),
    ),
    "documentation": ({"main.py": '"""redis://localhost"""\nprint(1)\n'}, ()),
    "a driver in settings": (
        {"main.py": "D = {'default': {'ENGINE': 'django.db.backends.mysql'}}\n"},
        ("mysql",),
    ),
    "a database in a file": ({"main.py": "D = 'sqlite:///app.db'\n"}, ()),
}


@pytest.mark.parametrize("case", SERVICES)
def test_services_are_told_by_packages_addresses_and_drivers(case: str, tmp_path: Path) -> None:
    files, services = SERVICES[case]

    assert component_of(tmp_path, {**MAIN, **files}).backing_services == services


VERSIONS = {
    "a Dockerfile before an open range": (
        {
            "pyproject.toml": '[project]\nname="x"\nrequires-python=">=3.10"\n',
            "Dockerfile": "FROM python:3.11\nCMD python main.py\n",
        },
        "3.11",
    ),
    "an exact manifest before a Dockerfile": (
        {
            "pyproject.toml": '[project]\nname="x"\nrequires-python="==3.12.*"\n',
            "Dockerfile": "FROM python:3.11\nCMD python main.py\n",
        },
        "3.12",
    ),
    "a name in setup.py": (
        {"setup.py": "from setuptools import setup\nASKED = '>=3.9,<3.12'\nsetup(name='x', python_requires=ASKED)\n"},
        "3.11",
    ),
    "the newest of the classifiers": (
        {
            "setup.py": "setup(name='x', classifiers=['Programming Language :: Python :: 3.9',\n"
            "'Programming Language :: Python :: 3.12', 'Programming Language :: Python :: 3.8'])\n"
        },
        "3.12",
    ),
    "a space's README": ({"README.md": "---\nsdk: gradio\npython_version: '3.11'\n---\n"}, "3.11"),
    "a README without front matter": ({"README.md": "python_version: 3.11\n"}, None),
    "app.yaml": ({"app.yaml": "runtime: python312\n"}, "3.12"),
}


@pytest.mark.parametrize("case", VERSIONS)
def test_the_release_is_the_one_that_is_said_most_exactly(case: str, tmp_path: Path) -> None:
    files, version = VERSIONS[case]

    assert component_of(tmp_path, {**MAIN, **files}).language_version == version


@pytest.mark.parametrize(
    "requirement",
    [
        "git+https://forge.invalid/a/shop.git@v1",
        "-e git+ssh://forge.invalid/a/shop#egg=shop",
        "shop @ git+https://x.invalid/y",
    ],
)
def test_git_is_there_for_what_is_fetched_with_it(requirement: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**MAIN, "requirements.txt": f"{requirement}\n"})

    assert component.build_packages == ("git",)


@pytest.mark.parametrize(
    "name", ["requirements/prod.txt", "requirements/base.txt", "requirements-prod.txt", "reqs.txt"]
)
def test_requirements_are_found_under_their_usual_names(name: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {name: "flask\n", "app.py": "from flask import Flask\napp = Flask('x')\n"})

    assert (component.path, component.package_manager, component.framework) == (".", "pip", "flask")


BROKEN = {
    "a byte order mark": {"requirements.txt": "\ufeffflask==3.1\n"},
    "an empty file": {"requirements.txt": "", "setup.cfg": "", "setup.py": ""},
    "a setup.cfg that is none": {"setup.cfg": "no section\n=\n"},
    "a requirement without an end": {"requirements.txt": "x" * 10_000 + "\n[[[\n==\n"},
    "an include of itself": {"requirements.txt": "-r requirements.txt\nflask\n"},
    "keys that are given twice": {"environment.yml": "dependencies: [flask]\ndependencies: [httpx]\n"},
}


@pytest.mark.parametrize("case", BROKEN)
def test_manifests_that_are_odd_do_not_hide_the_program(case: str, tmp_path: Path) -> None:
    assert component_of(tmp_path, {**MAIN, **BROKEN[case]}).start_command == "python main.py"


@pytest.mark.parametrize("name", ["pyproject.toml", "Pipfile"])
def test_a_manifest_that_is_no_toml_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=f"{name}, line 2"):
        profile_of(tmp_path, {**MAIN, name: "[a]\nb = \n"})


def test_a_framework_that_no_file_declares_is_named_in_a_warning(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"app.py": "from flask import Flask\napp = Flask('x')\n"})

    assert profile.warnings[0].startswith("no file of the repository declares what its code imports, so flask in")


def test_a_conda_environment_that_nothing_is_installed_from_gives_way_to_the_image(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "flask\n",
        "environment.yml": "dependencies:\n  - python=3.12\n",
        "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        "Dockerfile": "FROM python:3.10\nCMD flask run\n",
    }
    component = component_of(tmp_path, files)

    assert (component.package_manager, component.language_version) == ("pip", "3.10")


def test_a_client_that_is_also_a_framework_shows_none(tmp_path: Path) -> None:
    code = "import aiohttp\nasync def main():\n    aiohttp.ClientSession()\nmain()\n"
    component = component_of(tmp_path, {"requirements.txt": "aiohttp\n", "prices.py": code})

    assert (component.kind, component.framework) == ("job", None)


def test_a_port_that_only_a_variable_says_is_the_frameworks_usual_one(tmp_path: Path) -> None:
    code = "import os\nimport gradio as gr\ndemo = gr.Blocks()\ndemo.launch(server_port=int(os.environ['PORT']))\n"

    assert component_of(tmp_path, {"requirements.txt": "gradio\n", "app.py": code}).port == 7860
