"""What a repository's own images say of its processes: bases, entry points, and a compose file beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

PACKAGE = """{
 "private": true,
 "scripts": {"start": "node out/api.js", "start:jobs": "node out/jobs.js", "build": "tsc"},
 "engines": {"node": ">=18"},
 "dependencies": {"express": "5", "bullmq": "5"},
 "devDependencies": {"typescript": "5"}
}"""
SOURCES = {
    "package.json": PACKAGE,
    "tsconfig.json": '{"compilerOptions": {"outDir": "out", "rootDir": "src"}}',
    "src/api.ts": "import express from 'express';\nexpress().listen(4400);\n",
    "src/jobs.ts": "import { Worker } from 'bullmq';\nnew Worker('mail', send);\n",
    "docker/Dockerfile": 'FROM node:22-slim\nCOPY . .\nEXPOSE 4400\nCMD ["npm", "start"]\n',
    "docker/Dockerfile.jobs": 'FROM node:22-slim\nCOPY . .\nCMD ["npm", "run", "start:jobs"]\n',
}
COMPOSE = """services:
  api:
    build: {context: .., dockerfile: docker/Dockerfile}
    ports: ["80:4400"]
  jobs:
    build: {context: .., dockerfile: docker/Dockerfile.jobs}
  api-dev:
    build: {context: .., dockerfile: docker/Dockerfile.dev}
  store:
    image: redis:8
"""


def test_a_service_with_an_image_of_its_own_is_a_process_of_its_own(tmp_path: Path) -> None:
    files = {"docker/docker-compose.yml": COMPOSE, "docker/Dockerfile.dev": "FROM node:22\nCMD npm run dev\n"}
    profile = profile_of(tmp_path, {**SOURCES, **files})

    assert [(each.kind, each.start_command, each.dockerfile) for each in profile.components] == [
        ("web", "node out/api.js", "docker/Dockerfile"),
        ("worker", "node out/jobs.js", "docker/Dockerfile.jobs"),
    ]
    assert all("redis" in each.backing_services for each in profile.components)


def test_the_base_of_an_image_says_more_than_a_range_without_an_end(tmp_path: Path) -> None:
    files = {**SOURCES, "package.json": PACKAGE.replace(">=18", "24")}

    assert profile_of(tmp_path / "open", SOURCES).components[0].language_version == "22"
    assert profile_of(tmp_path / "one", files).components[0].language_version == "24"


ENTRY_POINTS = {
    "a script for node": ("node:22", '["api.js", "--quiet"]', "node api.js --quiet"),
    "an option for node": ("node:22", '["--enable-source-maps", "api.js"]', "node --enable-source-maps api.js"),
    "a program beside node": ("node:22", '["npm", "start"]', "npm start"),
    "a shell form has no entry point": ("node:22", "api.js", "api.js"),
    "a script for bun": ("oven/bun:1", '["api.js"]', "bun api.js"),
    "a task of deno": ("denoland/deno:2.5.0", '["task", "serve"]', "deno task serve"),
    "deno by its name": ("registry.invalid/denoland/deno:2.5.0", '["deno", "run", "a.ts"]', "deno run a.ts"),
    "another image": ("debian:13", '["run"]', "run"),
}


@pytest.mark.parametrize("case", ENTRY_POINTS)
def test_a_command_is_what_the_images_entry_point_makes_of_it(case: str, tmp_path: Path) -> None:
    base, command, expected = ENTRY_POINTS[case]
    component = component_of(tmp_path, {"Dockerfile": f"FROM {base}\nEXPOSE 80\nCMD {command}\n"})

    assert component.start_command == expected


def test_the_release_is_read_behind_the_name_of_a_distribution(tmp_path: Path) -> None:
    files = {"deno.json": "{}", "main.ts": "Deno.serve(() => new Response('ok'));"}

    component = component_of(tmp_path, {**files, "Dockerfile": "FROM denoland/deno:alpine-2.5.6\nCOPY . .\n"})

    assert component.language_version == "2"


COPIES = {
    "what a build would have left": ("COPY dist /app", ["Dockerfile:3 copies dist"]),
    "one of several": ('COPY ["api.js", "lost.json", "/app/"]', ["Dockerfile:3 copies lost.json"]),
    "everything": ("COPY . .", []),
    "a file by its place": ("COPY /api.js ./", []),
    "a pattern": ("COPY package*.json ./", []),
    "a variable": ("ARG WHAT=gone\nCOPY $WHAT ./", ["Dockerfile:4 copies gone"]),
    "a variable without a value": ("ARG WHAT\nCOPY $WHAT ./", []),
    "an address": ("ADD https://files.invalid/tool.tgz /opt/", []),
    "another stage": ("COPY --from=made /out /app", []),
    "a text in place": ("COPY <<END /motd\nhello\nEND", []),
}


@pytest.mark.parametrize("case", COPIES)
def test_a_dockerfile_that_copies_what_is_not_there_is_warned_of(case: str, tmp_path: Path) -> None:
    instruction, expected = COPIES[case]
    text = f"FROM node:22 AS made\nFROM node:22\n{instruction}\nEXPOSE 80\nCMD node api.js\n"
    profile = profile_of(tmp_path, {"Dockerfile": text, "api.js": "x"})

    assert [each.partition(",")[0] for each in profile.warnings] == expected


def test_a_stage_that_is_not_built_and_a_folder_that_is_not_looked_into_are_no_reason_to_warn(tmp_path: Path) -> None:
    text = "FROM node:22 AS trial\nCOPY gone ./\nFROM node:22\nCOPY dist ./\nEXPOSE 80\nCMD node a.js\n"

    assert profile_of(tmp_path, {"Dockerfile": text, "dist/a.js": "x"}).warnings == ()
