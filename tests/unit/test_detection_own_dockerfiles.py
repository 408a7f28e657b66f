"""Whose Dockerfile it is, in which folder it is built, and when it is none to build."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
CSPROJ = (
    '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net9.0</TargetFramework>'
    "</PropertyGroup></Project>"
)
SITE = {
    "package.json": '{"scripts": {"dev": "vite", "build": "vite build"}, "devDependencies": {"vite": "7"}}',
    "index.html": "<p>",
}


def below(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


BACKEND = {"requirements.txt": "fastapi\nuvicorn\n", "main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}

IDLE = {
    "a language's image": "FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n",
    "through a stage": "FROM python:3.12 AS base\nFROM base\nCOPY . .\n",
    "from another registry": "FROM registry.invalid/library/python:3.12\nEXPOSE 8000\n",
}


@pytest.mark.parametrize("case", IDLE)
def test_a_dockerfile_whose_image_starts_nothing_is_not_built(case: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**FLASK, "Dockerfile": IDLE[case]})
    component = profile.components[0]

    assert (component.dockerfile, component.dockerfile_context) == (None, None)
    assert component.language_version == "3.12"
    assert component.start_command == "gunicorn app:app --bind 0.0.0.0:8000"
    assert profile.warnings == (
        "Dockerfile says no command that goes on, so its image would end at once: it is not built",
    )


def test_what_a_compose_file_starts_in_such_an_image_is_what_is_started(tmp_path: Path) -> None:
    compose = "services:\n  jobs:\n    build: ./jobs\n    command: celery -A app.jobs worker\n"
    files = {
        "requirements.txt": "celery\n",
        "app/jobs.py": "from celery import Celery\n",
        "Dockerfile": IDLE["through a stage"],
    }
    component = component_of(tmp_path, {"compose.yaml": compose, **below("jobs", files)})

    assert (component.kind, component.start_command) == ("worker", "celery -A app.jobs worker")
    assert component.dockerfile is None


def test_a_dockerfile_on_an_image_that_starts_something_is_built(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"index.php": "<?php echo 1;", "Dockerfile": "FROM php:8.3-apache\nCOPY . .\n"})

    assert component.dockerfile == "Dockerfile"


def test_a_site_stays_one_where_only_its_developers_server_is_started(tmp_path: Path) -> None:
    compose = "services:\n  ui:\n    build: ./ui\n    command: npm run dev -- --host\n    ports: ['5173:5173']\n"
    file = "FROM node:22\nWORKDIR /app\nCOPY package.json .\nRUN npm install\nEXPOSE 5173\n"
    component = component_of(tmp_path, {"compose.yaml": compose, "ui/Dockerfile": file, **below("ui", SITE)})

    assert (component.kind, component.static_folder, component.port) == ("static", "dist", None)


def test_a_dockerfile_above_a_project_is_that_of_the_only_project_below_it(tmp_path: Path) -> None:
    file = 'FROM mcr.microsoft.com/dotnet/aspnet:9.0\nEXPOSE 8080\nENTRYPOINT ["dotnet", "{}.dll"]\n'
    files = {
        "services/cart/src/Cart/Cart.csproj": CSPROJ,
        "services/cart/Dockerfile": file.format("Cart"),
        "services/till/src/Till/Till.csproj": CSPROJ,
        "services/till/Dockerfile": file.format("Till"),
        "compose.yaml": """
services:
  cart:
    build: {context: ., dockerfile: services/cart/Dockerfile}
    depends_on: [queue]
  till: {build: ./services/till}
  queue: {image: apache/kafka}
""",
    }
    cart, till = profile_of(tmp_path, files).components

    assert (cart.path, cart.dockerfile, cart.dockerfile_context) == (
        "services/cart/src/Cart", "services/cart/Dockerfile", None,
    )  # fmt: skip
    assert (till.path, till.dockerfile, till.dockerfile_context) == (
        "services/till/src/Till", "services/till/Dockerfile", "services/till",
    )  # fmt: skip
    assert (cart.backing_services, till.backing_services) == (("kafka",), ())


def test_a_dockerfile_above_several_projects_is_nobodys(tmp_path: Path) -> None:
    file = "FROM python:3.12\nCMD gunicorn app:app\n"
    profile = profile_of(tmp_path, {"svc/Dockerfile": file, **below("svc/a", FLASK), **below("svc/b", FLASK)})

    assert [each.dockerfile for each in profile.components] == [None, None]


@pytest.mark.parametrize(
    ("copies", "context"),
    [
        ("COPY requirements.txt .\nCOPY . .\n", "apps/api"),
        ("COPY pyproject.toml uv.lock ./\nCOPY apps/api apps/api\n", None),
        ('COPY ["shared/", "/srv/shared/"]\nCOPY apps/api/requirements.txt .\n', None),
        ("COPY --from=build /shared /shared\nCOPY parts/*.txt $PART <<X ./\nX\n", "apps/api"),
        ("COPY apps/*/requirements.txt .\n", None),
        ("COPY ../../shared ./\n", "apps/api"),
    ],
)
def test_a_dockerfile_is_built_where_what_it_copies_lies(copies: str, context: str | None, tmp_path: Path) -> None:
    files = {
        "shared/money.py": "",
        "pyproject.toml": "[tool.uv.workspace]\nmembers = ['apps/api']\n",
        "uv.lock": "version = 1\n",
        **below("apps/api", {**FLASK, "Dockerfile": f"FROM python:3.12\n{copies}CMD gunicorn app:app\n"}),
    }
    component = next(each for each in profile_of(tmp_path, files).components if each.path == "apps/api")

    assert (component.dockerfile, component.dockerfile_context) == ("apps/api/Dockerfile", context)


def test_a_service_is_of_the_project_that_its_dockerfile_copies_from(tmp_path: Path) -> None:
    files = {
        "docker/api.Dockerfile": "FROM python:3.12\nCOPY api/requirements.txt .\nCOPY api .\nCMD gunicorn app:app\n",
        "compose.yaml": """
services:
  backend:
    build: {context: ., dockerfile: docker/api.Dockerfile}
    ports: ["80:8055"]
    depends_on: [db]
  db: {image: "mysql:8"}
""",
        **below("api", FLASK),
        **below("ui", SITE),
    }
    api, ui = profile_of(tmp_path, files).components

    assert (api.path, api.port, api.dockerfile, api.backing_services) == (
        "api", 8055, "docker/api.Dockerfile", ("mysql",),
    )  # fmt: skip
    assert (ui.path, ui.kind, ui.backing_services) == ("ui", "static", ())


def test_a_dockerfile_that_builds_a_site_into_a_server_makes_one_component(tmp_path: Path) -> None:
    text = """
FROM node:22 AS site
COPY frontend/package.json ./
RUN npm install
COPY frontend .
RUN npm run build
FROM python:3.12
COPY backend/ .
COPY --from=site /dist static
CMD uvicorn main:app --host 0.0.0.0 --port 9000
"""
    files = {"Dockerfile": text, **below("backend", BACKEND), **below("frontend", SITE)}
    component = component_of(tmp_path, files)

    assert (component.path, component.dockerfile, component.port) == ("backend", "Dockerfile", 9000)
    assert component.dockerfile_context is None


def test_a_site_that_a_servers_dockerfile_does_not_speak_of_stays_a_component(tmp_path: Path) -> None:
    text = "FROM python:3.12\nCOPY . .\nRUN pip install -r backend/requirements.txt\nCMD uvicorn backend.main:app\n"
    files = {"Dockerfile": text, **below("backend", BACKEND), **below("frontend", SITE)}
    backend, frontend = profile_of(tmp_path, files).components

    assert (backend.path, backend.dockerfile) == ("backend", "Dockerfile")
    assert (frontend.path, frontend.kind, frontend.dockerfile) == ("frontend", "static", None)


def test_a_dockerfile_for_developers_is_none_to_build_though_it_is_the_only_one(tmp_path: Path) -> None:
    compose = "services:\n  api:\n    build: {context: ./api, dockerfile: Dockerfile.dev}\n    ports: ['80:8055']\n"
    file = "FROM python:3.11\nCOPY . .\nCMD flask run --debug --port 8055\n"
    component = component_of(tmp_path, {"compose.yaml": compose, "api/Dockerfile.dev": file, **below("api", FLASK)})

    assert (component.dockerfile, component.port) == (None, 8055)
    assert component.start_command == "gunicorn app:app --bind 0.0.0.0:8055"


def test_a_services_entrypoint_is_its_command_where_it_has_no_other(tmp_path: Path) -> None:
    compose = "services:\n  mail:\n    build: .\n    entrypoint: [python, -m, mail.loop]\n"
    files = {"requirements.txt": "httpx\n", "mail/loop.py": "while True: pass\n", "compose.yaml": compose}
    component = component_of(tmp_path, {**files, "Dockerfile": "FROM python:3.12\nCOPY . .\n"})

    assert (component.kind, component.start_command) == ("worker", "python -m mail.loop")
