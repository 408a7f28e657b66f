"""Options that tell programs of Go and Rust where they listen: the host's, the port's, and those of whole addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

MOD = "module example.invalid/lamp\n\ngo 1.24\n"
CARGO = '[package]\nname = "lamp"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\naxum = "0.8"\nclap = "4"\n'


def in_go(options: str, address: str) -> dict[str, str]:
    imports = "".join(f'\t"{each}"\n' for each in ("flag", "fmt", "net", "net/http"))
    body = f"\t{options}\n\tflag.Parse()\n\thttp.ListenAndServe({address}, nil)\n"
    return {"go.mod": MOD, "main.go": f"package main\n\nimport (\n{imports})\n\nfunc main() {{\n{body}}}\n"}


def in_rust(arguments: str, address: str) -> dict[str, str]:
    main = f"""
use clap::Parser;

#[derive(Parser)]
struct Args {{
    {arguments}
}}

#[tokio::main]
async fn main() {{
    let args = Args::parse();
    let listener = tokio::net::TcpListener::bind({address}).await.unwrap();
    axum::serve(listener, routes()).await.unwrap();
}}
"""
    return {"Cargo.toml": CARGO, "Cargo.lock": "version = 4\n", "src/main.rs": main}


HOST = 'host := flag.String("host", "localhost", "")\n\tport := flag.Int("port", 8123, "")'
PORT = "#[arg(long, default_value_t = 8123)]\n    port: u16,"
STARTED: dict[str, tuple[dict[str, str], str]] = {
    "Go, host and port": (in_go(HOST, 'fmt.Sprintf("%s:%d", *host, *port)'), "./lamp -host 0.0.0.0"),
    "Go, host and port that are joined": (in_go(HOST, "net.JoinHostPort(*host, *port)"), "./lamp -host 0.0.0.0"),
    "Go, address": (
        in_go('addr := flag.String("addr", "127.0.0.1:8123", "")', "*addr"),
        "./lamp -addr 0.0.0.0:8123",
    ),
    "Go, address that is all of a format": (
        in_go('addr := flag.String("addr", "127.0.0.1:8123", "")', 'fmt.Sprintf("%s", *addr)'),
        "./lamp -addr 0.0.0.0:8123",
    ),
    "Rust, host and port": (
        in_rust(f'#[arg(long, default_value = "127.0.0.1")]\n    host: String,\n    {PORT}', "(args.host, args.port)"),
        "./lamp --host 0.0.0.0",
    ),
    "Rust, address": (
        in_rust('#[arg(short, long, default_value = "127.0.0.1:8123")]\n    addr: SocketAddr,', "args.addr"),
        "./lamp --addr 0.0.0.0:8123",
    ),
    "Rust, every address already": (in_rust(PORT, 'format!("0.0.0.0:{}", args.port)'), "./lamp"),
}


@pytest.mark.parametrize("name", STARTED)
def test_a_program_is_told_to_listen_on_every_address(name: str, tmp_path: Path) -> None:
    files, started = STARTED[name]
    component = component_of(tmp_path, files)

    assert (component.port, component.start_command) == (8123, started)


def test_options_of_pflag_are_typed_with_two_dashes_whatever_it_is_called(tmp_path: Path) -> None:
    files = in_go('addr := flag.StringP("listen", "l", "localhost:8123", "")', "*addr")
    files["main.go"] = files["main.go"].replace('\t"flag"\n', '\tflag "github.com/spf13/pflag"\n')
    assert component_of(tmp_path, files).start_command == "./lamp --listen 0.0.0.0:8123"


def test_an_option_for_the_port_alone_opens_no_address(tmp_path: Path) -> None:
    files = in_go('port := flag.Int("port", 8123, "")', 'fmt.Sprintf("localhost:%d", *port)')
    profile = profile_of(tmp_path, files)

    assert profile.components[0].start_command == "./lamp"
    assert [each for each in profile.warnings if "localhost only" in each]


TOLD: dict[str, tuple[dict[str, str], str]] = {
    "Go, a port without a default": (
        in_go('port := flag.String("port", "", "")', '":" + *port'),
        "./lamp -port 8080",
    ),
    "Go, any free port": (in_go('port := flag.Int("port", 0, "")', 'fmt.Sprintf(":%d", *port)'), "./lamp -port 8080"),
    "Go, an address without a default": (
        in_go('addr := flag.String("listen-addr", "", "")', "*addr"),
        "./lamp -listen-addr 0.0.0.0:8080",
    ),
    "Rust, a port that must be said": (
        in_rust("#[arg(long)]\n    port: u16,", 'format!("0.0.0.0:{}", args.port)'),
        "./lamp --port 8080",
    ),
    "Rust, any free port": (
        in_rust("#[arg(long)]\n    port: Option<u16>,", '("0.0.0.0", args.port.unwrap_or(0))'),
        "./lamp --port 8080",
    ),
    "Rust, an address that must be said": (
        in_rust("#[arg(long)]\n    bind: SocketAddr,", "args.bind"),
        "./lamp --bind 0.0.0.0:8080",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_program_that_only_an_option_tells_its_port_is_told_one(name: str, tmp_path: Path) -> None:
    files, started = TOLD[name]
    component = component_of(tmp_path, files)

    assert (component.port, component.start_command) == (8080, started)


def test_an_option_that_does_not_sound_like_an_address_is_given_none(tmp_path: Path) -> None:
    component = component_of(tmp_path, in_go('root := flag.String("root", "", "")', "*root"))
    assert (component.port, component.start_command) == (None, "./lamp")


def test_an_image_of_its_own_is_started_as_it_says(tmp_path: Path) -> None:
    files = in_go('port := flag.String("port", "", "")', '":" + *port')
    image = 'FROM golang:1.24\nCOPY . .\nRUN go build -o /lamp .\nCMD ["/lamp", "-port", "8200"]\n'
    component = component_of(tmp_path, files | {"Dockerfile": image})

    assert (component.port, component.start_command) == (8200, "/lamp -port 8200")
