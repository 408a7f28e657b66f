"""What Rust's frameworks start with, read and serve without being told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

CARGO = '[package]\nname = "shop"\nversion = "1.2.3"\nedition = "2021"\n'


def test_what_an_application_of_loco_needs_to_start(tmp_path: Path) -> None:
    main = "use loco_rs::cli;\n\nfn main() {\n    cli::main::<App, Migrator>().await\n}\n"
    files = {
        "Cargo.toml": f'{CARGO}[dependencies]\nloco-rs = "0.16"\n',
        "src/main.rs": main,
        "config/production.yaml": "server:\n  port: 8123\n",
    }
    component = component_of(tmp_path, files)

    assert (component.start_command, component.port) == ("./shop start", 8123)
    assert component.runtime_files == ("config",)


ENUM = """
#[derive(Debug, Parser)]
#[clap(about)]
enum Command {
    Start { port: Option<u16> },
    Print,
}

fn main() {
    match Command::parse() {
        Command::Start { port } => {
            let port = port.unwrap_or(settings::load().port);
            TcpListener::bind(("0.0.0.0", port));
        }
        Command::Print => {}
    }
}

mod settings;
"""
SETTINGS = """
pub struct Metrics { pub port: u16 }

impl Default for Metrics {
    fn default() -> Self {
        Self { port: 7001 }
    }
}

pub fn load() -> Settings {
    Config::builder().set_default("port", 8123).build()
}
"""


def test_a_name_that_falls_back_is_worth_the_fallback_and_an_enum_of_commands_says_the_start(tmp_path: Path) -> None:
    files = {"Cargo.toml": CARGO, "src/main.rs": ENUM, "src/settings.rs": SETTINGS}
    component = component_of(tmp_path, files)

    assert (component.port, component.start_command) == (8123, "./shop start")


CIRCLE = """
use std::net::TcpListener;
fn main() {
    let address = address.client.server();
    let server = server.address.port();
    let client = client.server.address();
    TcpListener::bind(address);
}
"""


def test_names_that_lead_back_to_one_another_end_somewhere(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"Cargo.toml": CARGO, "src/main.rs": CIRCLE})

    assert (component.kind, component.port) == ("web", None)


NODE = {"pages/package.json": '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}'}
TRUNK = {
    "pages/Trunk.toml": "[build]\n",
    "pages/Cargo.toml": '[package]\nname = "pages"\n\n[dependencies]\nyew = "0.22"\n',
    "pages/src/main.rs": "fn main() {}\n",
}
SERVING = """
fn main() {
    router.fallback_service(ServeDir::new("pages/dist"));
    TcpListener::bind("0.0.0.0:8123");
}
"""


@pytest.mark.parametrize("pages", [NODE, TRUNK], ids=["node", "trunk"])
def test_a_front_end_that_is_served_is_no_component_of_its_own(pages: dict[str, str], tmp_path: Path) -> None:
    files = {"Cargo.toml": CARGO, "src/main.rs": SERVING, "pages/index.html": "<p>", **pages}
    profile = profile_of(tmp_path, files)

    assert [each.path for each in profile.components] == ["."]
    assert any("pages builds" in each for each in profile.warnings)
