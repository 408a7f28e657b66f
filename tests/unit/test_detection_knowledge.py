"""Every row of the tables is one that its own example is recognised by."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.ecosystems import COMPLETE
from tasks.detection.foreign import foreign_language
from tasks.detection.health import health_rank
from tasks.detection.node.frameworks import NodeFramework
from tasks.detection.node.frameworks import frameworks as node_frameworks
from tasks.detection.packages import backing_services, service_of_image
from tasks.detection.python.frameworks import PythonFramework
from tasks.detection.python.frameworks import frameworks as python_frameworks
from tasks.detection.python.listeners import Listener, table
from tasks.detection.python.reader import read_source
from tasks.detection.versions import languages
from tasks.knowledge import load
from tests.unit.detection_kit import component_of

SETUP = {
    "socket": "import socket\nserver = socket.socket()\n",
    "grpc": "import grpc\nserver = grpc.server(None)\n",
    "tornado": "import tornado.web\napp = tornado.web.Application()\n",
    "flask": "from flask import Flask\napp = Flask('x')\n",
    "quart": "from quart import Quart\napp = Quart('x')\n",
    "sanic": "from sanic import Sanic\napp = Sanic('x')\n",
    "bottle": "from bottle import Bottle\napp = Bottle()\n",
    "dash": "from dash import Dash\napp = Dash('x')\n",
    "robyn": "from robyn import Robyn\napp = Robyn('x')\n",
    "webpy": "import web\napp = web.application((), {})\n",
    "responder": "import responder\napi = responder.API()\n",
    "anything": "bot = updater = object()\n",
    "slack_bolt": "from slack_bolt import App\napp = App()\n",
    "mcp": "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n",
    "gradio": "import gradio\ndemo = gradio.Blocks()\n",
}


@pytest.mark.parametrize("row", table().listener, ids=lambda row: f"{row.receiver or ''}{row.call}")
def test_a_call_that_listens_is_recognised_by_its_example(row: Listener) -> None:
    module, _, name = row.call.rpartition(".")
    before = SETUP[row.receiver] if row.receiver else f"import {module}\nfrom {module} import {name}\n"
    aliases = (
        "from aiohttp import web\nfrom nicegui import ui\nimport flet as ft\nfrom twisted.internet import reactor\n"
        "import asyncio, bottle, hypercorn, socketserver, uvicorn, waitress, websockets\n"
    )
    source = read_source("x.py", f"{aliases}{before}{row.example}\n")

    assert source is not None
    assert [each.call for each in (source.figures if row.figures else source.listens)] == [row.call]


@pytest.mark.parametrize("row", python_frameworks(), ids=lambda row: row.name)
def test_a_python_framework_is_recognised_by_its_package(row: PythonFramework, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"requirements.txt": f"{row.packages[0]}==1.0\n", "x.py": ""})

    assert component.framework == (None if row.also_client else row.name)


@pytest.mark.parametrize("row", node_frameworks(), ids=lambda row: row.name)
def test_a_node_framework_is_recognised_by_its_package(row: NodeFramework, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"package.json": f'{{"dependencies": {{"{row.packages[0]}": "1"}}}}'})

    assert component.framework == row.name


@pytest.mark.parametrize("name", [key for key in languages() if key not in COMPLETE])
def test_a_language_without_a_template_is_recognised_by_its_example(name: str) -> None:
    assert foreign_language(languages()[name].example) == name


@pytest.mark.parametrize("name", backing_services())
def test_a_service_is_recognised_by_its_image_and_its_example(name: str, tmp_path: Path) -> None:
    service = backing_services()[name]

    assert all(service_of_image(f"registry.invalid:5000/library/{image}:1") == name for image in service.images)
    if "==" in service.example:
        files = {"requirements.txt": service.example + "\n", "main.py": "print(1)\n"}
    else:
        package, _, version = service.example.rpartition("@")
        files = {"package.json": f'{{"dependencies": {{"{package}": "{version}"}}}}', "server.js": "x.listen(1)"}
    assert component_of(tmp_path, files).backing_services == (name,)


def test_each_health_path_is_a_path() -> None:
    paths = load("health")["paths"]
    assert isinstance(paths, list)
    assert [health_rank(path) for path in paths] == list(range(len(paths)))
