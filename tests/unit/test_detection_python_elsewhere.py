"""Python programs whose parts lie in several files: an application that one makes and another starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

DASH = "import dash\napp = dash.Dash(__name__)\nserver = app.server\n"
GUARD = "if __name__ == '__main__':\n    "
STARTS = {
    "a factory of Tornado": (
        {
            "requirements.txt": "tornado\n",
            "serve_it.py": f"from site_code.pages import make_app\n{GUARD}site = make_app()\n    site.listen(8877)\n",
            "site_code/__init__.py": "",
            "site_code/pages.py": "import tornado.web\ndef make_app():\n    return tornado.web.Application([])\n",
        },
        ("tornado", "python serve_it.py", 8877),
    ),
    "a demo in a folder that is put on the path": (
        {
            "requirements.txt": "gradio\n",
            "app.py": "import os, sys\nsys.path.append('app')\nfrom screens import demo\n"
            f"{GUARD}demo.launch(server_name='0.0.0.0', server_port=int(os.getenv('PORT', '7870')))\n",
            "app/screens.py": f"import gradio as gr\nwith gr.Blocks() as demo:\n    gr.Label()\n{GUARD}demo.launch()\n",
        },
        ("gradio", "python app.py", 7870),
    ),
    "pages that are laid out beside Dash's object": (
        {
            "requirements.txt": "dash\ngunicorn\n",
            "app.py": DASH,
            "index.py": "from app import app, server\nfrom pages import first\napp.layout = first\n",
            "pages.py": "from app import app\nfirst = 1\n",
        },
        ("dash", "gunicorn index:server --bind 0.0.0.0:8000", 8000),
    ),
    "pages that are laid out and started beside it": (
        {
            "requirements.txt": "dash\ngunicorn\n",
            "app.py": DASH,
            "index.py": f"from app import app\napp.layout = 1\n{GUARD}app.run_server(host='0.0.0.0', port=8077)\n",
        },
        ("dash", "python index.py", 8077),
    ),
    "aiohttp by the name of its module": (
        {
            "setup.py": "from setuptools import setup\nNAME = 'links'\nsetup(name=NAME, install_requires=['aiohttp'],\n"
            "  entry_points={'console_scripts': ['{0}-serve = {0}.start:run'.format(NAME)]})\n",
            "links/__init__.py": "",
            "links/make.py": "from aiohttp.web_app import Application\ndef create():\n    return Application()\n",
            "links/start.py": "from aiohttp.web import run_app as go\nfrom links.make import create\n"
            "def run():\n    go(create())\n",
        },
        ("aiohttp", "links-serve", 8080),
    ),
}


@pytest.mark.parametrize("case", STARTS)
def test_what_starts_the_application_is_found_in_another_file(case: str, tmp_path: Path) -> None:
    files, expected = STARTS[case]
    component = component_of(tmp_path, files)

    assert (component.framework, component.start_command, component.port) == expected


SOCKETS = "import socketio\nsio = socketio.AsyncServer()\n"
SERVED = {
    "what stands in front of an application": (
        SOCKETS + "from fastapi import FastAPI\napp = FastAPI()\nall_of_it = socketio.ASGIApp(sio, app)\n",
        ("fastapi", "uvicorn main:all_of_it --host 0.0.0.0 --port 8000"),
    ),
    "what is mounted in one": (
        SOCKETS
        + "from fastapi import FastAPI\napp = FastAPI()\npart = socketio.ASGIApp(sio)\napp.mount('/ws', part)\n",
        ("fastapi", "uvicorn main:app --host 0.0.0.0 --port 8000"),
    ),
    "a function that is called": (
        "import functions_framework\n\n@functions_framework.http\ndef fares(request):\n    return ''\n",
        (None, "functions-framework --target fares"),
    ),
    "an application of no known framework": (
        "from graphs.asgi import Graph\napp = Graph()\n",
        (None, "uvicorn main:app --host 0.0.0.0 --port 8000"),
    ),
}


@pytest.mark.parametrize("case", SERVED)
def test_a_declared_server_is_given_the_whole_application(case: str, tmp_path: Path) -> None:
    code, expected = SERVED[case]
    declared = "fastapi\nuvicorn\n" if expected[0] else "functions-framework\nuvicorn\n"
    component = component_of(tmp_path, {"requirements.txt": declared, "main.py": code})

    assert (component.framework, component.start_command) == expected


FIGURES = "from prometheus_client import start_http_server\n"
MEASURING = {
    "an exporter": (f"{FIGURES}{GUARD}start_http_server(9119)\n    while True: pass\n", ("web", 9119)),
    "a bot": (
        f"{FIGURES}import discord\n{GUARD}start_http_server(9119)\n    discord.Client().run('')\n",
        ("worker", None),
    ),
}


@pytest.mark.parametrize("case", MEASURING)
def test_figures_about_itself_are_what_only_an_exporter_serves(case: str, tmp_path: Path) -> None:
    code, expected = MEASURING[case]
    component = component_of(tmp_path, {"requirements.txt": "prometheus-client\n", "main.py": code})

    assert (component.kind, component.port) == expected


def test_figures_beside_an_application_are_not_its_port(tmp_path: Path) -> None:
    code = (
        f"{FIGURES}from flask import Flask\napp = Flask('')\n{GUARD}start_http_server(9100)\n    app.run(port=5050)\n"
    )

    assert component_of(tmp_path, {"requirements.txt": "flask\n", "app.py": code}).port == 5050


def test_a_library_that_calls_itself_one_is_not_a_job(tmp_path: Path) -> None:
    metadata = "[metadata]\nname = knots\nclassifiers =\n    Topic :: Software Development :: Libraries\n"
    files = {"setup.cfg": metadata, "setup.py": "from setuptools import setup\nsetup()\n", "knots/__init__.py": ""}
    files["knots/tying/__main__.py"] = "print('tied')\n"

    assert profile_of(tmp_path / "one", files).verdict == "unsupported"
    assert component_of(tmp_path / "two", {**files, "setup.cfg": "[metadata]\nname = knots\n"}).kind == "job"


def test_a_folder_with_an_image_of_python_is_a_component_without_a_manifest(tmp_path: Path) -> None:
    code = "from fastapi import FastAPI\napp = FastAPI()\n"
    image = "FROM python:3.12\nCOPY . .\nRUN pip install fastapi uvicorn\nCMD uvicorn main:app --port 8300\n"
    compose = "services:\n  fares:\n    build: {context: fares, dockerfile: Dockerfile.fares}\n    ports: ['80:8300']\n"
    files = {"docker-compose.yml": compose, "fares/Dockerfile.fares": image, "fares/main.py": code}
    profile = profile_of(tmp_path, {**files, "site/requirements.txt": "flask\n", "site/app.py": "print(1)\n"})

    fares = next(each for each in profile.components if each.path == "fares")
    assert (fares.framework, fares.port, fares.dockerfile) == ("fastapi", 8300, "fares/Dockerfile.fares")


@pytest.mark.parametrize(("pinned", "services"), [("redis\n", ("redis",)), ("", ("rabbitmq",))])
def test_what_celery_brings_along_is_no_queue_beside_redis(
    pinned: str, services: tuple[str, ...], tmp_path: Path
) -> None:
    files = {
        "requirements.txt": f"amqp\ncelery\nkombu\n{pinned}",
        "tasks.py": "from celery import Celery\napp = Celery('x')\n",
    }

    assert component_of(tmp_path, files).backing_services == services
