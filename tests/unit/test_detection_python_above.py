"""Components whose own folder is the package that their code is imported by: they are started from the folder above."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.models import ImagePlan
from tests.unit.detection_kit import component_of

FASTAPI = "from fastapi import FastAPI\n"
MADE = "app = FastAPI()\n"
STARTS = {
    "an import by the folder's name": (
        {
            "requirements.txt": "fastapi\nuvicorn\n",
            "main.py": f"{FASTAPI}from shop.stock import goods\n{MADE}",
            "stock.py": "goods = []\n",
        },
        "uvicorn --app-dir .. shop.main:app --host 0.0.0.0 --port 8000",
    ),
    "an import with a dot": (
        {
            "requirements.txt": "fastapi\nuvicorn\n",
            "main.py": f"{FASTAPI}from . import stock\n{MADE}",
            "stock.py": "goods = []\n",
        },
        "uvicorn --app-dir .. shop.main:app --host 0.0.0.0 --port 8000",
    ),
    "a server of WSGI": (
        {
            "requirements.txt": "flask\ngunicorn\n",
            "__init__.py": "",
            "web.py": "from flask import Flask\nfrom shop.stock import goods\napp = Flask(__name__)\n",
            "stock/__init__.py": "goods = []\n",
        },
        "gunicorn --chdir .. shop.web:app --bind 0.0.0.0:8000",
    ),
    "a queue": (
        {
            "requirements.txt": "celery\nredis\n",
            "jobs.py": "from celery import Celery\nfrom shop.stock import goods\n"
            "queue = Celery('x', broker='redis://redis')\n",
            "stock.py": "goods = []\n",
        },
        "celery --workdir .. -A shop.jobs worker --loglevel INFO",
    ),
    "a program": (
        {
            "requirements.txt": "pika\n",
            "main.py": "import pika\nfrom shop.stock import goods\nif __name__ == '__main__':\n"
            "    while True:\n        pika.tick()\n",
            "stock.py": "goods = []\n",
        },
        "env PYTHONPATH=.. python -m shop.main",
    ),
}


@pytest.mark.parametrize("case", STARTS)
def test_a_component_that_is_a_package_itself_is_imported_from_above(case: str, tmp_path: Path) -> None:
    files, command = STARTS[case]
    component = component_of(tmp_path, {f"shop/{name}": text for name, text in files.items()})

    assert (component.path, component.start_command) == ("shop", command)


@pytest.mark.parametrize("case", STARTS)
def test_its_folder_keeps_its_name_in_the_image(case: str, tmp_path: Path) -> None:
    files, _ = STARTS[case]
    component = component_of(tmp_path, {f"shop/{name}": text for name, text in files.items()})
    text = render(ImagePlan(component=component, context=tmp_path)).text

    assert "COPY shop/ ./shop/" in text
    assert text.count("WORKDIR /app/shop") == 2


INSIDE = {
    "a package of the same name below": {
        "main.py": f"{FASTAPI}from shop.stock import goods\n{MADE}",
        "shop/stock.py": "",
    },
    "modules beside": {"main.py": f"{FASTAPI}from stock import goods\n{MADE}", "stock.py": ""},
    "a package of somebody else's": {"main.py": f"{FASTAPI}from shop.client import goods\n{MADE}", "stock.py": ""},
}


@pytest.mark.parametrize("case", INSIDE)
def test_other_components_are_imported_from_their_own_folder(case: str, tmp_path: Path) -> None:
    files = {"requirements.txt": "fastapi\nuvicorn\n", **INSIDE[case]}
    component = component_of(tmp_path, {f"shop/{name}": text for name, text in files.items()})

    assert component.start_command == "uvicorn main:app --host 0.0.0.0 --port 8000"
