"""Several programs of one Rust package, and the subcommands of one that work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

CARGO = '[package]\nname = "post"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\naxum = "0.8"\nclap = "4"\n'
PACKAGE = {"Cargo.toml": CARGO, "Cargo.lock": "version = 4\n", "src/lib.rs": "pub mod letters;\n"}
LISTENS = 'let listener = tokio::net::TcpListener::bind("0.0.0.0:%d").await.unwrap();'
LISTENING = f"async fn main() {{\n    {LISTENS}\n    axum::serve(listener, routes()).await.unwrap();\n}}\n"
WORKING = "use post::letters;\n\nasync fn main() {\n    letters::deliver().await;\n}\n"


def binaries(**sources: str) -> dict[str, str]:
    return PACKAGE | {f"src/bin/{name.replace('_', '-')}.rs": text for name, text in sources.items()}


def started(folder: Path, files: dict[str, str]) -> list[tuple[str, int | None, str | None, str | None]]:
    found = profile_of(folder, files).components
    return [(each.kind, each.port, each.start_command, each.build_command) for each in found]


def test_a_binary_that_works_by_its_name_stands_beside_the_one_that_serves(tmp_path: Path) -> None:
    assert started(tmp_path, binaries(api=LISTENING % 8123, mail_worker=WORKING, migrate=WORKING, reset=WORKING)) == [
        ("web", 8123, "./api", "cargo build --release --bin api"),
        ("worker", None, "./mail-worker", "cargo build --release --bin mail-worker"),
    ]


def test_a_worker_is_not_the_first_program_though_its_name_comes_first(tmp_path: Path) -> None:
    shared = {"src/letters.rs": f"pub async fn serve() {{\n    {LISTENS % 8123}\n}}\n"}
    serving = WORKING.replace("deliver", "serve")
    found = started(tmp_path, binaries(consumer=WORKING, gateway=serving) | shared)
    assert [(kind, start) for kind, _, start, _ in found] == [("web", "./gateway"), ("worker", "./consumer")]


def test_two_binaries_that_listen_are_two_processes(tmp_path: Path) -> None:
    found = started(tmp_path, binaries(api=LISTENING % 8123, inbox=LISTENING % 8124))
    assert [(kind, port, start) for kind, port, start, _ in found] == [
        ("web", 8123, "./api"),
        ("web", 8124, "./inbox"),
    ]


def test_binaries_that_listen_at_the_same_place_are_tried_one_by_one(tmp_path: Path) -> None:
    assert component_of(tmp_path, binaries(first=LISTENING % 8123, second=LISTENING % 8123)).port == 8123


def test_what_only_the_library_can_do_makes_no_second_server(tmp_path: Path) -> None:
    shared = {"src/letters.rs": f"pub async fn serve() {{\n    {LISTENS % 8123}\n}}\n"}
    component = component_of(tmp_path, binaries(api=WORKING.replace("deliver", "serve"), report=WORKING) | shared)
    assert component.start_command == "./api"


def test_a_dockerfile_says_which_binary_is_deployed(tmp_path: Path) -> None:
    image = 'FROM rust:1.80\nCOPY . .\nRUN cargo build --release --bin api\nCMD ["./target/release/api"]\n'
    files = binaries(api=LISTENING % 8123, worker=WORKING) | {"Dockerfile": image}
    assert component_of(tmp_path, files).kind == "web"


COMMANDS = """
use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    %s
    /// sends what waits
    MailWorker {
        #[arg(long, default_value_t = 4)]
        threads: usize,
    },
    Migrate,
}

enum Role {
    Worker,
}

#[tokio::main]
async fn main() {
    match Cli::parse().command {
        %s
        Command::MailWorker { threads } => deliver(threads).await,
        Command::Migrate => migrate().await,
    }
}
"""


def test_a_subcommand_that_works_is_a_process_beside_the_one_that_serves(tmp_path: Path) -> None:
    main = COMMANDS % ("Serve,", f"Command::Serve => {{ {LISTENS % 8123} }}")
    found = started(tmp_path, PACKAGE | {"src/main.rs": main})
    assert [(kind, port, start) for kind, port, start, _ in found] == [
        ("web", 8123, "./post serve"),
        ("worker", None, "./post mail-worker"),
    ]


def test_a_program_that_only_works_is_told_so(tmp_path: Path) -> None:
    component = component_of(tmp_path, PACKAGE | {"src/main.rs": COMMANDS % ("", "")})
    assert (component.kind, component.start_command) == ("worker", "./post mail-worker")


@pytest.mark.parametrize("name", ["Run", "Start"])
def test_a_tool_that_must_be_told_what_to_do_is_none_by_a_word_that_servers_have_too(name: str, tmp_path: Path) -> None:
    main = (COMMANDS % ("", "")).replace("MailWorker", name)
    assert profile_of(tmp_path, PACKAGE | {"src/main.rs": main}).verdict == "unsupported"


@pytest.mark.parametrize("name", ["Deliver", "Migrate"])
def test_another_subcommand_is_no_process(name: str, tmp_path: Path) -> None:
    main = (COMMANDS % ("Serve,", f"Command::Serve => {{ {LISTENS % 8123} }}")).replace("MailWorker", name)
    assert component_of(tmp_path, PACKAGE | {"src/main.rs": main}).start_command == "./post serve"
