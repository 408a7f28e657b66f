"""Files among tests and examples that nobody can read, and tools that are told apart from programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
BROKEN = {"old.csproj": "no XML", "Cargo.toml": "no TOML"}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_project_file_among_tests_is_left_aside_with_a_warning(name: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**FLASK, f"tests/samples/{name}": BROKEN[name]})

    assert [each.path for each in profile.components] == ["."]
    assert any(
        each.startswith(f"tests/samples/{name}, line 1") and each.endswith("left aside") for each in profile.warnings
    )


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_project_file_elsewhere_is_an_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=f"shop/{name}, line 1"):
        profile_of(tmp_path, {**FLASK, f"shop/{name}": BROKEN[name]})


CARGO = '[package]\nname = "sift"\nversion = "1.0.0"\ncategories = ["command-line-utilities"]\n'
ENDING = 'fn main() { println!("done"); }\n'
LISTENING = 'use std::net::TcpListener;\nfn main() { TcpListener::bind("0.0.0.0:8123").unwrap(); }\n'


def test_a_crate_that_is_published_as_a_tool_is_one_unless_it_listens(tmp_path: Path) -> None:
    tool = profile_of(tmp_path / "one", {"Cargo.toml": CARGO, "src/main.rs": ENDING})
    server = component_of(tmp_path / "two", {"Cargo.toml": CARGO, "src/main.rs": LISTENING})

    assert tool.message == "found a command-line tool (Cargo.toml), which has to be told at each call what to do"
    assert (server.kind, server.port) == ("web", 8123)


def test_the_status_of_an_answer_is_no_port(tmp_path: Path) -> None:
    text = (
        "use std::net::TcpListener;\nfn main() { TcpListener::bind(config().listen); }\n"
        "fn config() -> Response { match read() { None => Response::builder().status(404), Some(it) => it } }\n"
    )
    component = component_of(tmp_path, {"Cargo.toml": CARGO, "src/main.rs": text})

    assert (component.kind, component.port) == ("web", None)


def test_what_tests_start_with_is_no_program(tmp_path: Path) -> None:
    files = {
        "package.json": '{"devDependencies": {"jest": "30"}}',
        "jest.global-setup.js": "require('http').createServer(() => {}).listen(8080);\n",
    }

    assert profile_of(tmp_path, files).verdict == "unsupported"


def test_an_image_that_is_told_an_address_serves(tmp_path: Path) -> None:
    image = 'FROM debian\nCOPY sift /sift\nENTRYPOINT ["/sift"]\nCMD ["serve", "--bind", "0.0.0.0:7878"]\n'
    component = component_of(tmp_path, {"Cargo.toml": CARGO, "src/main.rs": ENDING, "Dockerfile": image})

    assert (component.kind, component.port) == ("web", 7878)
