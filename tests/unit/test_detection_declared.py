"""Dockerfiles, compose files and Procfiles: stronger than anything that source or dependencies say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
GUNICORN = "gunicorn app:app"

DOCKERFILES = {
    "exec form": ('FROM python:3.12\nEXPOSE 8443\nCMD ["gunicorn", "-b", ":8443", "app:app"]\n', 8443),
    "shell form and a variable": ("FROM python:3.12\nENV PORT=8081\nCMD exec gunicorn --bind :$PORT app:app\n", 8081),
    "a variable in EXPOSE": ("FROM python:3.12\nENV Q=8082\nEXPOSE $Q\nCMD gunicorn app:app\n", 8082),
    "a shell in exec form": ('FROM python:3.12\nCMD ["sh", "-c", "gunicorn --bind 0.0.0.0:8083 app:app"]\n', 8083),
    "the last stage counts": (
        "FROM node:22 AS ui\nEXPOSE 1\nFROM python:3.12\nEXPOSE 8084/tcp\nCMD gunicorn app:app\n", 8084,
    ),
    "a stage built on another inherits": (
        "FROM python:3.12 AS base\nEXPOSE 8085\nFROM base\nCMD gunicorn app:app\n", 8085,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DOCKERFILES)
def test_a_dockerfile_is_the_strongest_evidence(case: str, tmp_path: Path) -> None:
    text, port = DOCKERFILES[case]
    component = component_of(tmp_path, {**FLASK, "Dockerfile": text})

    assert component.port == port
    assert component.start_command == f"gunicorn app:app --bind 0.0.0.0:{port}"
    assert component.dockerfile == "Dockerfile"
    assert component.language_version == "3.12"


def test_a_dockerfile_makes_a_language_without_a_template_deployable(tmp_path: Path) -> None:
    text = 'FROM golang:1.25 AS build\nFROM scratch\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n'
    component = component_of(tmp_path, {"go.mod": "module x\n", "Dockerfile": text + "EXPOSE 8080\n"})

    assert (component.language, component.kind, component.port) == ("go", "web", 8080)
    assert component.start_command == "/app"


def test_a_dockerfile_on_nginx_listens_where_its_base_does(tmp_path: Path) -> None:
    component = component_of(
        tmp_path, {"index.html": "x", "Dockerfile": "FROM nginx:alpine\nCOPY . /usr/share/nginx/html\n"}
    )

    assert (component.kind, component.port) == ("web", 80)


def test_a_dockerfile_for_development_containers_is_no_evidence(tmp_path: Path) -> None:
    component = component_of(tmp_path, {**FLASK, ".devcontainer/Dockerfile": "FROM x\nEXPOSE 1\n"})

    assert component.dockerfile is None


def test_a_health_check_names_the_path(tmp_path: Path) -> None:
    text = "FROM python:3.12\nEXPOSE 80\nHEALTHCHECK CMD curl -f http://localhost/alive\nCMD gunicorn app:app\n"

    assert component_of(tmp_path, {**FLASK, "Dockerfile": text}).health_path == "/alive"


def test_a_broken_dockerfile_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="Dockerfile") as raised:
        profile_of(tmp_path, {**FLASK, "Dockerfile": "RUN true\n"})

    assert raised.value.reason == "unreadable"


def test_a_procfile_names_a_component_for_each_process(tmp_path: Path) -> None:
    lines = (
        f"release: python migrate.py\nweb: {GUNICORN} --bind 0.0.0.0:$PORT\n"
        "worker: celery -A app worker\nclock: python clock.py\n"
    )
    profile = profile_of(tmp_path, {**FLASK, "Procfile": lines})

    name = profile.components[0].name
    assert [(each.name, each.kind, each.port) for each in profile.components] == [
        (name, "web", 8000),
        (f"{name}-worker", "worker", None),
        (f"{name}-clock", "worker", None),
    ]
    assert profile.components[0].start_command == f"{GUNICORN} --bind 0.0.0.0:8000"


def test_a_procfile_with_a_worker_only_makes_no_web_component(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"requirements.txt": "redis\n", "w.py": "", "Procfile": "worker: python w.py\n"})

    assert (component.kind, component.start_command, component.port) == ("worker", "python w.py", None)


def test_runners_that_an_image_does_not_have_are_left_out_of_a_procfile(tmp_path: Path) -> None:
    component = component_of(tmp_path, {**FLASK, "Procfile": "web: uv run --no-sync gunicorn app:app -b :$PORT\n"})

    assert component.start_command == "gunicorn app:app --bind 0.0.0.0:8000"


COMPOSE = """
services:
  api:
    build: ./api
    ports: ["127.0.0.1:8080:9000"]
    depends_on: [db]
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:9000/alive"]
  worker:
    build: {context: ./api}
    command: celery -A app worker
    environment:
      - BROKER=amqp://guest@queue:5672
  migrate:
    build: ./api
    command: python migrate.py
  site:
    build: ./site
    ports:
      - {target: 3000, published: 80}
  db: {image: "postgres:17"}
  queue: {image: "rabbitmq:4"}
"""


def test_a_compose_file_tells_folders_ports_processes_and_services(tmp_path: Path) -> None:
    profile = profile_of(
        tmp_path,
        {
            "compose.yaml": COMPOSE,
            **{f"api/{name}": text for name, text in FLASK.items()},
            "site/package.json": '{"scripts": {"start": "node a.js"}}',
            "site/a.js": "x.listen(3000)",
        },
    )

    assert [(each.name, each.kind, each.port) for each in profile.components] == [
        ("api", "web", 9000),
        ("api-worker", "worker", None),
        ("site", "web", 3000),
    ]
    assert [each.backing_services for each in profile.components] == [("postgres", "rabbitmq")] * 2 + [()]
    assert profile.components[0].health_path == "/alive"


def test_a_command_for_development_is_weaker_than_a_declared_server(tmp_path: Path) -> None:
    text = "services:\n  web:\n    build: .\n    command: flask --app app run --debug\n    ports: ['5000:5000']\n"
    component = component_of(tmp_path, {**FLASK, "compose.yaml": text})

    assert component.start_command == "gunicorn app:app --bind 0.0.0.0:5000"
    assert [each.value for each in component.evidence if each.rule == "compose.command"] == [
        "flask --app app run --debug"
    ]


def test_anchors_aliases_and_merge_keys_of_a_compose_file_are_followed(tmp_path: Path) -> None:
    text = """
x-app: &app
  build: .
  environment: &shared
    DATABASE_URL: postgres://db/shop
services:
  web:
    <<: *app
    ports: ["8080:7000"]
  jobs:
    <<: [*app]
    command: python jobs.py
    environment: *shared
  db:
    image: postgres:17
"""
    profile = profile_of(tmp_path, {**FLASK, "compose.yaml": text})

    assert [(each.kind, each.port) for each in profile.components] == [("web", 7000), ("worker", None)]
    assert profile.components[1].start_command == "python jobs.py"
    assert all(each.backing_services == ("postgres",) for each in profile.components)


def test_a_compose_file_that_holds_itself_is_left_aside_with_a_warning(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**FLASK, "compose.yaml": "services: &a\n  web: *a\n"})

    assert profile.verdict == "deployable"
    assert any("alias" in warning for warning in profile.warnings)


def test_weaker_evidence_is_kept_beside_the_stronger(tmp_path: Path) -> None:
    code = FLASK["app.py"] + 'if __name__ == "__main__":\n    app.run(port=5001)\n'
    component = component_of(
        tmp_path,
        {
            **FLASK,
            "app.py": code,
            "Dockerfile": "FROM python:3.12\nEXPOSE 8443\n",
            "Procfile": "web: gunicorn app:app\n",
        },
    )

    ports = [(each.value, each.rule) for each in component.evidence if each.field == "port"]
    assert ports[0] == ("8443", "dockerfile.expose")
    assert ("5001", "python.listens.run") in ports


SHOP = {f"api/{name}": text for name, text in FLASK.items()} | {
    "api/Dockerfile": "FROM python:3.12\nEXPOSE 8000\nCMD gunicorn app:app\n"
}


def test_a_dockerfile_below_the_root_is_written_for_its_own_folder(tmp_path: Path) -> None:
    component = component_of(tmp_path, SHOP)

    assert (component.dockerfile, component.dockerfile_context) == ("api/Dockerfile", "api")


def test_a_compose_file_says_for_which_folder_a_dockerfile_was_written(tmp_path: Path) -> None:
    compose = "services:\n  api:\n    build: {context: ., dockerfile: api/Dockerfile}\n    ports: ['80:8001']\n"
    component = component_of(tmp_path, {**SHOP, "compose.yaml": compose})

    assert (component.path, component.port) == ("api", 8000)
    assert (component.dockerfile, component.dockerfile_context) == ("api/Dockerfile", None)


def test_what_a_service_of_a_vendored_image_needs_the_application_needs(tmp_path: Path) -> None:
    text = """
services:
  app.test:
    build: {context: ./vendor/sail/runtimes/8.3}
    depends_on: [db]
  db:
    image: mysql/mysql-server:8.0
"""
    assert component_of(tmp_path, {**FLASK, "compose.yaml": text}).backing_services == ("mysql",)


def test_the_roots_dockerfile_is_that_of_the_only_project_below_it(tmp_path: Path) -> None:
    project = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework>'
    files = {
        "src/Shop/Shop.csproj": f"{project}</PropertyGroup></Project>",
        "Dockerfile": 'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nEXPOSE 5001\nENTRYPOINT ["dotnet", "Shop.dll"]\n',
        "compose.yaml": "services:\n  shop:\n    build: .\n    depends_on: [db]\n  db:\n    image: postgres:17\n",
    }
    component = component_of(tmp_path, files)

    assert (component.path, component.dockerfile, component.dockerfile_context) == ("src/Shop", "Dockerfile", None)
    assert (component.port, component.backing_services) == (5001, ("postgres",))


def test_a_dockerfile_for_tests_gives_way_to_the_one_for_production(tmp_path: Path) -> None:
    files = {
        **FLASK,
        "Dockerfile": "FROM python:3.12\nEXPOSE 22 7000\nCMD gunicorn app:app\n",
        "Dockerfile.localstack": "FROM node:22\nCMD localstack\n",
        "compose.yaml": "services:\n  aws:\n    build: {context: ., dockerfile: Dockerfile.localstack}\n",
    }
    component = component_of(tmp_path, files)

    assert (component.dockerfile, component.language_version, component.port) == ("Dockerfile", "3.12", 7000)


def test_an_image_of_another_language_tells_nothing_about_the_release(tmp_path: Path) -> None:
    files = {
        "package.json": '{"scripts": {"start": "node server.js"}}',
        "server.js": "require('http').createServer().listen(3000)",
        "Dockerfile": "FROM python:3.12\nCMD node server.js\n",
    }
    component = component_of(tmp_path, files)

    assert (component.language, component.language_version) == ("node", None)


def test_a_port_of_another_protocol_is_not_where_http_is_spoken(tmp_path: Path) -> None:
    source = "const identd = require('net').createServer(); identd.listen(113); require('express')().listen(9000);"
    package = '{"dependencies": {"express": "4"}, "scripts": {"start": "node server.js"}}'

    assert component_of(tmp_path, {"package.json": package, "server.js": source}).port == 9000
