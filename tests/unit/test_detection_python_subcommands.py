"""Programs that must be told to serve: click, Typer and argparse."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.python.subcommands import serving_subcommand
from tests.unit.detection_kit import component_of, profile_of

GROUP = "import click\n@click.group()\ndef cli(): pass\n"
SPOKEN = {
    "a function under a group": (GROUP + "@cli.command()\ndef serve(): pass\n", "serve"),
    "a name that the decorator gives": (GROUP + "@cli.command('runserver')\ndef it(): pass\n", "runserver"),
    "a name that is given by name": (GROUP + "@cli.command(name='web')\ndef it(): pass\n", "web"),
    "a suffix that click takes off": (GROUP + "@cli.command()\ndef start_command(): pass\n", "start"),
    "the likeliest of several": (
        GROUP + "@cli.command()\ndef run(): pass\n@cli.command()\ndef serve(): pass\n",
        "serve",
    ),
    "parsers below argparse": ("s = p.add_subparsers()\ns.add_parser('server')\ns.add_parser('purge')\n", "server"),
    "several commands of Typer": (
        "import typer\na = typer.Typer()\n@a.command()\ndef api(): pass\n@a.command()\ndef seed(): pass\n",
        "api",
    ),
    "no command that serves": (GROUP + "@cli.command()\ndef purge(): pass\n", None),
    "a group that acts by itself": (
        "import click\n@click.group(invoke_without_command=True)\ndef cli(): pass\n@cli.command()\ndef run(): pass\n",
        None,
    ),
    "the only command of Typer": ("import typer\na = typer.Typer()\n@a.command()\ndef serve(): pass\n", None),
    "a command of a group below another": (
        GROUP + "@cli.group()\ndef db(): pass\n@db.command()\ndef start(): pass\n",
        None,
    ),
    "a command that is no group's": (GROUP + "@click.command()\ndef serve(): pass\n", None),
    "a command that is added to a group": (
        GROUP + "@click.command()\ndef serve(): pass\ncli.add_command(serve)\n",
        "serve",
    ),
    "what cannot be parsed": ("def (", None),
}


@pytest.mark.parametrize("case", SPOKEN)
def test_the_subcommand_that_serves_is_known(case: str) -> None:
    text, wanted = SPOKEN[case]

    assert serving_subcommand([text]) == wanted


SHOP = {
    "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['click', 'waitress']\n"
    "[project.scripts]\nshop = 'shop.cli:cli'\n[build-system]\nrequires = ['hatchling']\n"
    "build-backend = 'hatchling.build'\n",
    "shop/__init__.py": "",
    "shop/cli.py": "import click\nfrom shop import web\n@click.group()\ndef cli(): pass\n"
    "@cli.command()\ndef seed(): pass\n@cli.command()\ndef serve(): web.serve()\n",
    "shop/web.py": "from waitress import serve as waits\ndef serve():\n    waits(answer, host='0.0.0.0', port=8080)\n",
}


def test_a_console_script_is_told_to_serve(tmp_path: Path) -> None:
    component = component_of(tmp_path, SHOP)

    assert (component.kind, component.start_command, component.port) == ("web", "shop serve", 8080)


def test_a_tool_without_anything_that_listens_is_still_refused(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**SHOP, "shop/web.py": "def serve(): print('fake')\n"})

    assert profile.verdict == "unsupported"


SCRIPTS = {"the project's daemon": ("shop", "shopd"), "a server among tools": ("shop_worker_pool", "shop_homeserver")}


@pytest.mark.parametrize("case", SCRIPTS)
def test_of_several_console_scripts_the_one_that_serves_is_started(case: str, tmp_path: Path) -> None:
    other, wanted = SCRIPTS[case]
    scripts = f"[project.scripts]\n{other} = 'shop.web:serve'\n{wanted} = 'shop.web:serve'\n"
    text = SHOP["pyproject.toml"].replace("[project.scripts]\nshop = 'shop.cli:cli'\n", scripts)
    component = component_of(tmp_path, {**SHOP, "pyproject.toml": text})

    assert component.start_command == wanted
