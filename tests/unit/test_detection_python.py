"""Python repositories, each with the one thing that it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.models import EnvironmentVariable
from tests.unit.detection_kit import component_of, profile_of

FASTAPI = "from fastapi import FastAPI\n\napp = FastAPI()\n"
FLASK = "from flask import Flask\n\napp = Flask(__name__)\n"
MANAGE = 'import os\nimport django\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "cfg.settings")\n'
ASGI = "fastapi\nuvicorn\n"

STARTS = {
    "a src layout is told to the server": (
        {"pyproject.toml": '[project]\nname="x"\ndependencies=["fastapi", "uvicorn"]\n', "src/x/__init__.py": "",
         "src/x/main.py": FASTAPI},
        "uvicorn --app-dir src x.main:app --host 0.0.0.0 --port 8000", 8000,
    ),
    "a module that imports its neighbours is started in its folder": (
        {"requirements.txt": ASGI, "app/main.py": "from routes import r\n" + FASTAPI, "app/routes.py": "r = 1\n"},
        "uvicorn --app-dir app main:app --host 0.0.0.0 --port 8000", 8000,
    ),
    "an application that another one imports is a part of it": (
        {"requirements.txt": ASGI, "app.py": FASTAPI, "main.py": "from app import app as v1\n" + FASTAPI},
        "uvicorn main:app --host 0.0.0.0 --port 8000", 8000,
    ),
    "a factory is found by flask's own command": (
        {"requirements.txt": "flask\n",
         "shop/__init__.py": "from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n    return app\n"},
        "flask --app shop run --host 0.0.0.0 --port 5000", 5000,
    ),
    "a main that listens everywhere is used where no server is declared": (
        {"requirements.txt": "flask\n", "shop/__init__.py": FLASK,
         "run.py": 'from shop import app\nif __name__ == "__main__":\n    app.run("0.0.0.0", 8080)\n'},
        "python run.py", 8080,
    ),
    "a port in a settings class of another module": (
        {"requirements.txt": ASGI + "pydantic-settings\n",
         "config.py": "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    port: int = 9200\n"
                      "settings = S()\n",
         "main.py": "import uvicorn\nfrom config import settings\n" + FASTAPI +
                    'if __name__ == "__main__":\n    uvicorn.run(app, port=settings.port)\n'},
        "uvicorn main:app --host 0.0.0.0 --port 9200", 9200,
    ),
    "django below the root": (
        {"requirements.txt": "django\ngunicorn\n", "shop/manage.py": MANAGE, "shop/cfg/wsgi.py": "",
         "shop/cfg/settings.py": ""},
        "gunicorn --chdir shop cfg.wsgi:application --bind 0.0.0.0:8000", 8000,
    ),
    "django without a server": (
        {"requirements.txt": "django\n", "manage.py": MANAGE, "cfg/wsgi.py": "", "cfg/settings.py": ""},
        "python manage.py runserver 0.0.0.0:8000", 8000,
    ),
    "django behind uvicorn": (
        {"requirements.txt": "django\nuvicorn\n", "manage.py": MANAGE, "cfg/asgi.py": "", "cfg/settings.py": ""},
        "uvicorn cfg.asgi:application --host 0.0.0.0 --port 8000", 8000,
    ),
    "streamlit": (
        {"requirements.txt": "streamlit\n", "app.py": "import streamlit as st\nst.title('x')\n"},
        "streamlit run app.py --server.address 0.0.0.0 --server.port 8501", 8501,
    ),
    "gradio": (
        {"requirements.txt": "gradio\n",
         "app.py": "import gradio as gr\nd = gr.Blocks()\nd.launch(server_name='0.0.0.0', server_port=7000)\n"},
        "python app.py", 7000,
    ),
    "aiohttp": (
        {"requirements.txt": "aiohttp\n",
         "main.py": "from aiohttp import web\napp = web.Application()\nweb.run_app(app, port=8088)\n"},
        "python main.py", 8088,
    ),
    "tornado's application made by a function": (
        {"requirements.txt": "tornado\n",
         "server.py": "import tornado.web\ndef make_app():\n    return tornado.web.Application([])\n"
                      "if __name__ == '__main__':\n    make_app().listen(8888)\n"},
        "python server.py", 8888,
    ),
    "bottle by a star import": (
        {"requirements.txt": "bottle\n", "app.py": "from bottle import *\nrun(host='0.0.0.0', port=8081)\n"},
        "python app.py", 8081,
    ),
    "argparse's default": (
        {"server.py": "import argparse\nfrom http.server import *\np = argparse.ArgumentParser()\n"
                      "p.add_argument('--port', type=int, default=8123)\nargs = p.parse_args()\n"
                      "HTTPServer(('', args.port), SimpleHTTPRequestHandler).serve_forever()\n"},
        "python server.py", 8123,
    ),
    "a socket": (
        {"server.py": "import socket\ns = socket.socket()\ns.bind(('0.0.0.0', 9009))\nwhile True:\n    s.accept()\n"},
        "python server.py", 9009,
    ),
    "grpc": (
        {"requirements.txt": "grpcio\n",
         "server.py": "import grpc\ndef serve():\n    s = grpc.server(None)\n    s.add_insecure_port('[::]:50051')\n"
                      "if __name__ == '__main__':\n    serve()\n"},
        "python server.py", 50051,
    ),
    "a console script that listens": (
        {"pyproject.toml": '[tool.poetry]\nname="w"\n[tool.poetry.dependencies]\npython="~3.10"\naiohttp="*"\n'
                           '[tool.poetry.scripts]\nrunw="w.main:run"\n[build-system]\nrequires=["poetry-core"]\n',
         "w/__init__.py": "", "w/main.py": "from aiohttp import web\ndef run():\n    web.run_app(None, port=8085)\n"},
        "runw", 8085,
    ),
    "a server that can be told no folder leaves it to the application's own main": (
        {"requirements.txt": "flask\nwaitress\n",
         "src/server.py": "from waitress import serve\n" + FLASK +
                          "if __name__ == '__main__':\n    serve(app, host='0.0.0.0', port=8900)\n"},
        "python src/server.py", 8900,
    ),
    "PORT without a default is ours to choose": (
        {"server.py": "import os\nfrom http.server import *\nHTTPServer(('', int(os.environ['PORT'])), None)\n"},
        "python server.py", 8000,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STARTS)
def test_it_is_known_how_a_server_starts_and_where_it_listens(case: str, tmp_path: Path) -> None:
    files, command, port = STARTS[case]
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command, component.port) == ("web", command, port)


SILENT = {
    "celery": (
        {"requirements.txt": "celery\nredis\n", "tasks.py": "from celery import Celery\napp = Celery('tasks')\n"},
        "worker", "celery -A tasks worker --loglevel INFO",
    ),
    "a bot": (
        {"requirements.txt": "discord.py\n", "bot.py": "import discord\nc = discord.Client()\nc.run('x')\n"},
        "worker", "python bot.py",
    ),
    "a package with a loop": (
        {"requirements.txt": "schedule\n", "pkg/__init__.py": "", "pkg/__main__.py": "from .core import go\ngo()\n",
         "pkg/core.py": "import schedule\ndef go():\n    while True:\n        schedule.run_pending()\n"},
        "worker", "python -m pkg",
    ),
    "a script that ends": ({"main.py": "print('done')\n"}, "job", "python main.py"),
    "a console script of setup.py": (
        {"setup.py": "from setuptools import setup\nsetup(entry_points={'console_scripts': ['tool=tool.cli:main']})\n",
         "tool/__init__.py": "", "tool/cli.py": "def main():\n    pass\n"},
        "job", "tool",
    ),
    "a package without a program": (
        {"pyproject.toml": '[project]\nname="x"\n', "x/__init__.py": "def double(n):\n    return 2 * n\n"},
        "library", None,
    ),
    "a loop that asks a person": ({"main.py": "while True:\n    print(input('?'))\n"}, "job", "python main.py"),
}  # fmt: skip


@pytest.mark.parametrize("case", SILENT)
def test_no_port_is_invented_for_what_does_not_listen(case: str, tmp_path: Path) -> None:
    files, kind, command = SILENT[case]
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command, component.port) == (kind, command, None)
    assert component.health_path is None
    assert not [each for each in component.evidence if each.field == "port"]


def test_two_applications_of_equal_rank_are_ambiguous_and_the_flag_is_named(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"requirements.txt": ASGI, "app.py": FASTAPI, "main.py": FASTAPI})

    assert profile.verdict == "ambiguous"
    assert "--start" in profile.message


def variables(tmp_path: Path, code: str, **more: str) -> dict[str, EnvironmentVariable]:
    component = component_of(tmp_path, {"main.py": code, **{f"{name}.py": text for name, text in more.items()}})
    return {each.name: each for each in component.env}


def test_a_variable_is_required_only_when_nothing_works_without_it(tmp_path: Path) -> None:
    found = variables(
        tmp_path,
        'import os\nA = os.environ["A"]\nB = os.environ.get("B")\nC = os.getenv("C", "c")\n'
        'D = os.getenv("D") or "d"\n'
        'E = os.getenv("E")\nif not E:\n    raise SystemExit("E")\n'
        'if "F" in os.environ:\n    F = os.environ["F"]\n'
        'try:\n    G = os.environ["G"]\nexcept KeyError:\n    G = ""\n'
        'PORT = os.environ["PORT"]\nHOME = os.environ["HOME"]\nos.environ["SET"] = "1"\nprint(A)\n',
    )

    assert {name: (each.default, each.required) for name, each in found.items()} == {
        "A": (None, True),
        "B": (None, False),
        "C": ("c", False),
        "D": ("d", False),
        "E": (None, True),
        "F": (None, False),
        "G": (None, False),
        "PORT": (None, False),
    }


def test_settings_classes_and_env_libraries_say_what_is_required(tmp_path: Path) -> None:
    found = variables(
        tmp_path,
        "import environ\nfrom decouple import config\nfrom pydantic import Field\n"
        "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
        'env = environ.Env()\nA = env("A")\nB = env.bool("B", default=False)\nC = config("C")\n'
        'D = config("D", default="d")\n'
        'class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="S_")\n'
        "    one: str\n    two: int = 2\n"
        "    three: str | None = None\n    four: str = Field(...)\n    five: str = Field(default='5')\nprint(S())\n",
    )

    assert {name for name, each in found.items() if each.required} == {"A", "C", "S_ONE", "S_FOUR"}
    assert found["S_TWO"].default == "2"
    assert found["S_FIVE"].default == "5"


ROUTER = "from fastapi import APIRouter, FastAPI\nr = APIRouter({})\n@r.get('/health')\ndef h(): ...\napp = FastAPI()\n"
BLUEPRINT = "b = Blueprint('b', __name__, url_prefix='/old')\n@b.get('/health')\ndef h(): ...\n"
HEALTH = {
    "a decorator": (FLASK + '@app.route("/healthz")\ndef h(): ...\n', "/healthz"),
    "the likeliest of several": (
        FLASK + '@app.get("/status")\ndef s(): ...\n@app.get("/health")\ndef h(): ...\n',
        "/health",
    ),
    "only what answers GET": (FLASK + '@app.post("/health")\ndef h(): ...\n', None),
    "not a path with a parameter": (FLASK + '@app.get("/health/<name>")\ndef h(name): ...\n', None),
    "a router behind prefixes": (
        ROUTER.format("prefix='/v1'") + "app.include_router(r, prefix='/api')\n",
        "/api/v1/health",
    ),
    "not a router that nothing mounts": (ROUTER.format(""), None),
    "not a router whose prefix is computed": (
        "from c import P\n" + ROUTER.format("") + "app.include_router(r, prefix=P)\n",
        None,
    ),
    "a blueprint's prefix is replaced by the one it is registered with": (
        "from flask import Blueprint\n" + BLUEPRINT + FLASK + "app.register_blueprint(b, url_prefix='/api')\n",
        "/api/health",
    ),
}


@pytest.mark.parametrize("case", HEALTH)
def test_a_health_path_is_whole_or_not_there(case: str, tmp_path: Path) -> None:
    code, path = HEALTH[case]
    component = component_of(tmp_path, {"requirements.txt": ASGI + "flask\ngunicorn\n", "main.py": code})

    assert component.health_path == path


def test_packages_say_which_services_and_debian_packages_are_needed(tmp_path: Path) -> None:
    component = component_of(
        tmp_path, {"requirements.txt": "flask\npsycopg2==2.9\nredis\nmysqlclient\nlxml\n", "app.py": FLASK}
    )

    assert component.backing_services == ("mysql", "postgres", "redis")
    assert {"gcc", "libpq-dev", "default-libmysqlclient-dev"} <= set(component.build_packages)
    assert {"libpq5", "libmariadb3"} == set(component.runtime_packages)


def test_a_binary_wheel_needs_no_debian_package(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"requirements.txt": "flask\npsycopg[binary]==3.2\n", "app.py": FLASK})

    assert component.backing_services == ("postgres",)
    assert component.build_packages == component.runtime_packages == ()


CONFIGURED = {
    "gunicorn.conf.py": 'workers = 2\nbind = "0.0.0.0:7001"\n',
    ".flaskenv": "FLASK_APP=app\nFLASK_RUN_PORT=7001\n",
    ".streamlit/config.toml": "[server]\nport = 7001\n",
}


@pytest.mark.parametrize("name", CONFIGURED)
def test_a_port_in_a_servers_own_configuration_is_read(name: str, tmp_path: Path) -> None:
    files = {"requirements.txt": "flask\ngunicorn\n", "app.py": FLASK, name: CONFIGURED[name]}

    assert component_of(tmp_path, files).port == 7001
