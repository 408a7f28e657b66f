"""Command-line tools, which are refused, and programs that do something by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.python.usage import asks
from tests.unit.detection_kit import component_of, profile_of

TYPER = "import typer\napp = typer.Typer()\n@app.command()\ndef sift({}): pass\n"
ASKING = {
    "a positional argument": "p.add_argument('path')",
    "a required option": "p.add_argument('--path', required=True)",
    "subcommands": "p.add_subparsers(dest='what')",
    "an argument of click": "@click.argument('path')\ndef main(path): pass",
    "a group of click": "@click.group()\ndef main(): pass",
    "an argument of typer": TYPER.format("path: str"),
    "commands of typer": TYPER.format("") + "@app.command()\ndef sort(): pass\n",
}
SILENT = {
    "an option": "p.add_argument('--path')",
    "an argument that may be left out": "p.add_argument('path', nargs='?')",
    "any number of arguments": "@click.argument('paths', nargs=-1)\ndef main(paths): pass",
    "a default": TYPER.format("path: str = '.'"),
    "no arguments": "def main(): pass",
    "what cannot be parsed": "def (",
}


@pytest.mark.parametrize("case", ASKING)
def test_a_program_asks_what_to_do(case: str) -> None:
    assert asks(ASKING[case]) is not None


@pytest.mark.parametrize("case", SILENT)
def test_a_program_does_something_by_itself(case: str) -> None:
    assert asks(SILENT[case]) is None


TOOL = {
    "pyproject.toml": "[project]\nname = 'sift'\nversion = '1'\n[project.scripts]\nsift = 'sift.cli:main'\n"
    "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n",
    "sift/__init__.py": "",
    "sift/cli.py": "import argparse\ndef main():\n    p = argparse.ArgumentParser()\n    p.add_argument('path')\n",
}


def test_a_command_line_tool_is_refused_by_its_name(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, TOOL)

    assert profile.verdict == "unsupported"
    assert profile.message == "found a command-line tool (sift/cli.py), which has to be told at each call what to do"


SCRIPT = "import argparse\nif __name__ == '__main__':\n    p = argparse.ArgumentParser()\n    p.add_argument('url')\n"
JOBS = {
    "a script that asks for a URL": ({"grab.py": SCRIPT}, "unsupported"),
    "a script beside one that asks": ({"main.py": "import grab\ngrab.all()\n", "grab.py": SCRIPT}, "deployable"),
    "a program beside its tests": ({"zip.py": "print(1)\n", "test.py": SCRIPT}, "deployable"),
}


@pytest.mark.parametrize("case", JOBS)
def test_only_what_a_program_itself_asks_for_makes_it_a_tool(case: str, tmp_path: Path) -> None:
    files, verdict = JOBS[case]

    assert profile_of(tmp_path, {"requirements.txt": "requests\n", **files}).verdict == verdict


TOLD = {"sift /data": "job", "python -m sift /data": "job", "sift": "library", "python3 -m sift": "library"}


@pytest.mark.parametrize("command", TOLD)
def test_a_tool_that_an_image_tells_what_to_do_is_a_job(command: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**TOOL, "Dockerfile": f"FROM python:3.12\nCMD {command}\n"})

    assert component.kind == TOLD[command]


def test_what_a_script_beside_the_application_demands_is_not_demanded_of_it(tmp_path: Path) -> None:
    demanding = "import os\nif __name__ == '__main__':\n    print(os.environ['{}'])\n"
    files = {
        "requirements.txt": "flask\ngunicorn\n",
        "app.py": "import os\nfrom flask import Flask\nimport store\napp = Flask(__name__)\nkey = os.environ['KEY']\n",
        "store.py": demanding.format("STORE_URL"),
        "fill.py": demanding.format("ADMIN_PASSWORD"),
        "worker.py": demanding.format("QUEUE_URL"),
        "modpython.py": "import os\nroot = os.environ['SHOP_ROOT']\n",
        "settings.py": "import os\nhost = os.environ['HOST_NAME']\n",
    }

    assert {each.name: each.required for each in component_of(tmp_path, files).env} == {
        "ADMIN_PASSWORD": False,
        "HOST_NAME": True,
        "KEY": True,
        "QUEUE_URL": True,
        "SHOP_ROOT": False,
        "STORE_URL": True,
    }
