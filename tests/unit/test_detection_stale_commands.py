"""Commands of deployment files that would start nothing: they name what is not there, or a file that only defines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

FLASK = {"requirements.txt": "flask\ngunicorn\n", "main.py": "from flask import Flask\napp = Flask(__name__)\n"}
SITE = {
    "requirements.txt": "django\ngunicorn\n",
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'clinic.settings')\n",
    "clinic/__init__.py": "",
    "clinic/settings.py": "WSGI_APPLICATION = 'clinic.wsgi.application'\n",
    "clinic/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
}
BOT = {"requirements.txt": "discord.py\n", "Bot.py": "import discord\ndiscord.Client().run('')\n"}
LINES = {
    "a module in other letters": (SITE, "web: gunicorn Clinic.wsgi --log-file -", "gunicorn clinic.wsgi --log-file -"),
    "a script in other letters": (BOT, "worker: python bot.py", "python Bot.py"),
    "a module that is not there": (FLASK, "web: gunicorn -w 4 wsgi:application", "gunicorn main:app"),
    "a module that is there": (FLASK, "web: gunicorn -k gthread main:app", "gunicorn -k gthread main:app"),
    "a module in another folder": (
        {**FLASK, "code/service.py": "app = 1\n"}, "web: gunicorn --chdir code service:app",
        "gunicorn --chdir code service:app",
    ),
    "options that look like modules": (
        FLASK, "web: gunicorn -c conf.py -k uvicorn.workers.UvicornWorker main:app",
        "gunicorn -c conf.py -k uvicorn.workers.UvicornWorker main:app",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_a_procfile_is_held_against_what_is_there(case: str, tmp_path: Path) -> None:
    files, line, command = LINES[case]
    component = component_of(tmp_path, {**files, "Procfile": f"{line}\n"})

    assert (component.start_command or "").removesuffix(" --bind 0.0.0.0:8000") == command


IMAGE = "FROM python:3.12\nCOPY . .\nRUN pip install -r requirements.txt\nCMD python serve_it.py\n"
API = {
    "requirements.txt": "fastapi\nuvicorn\n",
    "serve_it.py": "from fastapi import FastAPI\napi = FastAPI()\napi.add_middleware(None)\n\n@api.get('/')\n"
    "def index(): return {}\n",
}
GOING_ON = {
    "a guard": "if __name__ == '__main__':\n    begin()\n",
    "a call": "serve(api)\n",
    "a loop": "for each in range(9):\n    print(each)\n",
}


def test_an_image_that_runs_a_file_which_only_defines_is_not_built(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**API, "Dockerfile": IMAGE})
    component = profile.components[0]

    assert (component.dockerfile, component.language_version) == (None, "3.12")
    assert component.start_command == "uvicorn serve_it:api --host 0.0.0.0 --port 8000"
    assert profile.warnings[0] == "Dockerfile starts `python serve_it.py`, which is no application: it is not built"


@pytest.mark.parametrize("case", GOING_ON)
def test_an_image_that_runs_a_file_which_goes_on_is_built(case: str, tmp_path: Path) -> None:
    files = {**API, "serve_it.py": API["serve_it.py"] + GOING_ON[case], "Dockerfile": IMAGE}

    assert component_of(tmp_path, files).dockerfile == "Dockerfile"


@pytest.mark.parametrize("command", ['["crond", "-f"]', "cron && tail -f /var/log/cron.log", "supercronic /crontab"])
def test_an_image_that_waits_for_its_hour_is_a_worker(command: str, tmp_path: Path) -> None:
    files = {"requirements.txt": "requests\n", "fetch.py": "import requests\nprint(requests.get('x'))\n"}
    image = f"FROM python:3.12-alpine\nCOPY . .\nRUN crontab crontab\nCMD {command}\n"

    assert component_of(tmp_path, {**files, "Dockerfile": image}).kind == "worker"
