"""How Python web applications are started: the object a server is given, scripts of their own, and the port."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of

FASTAPI = "from fastapi import FastAPI\n\napp = FastAPI()\n"
FLASK = "from flask import Flask\n\napp = Flask(__name__)\n"
GATEWAY = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
ASGI = "fastapi\nuvicorn\n"

STARTS = {
    "the object that the program names": (
        {
            "requirements.txt": ASGI,
            "main.py": FASTAPI,
            "api/__init__.py": "",
            "api/web.py": FASTAPI.replace("app =", "service ="),
            "run.py": "import uvicorn\nif __name__ == '__main__':\n    uvicorn.run('api.web:service', port=8099)\n",
        },
        "uvicorn api.web:service --host 0.0.0.0 --port 8099",
        8099,
    ),
    "an instance of a package's factory": (
        {
            "requirements.txt": "flask\n",
            "shop/__init__.py": FLASK.replace("app =", "def create_app():\n    app =") + "    return app\n",
            "microblog.py": "from shop import create_app\napp = create_app()\n",
        },
        "flask --app microblog run --host 0.0.0.0 --port 5000",
        5000,
    ),
    "the project's own command before a development server": (
        {
            "pyproject.toml": '[project]\nname="shop"\ndependencies=["flask"]\n[project.scripts]\n'
            'shop-tools="shop.cli:main"\nshop="shop.web:main"\n[build-system]\nrequires=["hatchling"]\n',
            "shop/__init__.py": "",
            "shop/cli.py": "def main(): pass\n",
            "shop/web.py": FLASK + "def main():\n    app.run(port=4000)\n",
        },
        "shop",
        4000,
    ),
    "a server where none is declared": (
        {"requirements.txt": "fastapi\n", "main.py": FASTAPI},
        "uvicorn main:app --host 0.0.0.0 --port 8000",
        8000,
    ),
    "a server that an extra brings": (
        {"requirements.txt": "fastapi[all]\n", "main.py": FASTAPI},
        "uvicorn main:app --host 0.0.0.0 --port 8000",
        8000,
    ),
    "uwsgi": (
        {"requirements.txt": "flask\nuwsgi\n", "app.py": FLASK},
        "uwsgi --master --module app:app --http-socket 0.0.0.0:8000",
        8000,
    ),
    "a script table": (
        {
            "pyproject.toml": '[project]\nname="x"\ndependencies=["fastapi","uvicorn"]\n[tool.poe.tasks]\n'
            'serve = {cmd = "uvicorn main:app --port 9200"}\n',
            "main.py": FASTAPI,
        },
        "uvicorn main:app --host 0.0.0.0 --port 9200",
        9200,
    ),
    "a script table for development says only the port": (
        {
            "Pipfile": '[packages]\nfastapi="*"\nuvicorn="*"\n[scripts]\nstart="uvicorn a:b --reload --port 9201"\n',
            "main.py": FASTAPI,
        },
        "uvicorn main:app --host 0.0.0.0 --port 9201",
        9201,
    ),
    "a start script": (
        {
            "requirements.txt": "flask\n",
            "app.py": FLASK,
            "start.sh": "#!/bin/sh\nset -e\nexec gunicorn -w 2 \\\n  -b :5050 app:app\n",
        },
        "gunicorn -w 2 app:app --bind 0.0.0.0:5050",
        5050,
    ),
    "a Makefile says the port": (
        {"requirements.txt": ASGI, "main.py": FASTAPI, "Makefile": "run:\n\t@uvicorn main:app --port 8400\n"},
        "uvicorn main:app --host 0.0.0.0 --port 8400",
        8400,
    ),
    "a default that a call implies gives way to the server's own": (
        {"requirements.txt": "flask\ngunicorn\n", "wsgi.py": FLASK + "if __name__ == '__main__':\n    app.run()\n"},
        "gunicorn wsgi:app --bind 0.0.0.0:8000",
        8000,
    ),
    "gunicorn's file with a variable": (
        {
            "requirements.txt": "flask\ngunicorn\n",
            "app.py": FLASK,
            "gunicorn_conf.py": "import os\nbind = '0.0.0.0:' + os.environ.get('PORT', '8766')\n",
        },
        "gunicorn app:app --bind 0.0.0.0:8766",
        8766,
    ),
    "the last of several commands": (
        {
            "requirements.txt": "flask\ngunicorn\n",
            "app.py": FLASK,
            "Procfile": "web: flask db upgrade && gunicorn app:app\n",
        },
        "flask db upgrade && gunicorn app:app --bind 0.0.0.0:8000",
        8000,
    ),
    "django without manage.py": (
        {
            "requirements.txt": "django\ngunicorn\n",
            "shop/wsgi.py": GATEWAY,
            "shop/__init__.py": "",
            "shop/settings.py": "",
        },
        "gunicorn shop.wsgi:application --bind 0.0.0.0:8000",
        8000,
    ),
    "django whose gateway is a package": (
        {"requirements.txt": "django\nuwsgi\n", "shop/wsgi/__init__.py": GATEWAY, "shop/__init__.py": ""},
        "uwsgi --master --module shop.wsgi:application --http-socket 0.0.0.0:8000",
        8000,
    ),
    "what dash has for a server": (
        {
            "requirements.txt": "dash\ngunicorn\n",
            "app.py": "import dash\napp = dash.Dash('x')\nserver = app.server\n",
        },
        "gunicorn app:server --bind 0.0.0.0:8000",
        8000,
    ),
    "flask under dash": (
        {
            "requirements.txt": "dash\ngunicorn\n",
            "app.py": "import dash, flask\nserver = flask.Flask('x')\napp = dash.Dash('x', server=server)\n",
        },
        "gunicorn app:server --bind 0.0.0.0:8000",
        8000,
    ),
    "pyramid": (
        {"requirements.txt": "pyramid\n", "production.ini": "[app:main]\n[server:main]\nlisten = *:6600\n", "x.py": ""},
        "pserve production.ini",
        6600,
    ),
    "chainlit": (
        {"requirements.txt": "chainlit\nfastapi\n", "app.py": "import chainlit as cl\n"},
        "chainlit run app.py --host 0.0.0.0 --port 8000",
        8000,
    ),
    "panel": (
        {"requirements.txt": "panel\n", "app.py": "import panel as pn\npn.Row().servable()\n"},
        "panel serve app.py --address 0.0.0.0 --port 5006",
        5006,
    ),
    "a page that imports others": (
        {"requirements.txt": "streamlit\n", "a.py": "import streamlit\n", "view.py": "import streamlit\nimport a\n"},
        "streamlit run view.py --server.address 0.0.0.0 --server.port 8501",
        8501,
    ),
    "reflex": (
        {"requirements.txt": "reflex\n", "rxconfig.py": "import reflex as rx\nrx.Config(app_name='x')\n"},
        "reflex run --env prod",
        3000,
    ),
    "a bot that serves a page in a thread": (
        {
            "requirements.txt": "discord.py\nflask\n",
            "main.py": "import discord\nfrom page import serve\nserve()\ndiscord.Client().run('x')\n",
            "page.py": "from flask import Flask\nfrom threading import Thread\napp = Flask('')\n"
            "def run():\n    app.run(host='0.0.0.0', port=8081)\ndef serve():\n    Thread(target=run).start()\n",
        },
        "python main.py",
        8081,
    ),
    "a worker that imports an application with a program of its own": (
        {
            "requirements.txt": "flask\nrq\n",
            "jobs.py": "from rq import Worker\nfrom app import app\nWorker(['x']).work()\n",
            "app.py": "from flask import Flask\napp = Flask('')\ndef run():\n    app.run(port=5000)\n"
            "if __name__ == '__main__':\n    run()\n",
        },
        "flask --app app run --host 0.0.0.0 --port 5000",
        5000,
    ),
}


@pytest.mark.parametrize("case", STARTS)
def test_an_application_is_started_by_what_the_project_shows(case: str, tmp_path: Path) -> None:
    files, command, port = STARTS[case]
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command, component.port) == ("web", command, port)


def test_the_health_route_of_decorators_that_hang_on_no_object_is_found(tmp_path: Path) -> None:
    code = "from litestar import Litestar, get\n@get('/health')\ndef health(): return ''\napp = Litestar([health])\n"

    assert component_of(tmp_path, {"requirements.txt": "litestar\nuvicorn\n", "a.py": code}).health_path == "/health"


def test_the_health_route_in_a_list_of_tornado_is_found(tmp_path: Path) -> None:
    code = (
        "import tornado.web\nclass H(tornado.web.RequestHandler): pass\n"
        "app = tornado.web.Application([(r'/healthz', H)])\napp.listen(8000)\n"
    )

    assert component_of(tmp_path, {"requirements.txt": "tornado\n", "a.py": code}).health_path == "/healthz"
