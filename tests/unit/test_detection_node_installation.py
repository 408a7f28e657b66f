"""How Node.js repositories are installed: package manager, release, workspaces, and what is a part of what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, package

EXPRESS = 'const app = require("express")();\n'

MANAGERS: dict[str, tuple[dict[str, str], dict[str, object], tuple[str, str | None]]] = {
    "npm by its lock": ({"package-lock.json": "{}"}, {}, ("npm", None)),
    "npm where nothing is said": ({}, {}, ("npm", None)),
    "yarn 1": ({"yarn.lock": "# yarn lockfile v1\n"}, {}, ("yarn", "1")),
    "yarn 4": ({"yarn.lock": "__metadata:\n  version: 8\n"}, {}, ("yarn", "4")),
    "pnpm 8": ({"pnpm-lock.yaml": "lockfileVersion: '6.0'\n"}, {}, ("pnpm", "8")),
    "pnpm 9": ({"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}, {}, ("pnpm", "9")),
    "the field before the lock": ({"yarn.lock": ""}, {"packageManager": "pnpm@9.1.0+sha512.abc"}, ("pnpm", "9.1.0")),
    "not a field that is an attack": ({}, {"packageManager": "pnpm@9; id"}, ("npm", None)),
}


@pytest.mark.parametrize("case", MANAGERS)
def test_the_package_manager_and_its_version_are_told_by_files(case: str, tmp_path: Path) -> None:
    files, fields, expected = MANAGERS[case]
    component = component_of(
        tmp_path, {"package.json": package("node a.js", "", **fields), "a.js": "x.listen(1)", **files}
    )

    assert (component.package_manager, component.package_manager_version) == expected


VERSIONS: dict[str, tuple[dict[str, str], dict[str, object], str | None]] = {
    ".nvmrc before engines": ({".nvmrc": "v22.11.0\n"}, {"engines": {"node": ">=18"}}, "22"),
    "a codename": ({".nvmrc": "lts/iron\n"}, {}, "20"),
    ".node-version": ({".node-version": "24\n"}, {}, "24"),
    ".tool-versions": ({".tool-versions": "nodejs 22.1.0\n"}, {}, "22"),
    "volta": ({}, {"volta": {"node": "22.3.0"}}, "22"),
    "devEngines": ({}, {"devEngines": {"runtime": {"name": "node", "version": "^22"}}}, "22"),
    "a range": ({}, {"engines": {"node": ">=18 <23"}}, "22"),
    "a range that only an old release satisfies": ({}, {"engines": {"node": "^16"}}, "16"),
    "nothing": ({}, {}, None),
    "no version": ({".nvmrc": "$(id)\n"}, {}, None),
}


@pytest.mark.parametrize("case", VERSIONS)
def test_the_release_is_read_in_the_documented_order(case: str, tmp_path: Path) -> None:
    files, fields, version = VERSIONS[case]
    component = component_of(
        tmp_path, {"package.json": package("node a.js", "", **fields), "a.js": "x.listen(1)", **files}
    )

    assert component.language_version == version


def test_a_member_of_a_workspace_is_installed_with_all_manifests_of_it(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": json.dumps({"private": True, "workspaces": ["apps/*", "packages/*"]}),
            "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
            "apps/web/package.json": package("node a.js", name="web"),
            "apps/web/a.js": "x.listen(80)",
            "packages/ui/package.json": package(name="ui"),
            "elsewhere/package.json": package(name="elsewhere"),
        },
    )

    assert (component.path, component.package_manager) == ("apps/web", "pnpm")
    assert component.lock_file == "../../pnpm-lock.yaml"
    assert component.dependency_files == (
        "package.json",
        "../../package.json",
        "../../packages/ui/package.json",
        "../../pnpm-lock.yaml",
    )


def test_a_folder_that_is_no_member_does_not_use_the_roots_lock(tmp_path: Path) -> None:
    component = component_of(
        tmp_path, {"package-lock.json": "{}", "api/package.json": package("node a.js"), "api/a.js": "x.listen(80)"}
    )

    assert component.lock_file is None


def test_a_client_that_the_server_builds_is_a_part_of_it(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": json.dumps({"scripts": {"start": "node a.js", "build": "npm run build --prefix client"}}),
            "a.js": "x.listen(80)",
            "client/package.json": package("vite", dependencies="react-dom"),
        },
    )

    assert (component.path, component.build_command) == (".", "npm run build")


def test_assets_beside_a_python_server_are_a_part_of_it(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "requirements.txt": "flask\ngunicorn\n",
            "app.py": "from flask import Flask\napp = Flask(__name__)\n",
            "package.json": json.dumps({"scripts": {"start": "webpack --watch"}, "devDependencies": {"webpack": "5"}}),
        },
    )

    assert component.language == "python"
