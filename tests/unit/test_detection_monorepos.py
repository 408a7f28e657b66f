"""Workspaces and folders beside one another: what is a component, what a part of one, and whose a process is."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.detection_kit import component_of, profile_of

FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}


def below(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


def package(**values: object) -> str:
    return json.dumps(values)


BACKEND = {"requirements.txt": "fastapi\nuvicorn\n", "main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}


WORKSPACE = {
    "package.json": package(private=True, workspaces=["apps/*", "packages/*"]),
    "apps/site/package.json": package(
        name="site", scripts={"build": "vite build"}, dependencies={"@shop/ui": "*"}, devDependencies={"vite": "7"}
    ),
    "apps/site/index.html": "<p>",
    "packages/ui/package.json": package(name="@shop/ui", private=True, dependencies={"react": "19"}),
    "packages/ui/button.jsx": "export const Button = () => null;",
}


def test_a_member_that_others_use_is_a_library(tmp_path: Path) -> None:
    sums = {
        "packages/sums/package.json": package(name="sums", main="index.js", scripts={"start": "node index.js"}),
        "packages/sums/index.js": "exports.add = (a, b) => a + b;",
        "apps/clock/package.json": package(
            name="clock", scripts={"start": "node index.js"}, dependencies={"sums": "1.0.0"}
        ),
        "apps/clock/index.js": "setInterval(() => require('sums').add(1, 2), 1000);",
    }
    profile = profile_of(tmp_path, {**WORKSPACE, **sums})

    assert [(each.path, each.kind) for each in profile.components] == [
        ("apps/clock", "worker"),
        ("apps/site", "static"),
    ]


def test_a_member_with_a_page_stays_a_site_though_others_use_it(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**WORKSPACE, "packages/ui/index.html": "<p>"})

    assert [(each.path, each.kind) for each in profile.components] == [
        ("apps/site", "static"),
        ("packages/ui", "static"),
    ]


def test_a_root_that_starts_a_members_program_is_no_component_of_its_own(tmp_path: Path) -> None:
    files = {
        "package.json": package(workspaces=["server"], scripts={"start": "node ./server/dist/main.js"}),
        "server/package.json": package(
            name="server", scripts={"build": "tsc", "start": "node dist/main.js"}, dependencies={"express": "5"},
            devDependencies={"typescript": "5"},
        ),
        "server/tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}',
        "server/src/main.ts": "import express from 'express'; express().listen(4000);",
    }  # fmt: skip

    assert (component_of(tmp_path, files).path, component_of(tmp_path, files).port) == ("server", 4000)


def test_a_package_json_that_only_names_tools_makes_no_program_of_another_language(tmp_path: Path) -> None:
    files = {
        **FLASK,
        "native/Package.swift": "// swift-tools-version:6.0\n",
        "native/package.json": package(
            scripts={"start": "swift build && .build/release/App"}, devDependencies={"gulp": "5"}
        ),
    }

    assert [each.language for each in profile_of(tmp_path, files).components] == ["python"]


def test_an_nx_application_that_is_only_initialised_is_a_worker(tmp_path: Path) -> None:
    build = {
        "executor": "@nx/webpack:webpack",
        "options": {"outputPath": "dist/apps/mail", "main": "apps/mail/src/main.ts"},
    }
    nest = {"@nestjs/core": "11", "@nestjs/common": "11"}
    files = {
        "nx.json": "{}",
        "package.json": package(dependencies=nest),
        "apps/mail/project.json": package(name="mail", projectType="application", targets={"build": build}),
        "apps/mail/src/main.ts": """
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
const app = await NestFactory.create(AppModule);
await app.init();
""",
        "apps/mail/src/app.module.ts": "export class AppModule {}",
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.framework, component.port) == ("worker", "nestjs", None)


def test_a_dockerfile_that_runs_a_workspaces_tool_is_built_at_its_root(tmp_path: Path) -> None:
    text = "FROM node:22\nCOPY . .\nRUN npx turbo prune api --docker\nCMD node apps/api/main.js\n"
    files = {
        **WORKSPACE,
        "turbo.json": "{}",
        "apps/api/package.json": package(name="api", scripts={"start": "node main.js"}, dependencies={"express": "5"}),
        "apps/api/main.js": "require('express')().listen(4000);",
        "apps/api/Dockerfile": text,
    }
    api = next(each for each in profile_of(tmp_path, files).components if each.path == "apps/api")

    assert (api.dockerfile, api.dockerfile_context) == ("apps/api/Dockerfile", None)


def test_a_line_of_a_procfile_that_enters_a_project_is_that_projects(tmp_path: Path) -> None:
    lines = (
        "web: cd backend && uvicorn main:app --host 0.0.0.0 --port $PORT\n"
        "worker: cd backend && celery -A main worker\n"
        "bot: cd ./bot/ && python main.py\n"
    )
    files = {"Procfile": lines, **below("backend", BACKEND), "bot/requirements.txt": "httpx\n", "bot/main.py": "1"}
    profile = profile_of(tmp_path, files)

    assert [(each.path, each.kind, each.start_command) for each in profile.components] == [
        ("backend", "web", "uvicorn main:app --host 0.0.0.0 --port 8000"),
        ("backend", "worker", "celery -A main worker"),
        ("bot", "worker", "python main.py"),
    ]


def test_a_line_of_a_procfile_that_enters_a_mere_folder_stays_the_roots(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {"requirements.txt": "celery\n", "src/jobs.py": "", "Procfile": "worker: cd src && celery -A jobs worker\n"},
    )

    assert (component.path, component.start_command) == (".", "cd src && celery -A jobs worker")


def test_a_compose_file_in_a_folder_for_deployment_is_read(tmp_path: Path) -> None:
    compose = "services:\n  api:\n    build: ../backend\n    ports: ['80:8055']\n  db: {image: postgres}\n"
    component = component_of(tmp_path, {"docker/docker-compose.yml": compose, **below("backend", BACKEND)})

    assert (component.path, component.port, component.backing_services) == ("backend", 8055, ("postgres",))


def test_a_site_that_a_servers_own_dockerfile_builds_is_a_part_of_the_server(tmp_path: Path) -> None:
    text = "FROM node:22\nCOPY . .\nRUN npm ci && npm --prefix client run build\nCMD node server.js\n"
    files = {
        "package.json": package(name="shop", dependencies={"express": "5"}),
        "server.js": "require('express')().listen(3000);",
        "Dockerfile": text,
        "client/package.json": package(scripts={"build": "vite build"}, devDependencies={"vite": "7"}),
        "client/index.html": "<p>",
    }

    assert component_of(tmp_path, files).path == "."


def test_a_root_without_dependencies_that_starts_another_project_is_none(tmp_path: Path) -> None:
    files = {
        "package.json": package(scripts={"start": "node server/index.js", "postinstall": "cd server && npm ci"}),
        "Procfile": "web: node server/index.js\n",
        "server/package.json": package(scripts={"start": "node index.js"}, dependencies={"express": "5"}),
        "server/index.js": "require('express')().listen(4000);",
    }
    component = component_of(tmp_path, files)

    assert (component.path, component.port, component.start_command) == ("server", 4000, "node index.js")


def test_a_service_with_a_dockerfile_of_its_own_is_a_process_of_its_own(tmp_path: Path) -> None:
    built = "FROM golang:1.25 AS build\nCOPY . .\nRUN go build -o /bin/{0} ./cmd/{0}\nFROM scratch\n"
    text = built + 'COPY --from=build /bin/{0} /{0}\nENTRYPOINT ["/{0}"]\n'
    files = {
        "go.mod": "module shop\n\ngo 1.25\n",
        "cmd/api/main.go": 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
        "cmd/mail/main.go": "package main\nfunc main() { for {} }\n",
        "docker/api.Dockerfile": text.format("api"),
        "docker/mail.Dockerfile": text.format("mail"),
        "compose.yaml": """
services:
  api: {build: {context: ., dockerfile: docker/api.Dockerfile}, ports: ["80:8080"]}
  mail: {build: {context: ., dockerfile: docker/mail.Dockerfile}}
""",
    }

    assert [(each.name, each.kind, each.dockerfile) for each in profile_of(tmp_path, files).components] == [
        ("shop", "web", "docker/api.Dockerfile"),
        ("shop-mail", "worker", "docker/mail.Dockerfile"),
    ]


def test_a_service_of_a_workspaces_root_is_the_members_that_its_dockerfile_copies(tmp_path: Path) -> None:
    files = {
        **WORKSPACE,
        "apps/api/package.json": package(name="api", scripts={"start": "node main.js"}, dependencies={"express": "5"}),
        "apps/api/main.js": "require('express')().listen(4000);",
        "Dockerfile.api": "FROM node:22\nCOPY packages packages\nCOPY apps/api apps/api\nCMD node main.js\n",
        "compose.yaml": "services:\n  api: {build: {context: ., dockerfile: Dockerfile.api}}\n  db: {image: mongo}\n",
    }
    api, site = profile_of(tmp_path, files).components

    assert (api.path, api.dockerfile, api.backing_services) == ("apps/api", "Dockerfile.api", ("mongodb",))
    assert (site.path, site.dockerfile, site.backing_services) == ("apps/site", None, ())
