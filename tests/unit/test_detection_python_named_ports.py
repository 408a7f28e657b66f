"""Ports that are known by their names alone, and sites and lists of requirements inside a Python package."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

SHOP = {
    "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['flask', 'tornado']\n"
    "[project.scripts]\nshop = 'shop.main:main'\n[build-system]\nrequires = ['hatchling']\n"
    "build-backend = 'hatchling.build'\n",
    "shop/__init__.py": "",
    "shop/main.py": "from shop import web\ndef main(): web.start()\n",
    "shop/web.py": "from flask import Flask\nfrom tornado.wsgi import WSGIContainer\n"
    "from tornado.httpserver import HTTPServer\nfrom shop import settings\napp = Flask(__name__)\n"
    "def start():\n    HTTPServer(WSGIContainer(app)).listen(settings.read().port)\n",
}
NAMED = {
    "a constant": ("DEFAULT_PORT = 8083\ndef read(): ...\n", 8083),
    "an option of optparse": ('def read(p):\n    p.add_option("--port", type=int, default=8084)\n', 8084),
    "a port of something else": ("SMTP_PORT = 25\ndef read(): ...\n", 5000),
}


@pytest.mark.parametrize("case", NAMED)
def test_a_port_is_known_by_its_name_where_the_call_cannot_be_followed(case: str, tmp_path: Path) -> None:
    text, port = NAMED[case]
    component = component_of(tmp_path, {**SHOP, "shop/settings.py": text})

    assert (component.start_command, component.port) == ("shop", port)


def test_a_port_that_the_call_says_goes_before_a_name(tmp_path: Path) -> None:
    web = SHOP["shop/web.py"].replace("settings.read().port", "8090")
    component = component_of(tmp_path, {**SHOP, "shop/web.py": web, "shop/settings.py": "DEFAULT_PORT = 8083\n"})

    assert component.port == 8090


def test_lists_of_requirements_in_a_projects_package_make_no_second_project(tmp_path: Path) -> None:
    files = {**SHOP, "shop/settings.py": "DEFAULT_PORT = 8083\n", "shop/requirements.txt": "flask\n"}

    assert [each.path for each in profile_of(tmp_path, files).components] == ["."]


SITE = {"package.json": '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}', "index.html": "<p>"}


@pytest.mark.parametrize("folder", ["shop/static/js", "shop/front"])
def test_a_site_in_a_python_package_is_a_part_of_what_serves_it(folder: str, tmp_path: Path) -> None:
    files = {**SHOP, "shop/settings.py": "PORT = 8083\n", **{f"{folder}/{name}": text for name, text in SITE.items()}}

    assert [each.path for each in profile_of(tmp_path, files).components] == ["."]


def test_a_site_beside_the_python_package_is_one_of_its_own(tmp_path: Path) -> None:
    files = {**SHOP, "shop/settings.py": "PORT = 8083\n", **{f"front/{name}": text for name, text in SITE.items()}}

    assert [(each.path, each.kind) for each in profile_of(tmp_path, files).components] == [
        (".", "web"),
        ("front", "static"),
    ]
