"""Programs that try out others or stand in for them: they listen, and nobody deploys them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

LISTENS = 'async fn main() {\n    let listener = TcpListener::bind("0.0.0.0:%d").await.unwrap();\n}\n'


def crate(folder: str, name: str, port: int) -> dict[str, str]:
    manifest = f'[package]\nname = "{name}"\nversion = "1.0.0"\n\n[dependencies]\naxum = "0.8"\n'
    return {f"{folder}/Cargo.toml": manifest, f"{folder}/src/main.rs": LISTENS % port}


def program(folder: str, port: int) -> dict[str, str]:
    body = f'package main\n\nimport "net/http"\n\nfunc main() {{\n\thttp.ListenAndServe(":{port}", nil)\n}}\n'
    return {f"{folder}/main.go": body}


@pytest.mark.parametrize("name", ["integration-tests", "api_tests", "mock-gateway", "load-test", "test-server"])
def test_a_crate_that_stands_in_for_others_is_left_aside(name: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, crate("crates/store", "store", 8123) | crate(f"crates/{name}", name, 7001))
    assert [each.path for each in profile.components] == ["crates/store"]


def test_a_crate_by_itself_is_what_is_deployed_whatever_it_is_called(tmp_path: Path) -> None:
    assert component_of(tmp_path, crate("test-server", "test-server", 8123)).port == 8123


@pytest.mark.parametrize("name", ["latest", "contest", "attestation"])
def test_a_name_that_only_ends_so_says_nothing(name: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, crate("crates/store", "store", 8123) | crate(f"crates/{name}", name, 7001))
    assert len(profile.components) == 2


@pytest.mark.parametrize("name", ["mock-gateway", "fake-bank", "staticlint"])
def test_a_program_of_go_that_stands_in_for_others_is_left_aside(name: str, tmp_path: Path) -> None:
    files = {"go.mod": "module example.invalid/bank\n\ngo 1.24\n"}
    component = component_of(tmp_path, files | program("cmd/bank", 8123) | program(f"cmd/{name}", 7001))
    assert component.port == 8123


@pytest.mark.parametrize("folder", ["integration-tests", "e2e_tests", "load-test"])
def test_a_folder_of_tests_by_its_longer_name_holds_no_component(folder: str, tmp_path: Path) -> None:
    files = {
        "requirements.txt": "flask\ngunicorn\n",
        "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        f"{folder}/requirements.txt": "flask\n",
        f"{folder}/app.py": "from flask import Flask\napp = Flask(__name__)\n",
    }
    assert component_of(tmp_path, files).path == "."


def test_the_pages_of_a_program_for_desktops_are_deployed_by_nobody(tmp_path: Path) -> None:
    files = {
        "go.mod": "module example.invalid/desk\n\ngo 1.24\n\nrequire github.com/wailsapp/wails/v2 v2.9.0\n",
        "main.go": 'package main\n\nimport "github.com/wailsapp/wails/v2"\n\nfunc main() {\n\twails.Run(nil)\n}\n',
        "wails.json": "{}",
        "frontend/package.json": '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}',
        "frontend/index.html": "<div id=app></div>",
    }
    profile = profile_of(tmp_path, files)
    assert (profile.verdict, profile.components) == ("unsupported", ())


def test_a_server_beside_such_pages_is_deployed(tmp_path: Path) -> None:
    files = {"wails.json": "{}", "go.mod": "module example.invalid/desk\n\ngo 1.24\n"} | program("cmd/desk", 8123)
    assert component_of(tmp_path, files).kind == "web"
