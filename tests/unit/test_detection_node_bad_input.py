"""Node.js repositories that are broken, contradict themselves or lie: named, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

SERVER = {"server.js": "app.listen(80)"}


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1,}', '"x"'])
def test_a_manifest_that_is_none_is_named_with_its_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"package\.json, line 1"):
        profile_of(tmp_path, {"package.json": text, **SERVER})


@pytest.mark.parametrize("text", ["", "\ufeff{}", '{"scripts": [], "dependencies": "x", "engines": 3, "bin": 7}'])
def test_a_manifest_that_says_nothing_hides_no_server(text: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"package.json": text, **SERVER})

    assert (component.kind, component.start_command) == ("web", "node server.js")


def test_a_member_whose_folder_is_missing_is_passed_over(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": '{"workspaces": ["apps/*", "gone"]}',
            "apps/api/package.json": '{"scripts": {"start": "node a.js"}}',
            "apps/api/a.js": "app.listen(80)",
        },
    )

    assert component.path == "apps/api"


def test_main_is_not_believed_when_the_file_is_not_there(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"package.json": '{"main": "dist/gone.js"}', **SERVER})

    assert component.start_command == "node server.js"


def test_a_release_that_does_not_exist_is_named(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"package.json": '{"engines": {"node": "99"}}', **SERVER})

    assert profile.components[0].language_version is None
    assert any("99" in warning for warning in profile.warnings)


def test_a_lock_of_another_manager_is_said_and_not_used(tmp_path: Path) -> None:
    files = {"package.json": '{"packageManager": "pnpm@9.1.0"}', "yarn.lock": "# yarn lockfile v1\n", **SERVER}
    profile = profile_of(tmp_path, files)

    assert profile.components[0].package_manager == "pnpm"
    assert profile.components[0].lock_file is None
    assert any("yarn.lock is of yarn" in warning for warning in profile.warnings)


def test_a_huge_lock_costs_nothing(tmp_path: Path) -> None:
    component = component_of(
        tmp_path, {"package.json": "{}", "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" + "x: y\n" * 400_000, **SERVER}
    )

    assert (component.package_manager, component.package_manager_version) == ("pnpm", "9")


MANAGERS = {
    "devEngines": ('{"devEngines": {"packageManager": {"name": "pnpm"}}}', {}, "pnpm"),
    "only-allow": ('{"scripts": {"preinstall": "npx only-allow yarn"}}', {"package-lock.json": "{}"}, "yarn"),
    "volta": ('{"volta": {"yarn": "1.22.22"}}', {}, "yarn"),
    "engines": ('{"engines": {"pnpm": ">=9"}}', {}, "pnpm"),
    "not engines that forbid": ('{"engines": {"yarn": "please use npm"}}', {}, "npm"),
    "a settings file": ("{}", {".yarnrc.yml": "nodeLinker: node-modules\n"}, "yarn"),
    "what scripts call": ('{"scripts": {"deploy": "pnpm build && ./deploy"}}', {}, "pnpm"),
    "of two locks not npm's": ("{}", {"package-lock.json": "{}", "yarn.lock": ""}, "yarn"),
    "bun": ("{}", {"bun.lock": "{}"}, "bun"),
}


@pytest.mark.parametrize("case", MANAGERS)
def test_the_package_manager_is_told_by_what_there_is(case: str, tmp_path: Path) -> None:
    package, files, manager = MANAGERS[case]

    assert component_of(tmp_path, {"package.json": package, **SERVER, **files}).package_manager == manager
