"""What files for other platforms say, and what is stronger."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.platforms.table import PlatformFile, platforms
from tests.unit.detection_kit import component_of, profile_of

NODE = {"package.json": '{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}'}
SERVER = {**NODE, "server.js": "require('express')().listen(3000)\n", "other.js": "", "public_html/index.html": "<p>"}
FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}


def said(folder: Path, files: dict[str, str], field: str) -> list[tuple[str, str, int | None]]:
    component = profile_of(folder, files).components[0]
    return [(each.value, each.file, each.line) for each in component.evidence if each.field == field]


@pytest.mark.parametrize("row", platforms().file, ids=lambda row: row.name)
def test_each_file_is_read_as_its_example_says(row: PlatformFile, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**SERVER, row.name: row.example})
    spoken = [each for each in component.evidence if each.file == row.name]
    assert {each.field for each in spoken} - {"kind", "language_version"} <= set(row.fields)
    assert {each.field for each in spoken} & set(row.fields)
    assert all(each.line for each in spoken)


def test_a_platforms_start_command_beats_the_manifests_and_loses_to_a_procfile(tmp_path: Path) -> None:
    railway = {"railway.json": '{"deploy": {"startCommand": "node other.js"}}'}
    assert component_of(tmp_path / "a", {**SERVER, **railway}).start_command == "node other.js"
    both = {**SERVER, **railway, "Procfile": "web: node server.js\n"}
    assert component_of(tmp_path / "b", both).start_command == "node server.js"


def test_the_port_of_fly_reaches_the_component(tmp_path: Path) -> None:
    files = {**SERVER, "fly.toml": "[http_service]\n  internal_port = 8081\n"}
    assert component_of(tmp_path, files).port == 8081
    assert ("8081", "fly.toml", 2) in said(tmp_path, files, "port")


def test_a_blueprint_names_a_worker_beside_the_web_service_and_a_database(tmp_path: Path) -> None:
    text = """services:
  - type: web
    name: shop
    startCommand: gunicorn app:app --workers 2
    healthCheckPath: /up
  - type: worker
    name: mailer
    startCommand: python mailer.py
databases:
  - name: main
"""
    web, worker = profile_of(tmp_path, {**FLASK, "mailer.py": "", "render.yaml": text}).components
    assert (web.kind, web.health_path, web.backing_services) == ("web", "/up", ("postgres",))
    assert (worker.kind, worker.start_command, worker.port) == ("worker", "python mailer.py", None)


def test_a_blueprint_speaks_of_the_folder_that_it_names(tmp_path: Path) -> None:
    text = (
        "services:\n  - type: web\n    name: api\n    rootDir: api\n    startCommand: gunicorn app:app --bind :9000\n"
    )
    files = {f"{folder}/{name}": each for folder in ("api", "site") for name, each in FLASK.items()}
    profile = profile_of(tmp_path, {**files, "render.yaml": text})
    assert [each.port for each in profile.components] == [9000, 8000]


def test_a_charts_container_port_and_probe_count_and_its_usual_service_port_does_not(tmp_path: Path) -> None:
    values = "image:\n  repository: registry.invalid/shop\nservice:\n  port: 80\ncontainerPort: 8082\n"
    probe = "livenessProbe:\n  httpGet:\n    path: /alive\n"
    chart = "name: shop\ndependencies:\n  - name: postgresql\n"
    files = {**FLASK, "chart/Chart.yaml": chart, "chart/values.yaml": values + probe}
    component = component_of(tmp_path, files)
    assert (component.port, component.health_path, component.backing_services) == (8082, "/alive", ("postgres",))
    assert "80" not in {value for value, _, _ in said(tmp_path, files, "port")}


def test_a_development_container_says_the_release_where_the_project_does_not(tmp_path: Path) -> None:
    image = '{"image": "mcr.invalid/devcontainers/python:1-3.11-bookworm", // a comment\n"forwardPorts": [5000]}'
    container = {".devcontainer/devcontainer.json": image}
    assert component_of(tmp_path / "a", {**FLASK, **container}).language_version == "3.11"
    assert component_of(tmp_path / "b", {**FLASK, **container, ".python-version": "3.12\n"}).language_version == "3.12"
    dockerfile = {"Dockerfile": "FROM python:3.13\nCMD gunicorn app:app\n"}
    assert component_of(tmp_path / "c", {**FLASK, **container, **dockerfile}).language_version == "3.13"


def test_a_feature_of_a_development_container_says_the_release(tmp_path: Path) -> None:
    text = '{"features": {"ghcr.invalid/devcontainers/features/node:1": {"version": "22"}}}'
    assert component_of(tmp_path, {**SERVER, ".devcontainer/devcontainer.json": text}).language_version == "22"


def test_what_is_rented_beside_an_application_is_a_backing_service(tmp_path: Path) -> None:
    text = '{"addons": ["heroku-postgresql:essential-0", {"plan": "heroku-redis:mini"}]}'
    assert component_of(tmp_path, {**FLASK, "app.json": text}).backing_services == ("postgres", "redis")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fly.toml", "[http_service\n"),
        ("render.yaml", "services: [\n"),
        ("app.yaml", "runtime: &a\n  b: *a\n"),
        ("railway.toml", "a = 1\na = 2\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_warning_with_its_line(tmp_path: Path, name: str, text: str) -> None:
    profile = profile_of(tmp_path, {**FLASK, name: text})
    assert profile.verdict == "deployable"
    assert any(name in warning and "line" in warning and "left aside" in warning for warning in profile.warnings)


@pytest.mark.parametrize(
    "text",
    [
        '{"deploy": {"startCommand": "node x\\u0000"}}',
        '{"deploy": {"startCommand": 5e999}}',
        "[]",
        '{"deploy": []}',
        "",
    ],
)
def test_values_that_are_none_are_passed_over(tmp_path: Path, text: str) -> None:
    assert component_of(tmp_path, {**SERVER, "railway.json": text}).start_command == "node server.js"


def test_a_folder_to_publish_never_leads_out_of_the_component(tmp_path: Path) -> None:
    files = {"index.html": "<p>", "netlify.toml": '[build]\npublish = "../../etc"\n'}
    assert all(".." not in (each.static_folder or "") for each in profile_of(tmp_path, files).components)


BUILDS = {
    "npm ci && npm run build": "npm run build",
    "yarn --frozen-lockfile && yarn build": "yarn build",
    "pip install -r requirements.txt && python make_pages.py": "python make_pages.py",
    "npm install": None,
    "npm run build && npm install --prefix client": "npm run build && npm install --prefix client",
}


@pytest.mark.parametrize("written", BUILDS)
def test_a_platforms_build_is_told_without_the_install_in_front_of_it(written: str, tmp_path: Path) -> None:
    blueprint = f"services:\n  - type: web\n    name: x\n    buildCommand: {written}\n"
    files = {"package.json": '{"scripts": {"start": "node a.js"}}', "a.js": "app.listen(80)", "render.yaml": blueprint}

    assert component_of(tmp_path, files).build_command == BUILDS[written]


RENDER = """services:
  - type: web
    name: shop
    buildCommand: yarn; yarn build
    startCommand: node other.js
    envVars:
      - key: NODE_VERSION
        value: 18.17.0
"""
VERSIONS = {
    "render.yaml": (RENDER, "18"),
    "netlify.toml": ('[build.environment]\nNODE_VERSION = "22"\n', "22"),
    "nixpacks.toml": ('[variables]\nNIXPACKS_NODE_VERSION = "20"\n', "20"),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_the_release_that_a_platform_is_told_counts(name: str, tmp_path: Path) -> None:
    text, release = VERSIONS[name]

    assert component_of(tmp_path, {**SERVER, name: text}).language_version == release


def test_an_install_in_front_of_a_build_is_left_out_whatever_parts_them(tmp_path: Path) -> None:
    assert component_of(tmp_path, {**SERVER, "render.yaml": RENDER}).build_command == "yarn build"
