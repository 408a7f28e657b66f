"""Scripts that pages load are run by a browser; folders of pages are known however their names are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

PAGE = '<!doctype html><title>Shop</title><script src="{}"></script>\n'
INIT = {"name": "shop", "version": "1.0.0", "scripts": {"test": 'echo "Error: no test specified" && exit 1'}}
LOADED = {
    "what npm init calls main": ({**INIT, "main": "app.js"}, "app.js"),
    "what lies where programs lie": (INIT, "./index.js"),
    "below public": ({**INIT, "main": "public/app.js"}, "app.js"),
}


@pytest.mark.parametrize("case", LOADED)
def test_a_script_that_a_page_loads_is_no_program(case: str, tmp_path: Path) -> None:
    package, script = LOADED[case]
    folder = "public/" if str(package.get("main", "")).startswith("public/") else ""
    files = {f"{folder}index.html": PAGE.format(script), f"{folder}{script.removeprefix('./')}": "alert('x');\n"}

    assert component_of(tmp_path, {"package.json": json.dumps(package), **files}).kind == "static"


def test_a_server_that_is_called_as_a_page_s_script_is_a_server(tmp_path: Path) -> None:
    package = {**INIT, "main": "app.js", "dependencies": {"express": "5"}}
    files = {"index.html": PAGE.format("app.js"), "app.js": "require('express')().listen(4100);\n"}
    component = component_of(tmp_path, {"package.json": json.dumps(package), **files})

    assert (component.kind, component.start_command, component.port) == ("web", "node app.js", 4100)


@pytest.mark.parametrize(("server", "pages"), [("backend", "frontend"), ("Backend", "Front-End"), ("Server", "CLIENT")])
def test_pages_beside_a_server_s_folder_are_a_site(server: str, pages: str, tmp_path: Path) -> None:
    files = {
        f"{server}/requirements.txt": "flask\ngunicorn\n",
        f"{server}/app.py": "from flask import Flask\napp = Flask(__name__)\n",
        f"{pages}/index.html": PAGE.format("shop.js"),
        f"{pages}/shop.js": "fetch('/goods');\n",
    }
    found = {(each.path, each.kind) for each in profile_of(tmp_path, files).components}

    assert found == {(server, "web"), (pages, "static")}


def test_pages_of_a_script_at_google_are_no_site(tmp_path: Path) -> None:
    files = {"appsscript.json": "{}", "Code.gs": "function doGet() {}\n", "index.html": PAGE.format("x.js")}

    assert profile_of(tmp_path, files).verdict == "unsupported"
