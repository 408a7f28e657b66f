"""What is said about Rust packages: versions, programs, ports, kinds, variables; and what says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.frameworks import Framework, frameworks
from tasks.detection.rust.listeners import RustListener, listens, table
from tasks.detection.rust.scope import RustScope
from tasks.detection.rust.syntax import RustFile
from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

CARGO = '[package]\nname = "shop"\nversion = "1.2.3"\nedition = "2021"\n'


def main_of(body: str) -> str:
    return f"fn main() {{\n    {body}\n}}\n"


@pytest.mark.parametrize("row", table().listener, ids=lambda row: row.call)
def test_a_call_that_listens_is_recognised_by_its_example(row: RustListener) -> None:
    scope = RustScope([RustFile("src/main.rs", main_of(row.example))])

    found = listens(scope, frozenset({row.crate}))

    assert found, row.example
    assert found[0].worth.port == 9000 or found[0].default == row.default


@pytest.mark.parametrize("row", frameworks("rust"), ids=lambda row: row.name)
def test_a_framework_is_recognised_by_its_crate(row: Framework, tmp_path: Path) -> None:
    body = main_of('let listener = TcpListener::bind("0.0.0.0:80");')
    component = component_of(
        tmp_path, {"Cargo.toml": f'{CARGO}[dependencies]\n{row.packages[0]} = "1"\n', "src/main.rs": body}
    )

    assert component.framework == row.name


LISTEN = 'TcpListener::bind(("::", port))'
PORTS = {
    'TcpListener::bind("0.0.0.0:8123")': 8123,
    'TcpListener::bind(r#"0.0.0.0:8123"#)': 8123,
    'TcpListener::bind(("127.0.0.1", 8123_u16))': 8123,
    "TcpListener::bind(SocketAddr::from(([0, 0, 0, 0], 8123)))": 8123,
    "TcpListener::bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8123))": 8123,
    "TcpListener::bind((Ipv4Addr::new(0, 0, 0, 0), 8123))": 8123,
    'let port = env::var("PORT").unwrap_or("8123".into());\n    TcpListener::bind(format!("0.0.0.0:{port}"))': 8123,
    'let port = env::var("PORT").unwrap_or_else(|_| "8123".to_string());\nTcpListener::bind(("::", port))': 8123,
    'let port: u16 = env::var("PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(8123);\n    LISTEN': 8123,
    'let port = match env::var("PORT") { Ok(p) => p.parse().unwrap(), Err(_) => 8123 };\n    LISTEN': 8123,
    'let port = if let Ok(p) = env::var("PORT") {p.parse().unwrap()} else {8123};\n    LISTEN': 8123,
    'let ip: IpAddr = "::".parse().unwrap();\n    TcpListener::bind(SocketAddr::from((ip, 8123)))': 8123,
    "TcpListener::bind(SocketAddr::from(([0, 0, 0, 0], 8123))); }\nfn from(a: u8) -> u16 { return 7001": 8123,
    'let addr: SocketAddr = "0.0.0.0:8123".parse().unwrap();\n    axum::Server::bind(&addr)': 8123,
    'let port = env::var("PORT").expect("PORT");\n    TcpListener::bind(format!("0.0.0.0:{port}"))': 8080,
    '// TcpListener::bind("0.0.0.0:1")\n    TcpListener::bind("0.0.0.0:8123")': 8123,
    '/* /* */ TcpListener::bind("0.0.0.0:1") */ TcpListener::bind("0.0.0.0:8123")': 8123,
    'let lifetime: &\'static str = "TcpListener::bind(1)"; TcpListener::bind("0.0.0.0:8123")': 8123,
}


@pytest.mark.parametrize("body", PORTS)
def test_a_port_is_found_where_it_is_written(body: str, tmp_path: Path) -> None:
    component = component_of(
        tmp_path, {"Cargo.toml": CARGO, "src/main.rs": main_of(f"{body.replace('LISTEN', LISTEN)};")}
    )

    assert (component.kind, component.port) == ("web", PORTS[body])


def test_an_argument_of_clap_says_port_variable_and_option(tmp_path: Path) -> None:
    field = '#[arg(long, env = "SHOP_PORT", default_value_t = 8123)]\n    port: u16,'
    code = f"#[derive(Parser)]\nstruct Args {{\n    {field}\n}}\n\n" + (
        main_of('let args = Args::parse();\n    TcpListener::bind(("0.0.0.0", args.port));')
    )
    component = component_of(tmp_path, {"Cargo.toml": CARGO, "src/main.rs": code})

    assert component.port == 8123
    assert [(each.name, each.default) for each in component.env] == [("SHOP_PORT", "8123")]


def test_a_default_of_serde_is_found_behind_its_function(tmp_path: Path) -> None:
    field = '#[serde(default = "default_port")]\n    pub port: u16,'
    settings = f"pub struct S {{\n    {field}\n}}\n\nfn default_port() -> u16 {{\n    8123\n}}\n"
    files = {
        "Cargo.toml": CARGO,
        "src/settings.rs": settings,
        "src/main.rs": "mod settings;\n" + main_of('TcpListener::bind(("0.0.0.0", settings.port));'),
    }
    assert component_of(tmp_path, files).port == 8123


def test_a_port_is_found_in_a_configuration_file(tmp_path: Path) -> None:
    files = {
        "Cargo.toml": CARGO,
        "configuration/base.yaml": "application:\n  port: 8123\n",
        "src/main.rs": main_of('TcpListener::bind(format!("0.0.0.0:{}", config.application.port));'),
    }
    assert component_of(tmp_path, files).port == 8123


VERSIONS = {
    'rust-version = "1.75"': "1.75", 'rust-version = "1.80.1"': "1.80", "": None,
}  # fmt: skip


@pytest.mark.parametrize("said", VERSIONS)
def test_the_release_is_what_the_package_asks_for(said: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"Cargo.toml": CARGO + said + "\n", "src/main.rs": main_of("")})

    assert component.language_version == VERSIONS[said]


@pytest.mark.parametrize("text", ['[toolchain]\nchannel = "1.90.0"\n', "[toolchain]\nchannel = '1.90'\n"])
def test_a_toolchain_file_is_stronger(text: str, tmp_path: Path) -> None:
    files = {"Cargo.toml": CARGO + 'rust-version = "1.75"\n', "src/main.rs": main_of(""), "rust-toolchain.toml": text}

    assert component_of(tmp_path, files).language_version == "1.90"


def test_the_image_that_prepares_dependencies_says_the_release(tmp_path: Path) -> None:
    dockerfile = (
        "FROM example.invalid/cargo-chef:0.1.68-rust-1.85-slim AS chef\nRUN cargo build\nFROM debian\nCMD /shop\n"
    )
    files = {"Cargo.toml": CARGO, "src/main.rs": "fn main() {}\n", "Dockerfile": dockerfile}
    assert component_of(tmp_path, files).language_version == "1.85"


def test_a_nightly_toolchain_is_said(tmp_path: Path) -> None:
    files = {"Cargo.toml": CARGO, "src/main.rs": main_of(""), "rust-toolchain": "nightly-2025-01-01\n"}

    assert any("nightly" in each for each in profile_of(tmp_path, files).warnings)


SERVICES = {
    'sqlx = { version = "0.8", features = ["postgres"] }': ("postgres",),
    'diesel = { version = "2", features = ["mysql"] }': ("mysql",),
    'sea-orm = { version = "1", features = ["sqlx-sqlite"] }': (),
    'redis = "0.27"\nlapin = "2"': ("rabbitmq", "redis"),
}


@pytest.mark.parametrize("said", SERVICES)
def test_a_service_is_recognised_by_a_crate_or_its_feature(said: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"Cargo.toml": f"{CARGO}[dependencies]\n{said}\n", "src/main.rs": main_of("")})

    assert component.backing_services == SERVICES[said]


def test_packages_of_the_system_come_from_the_lock_file(tmp_path: Path) -> None:
    files = {
        "Cargo.toml": f'{CARGO}[dependencies]\nreqwest = "0.12"\n',
        "Cargo.lock": "".join(
            f'[[package]]\nname = "{name}"\nversion = "0.9.1"\n' for name in ("openssl-sys", "pq-sys")
        ),
        "src/main.rs": main_of(""),
    }
    component = component_of(tmp_path, files)

    assert component.build_packages == ("libpq-dev", "libssl-dev", "pkg-config")
    assert component.runtime_packages == ("libpq5",)


def test_tests_in_a_file_say_nothing(tmp_path: Path) -> None:
    code = main_of("") + '\n#[cfg(test)]\nmod tests {\n    fn t() { TcpListener::bind("0.0.0.0:1"); }\n}\n'
    component = component_of(tmp_path, {"Cargo.toml": CARGO, "src/main.rs": code})

    assert (component.kind, component.port) == ("job", None)


def test_of_several_programs_the_one_that_listens_is_the_component(tmp_path: Path) -> None:
    files = {
        "Cargo.toml": CARGO,
        "src/bin/migrate.rs": main_of(""),
        "src/bin/server.rs": main_of('TcpListener::bind("0.0.0.0:8123");'),
    }
    component = component_of(tmp_path, files)

    assert (component.start_command, component.build_command) == ("./server", "cargo build --release --bin server")


def test_a_page_for_browsers_is_a_static_site(tmp_path: Path) -> None:
    files = {
        "Cargo.toml": f'{CARGO}[dependencies]\nyew = "0.21"\n',
        "index.html": '<link data-trunk rel="rust"/>',
        "src/main.rs": main_of(""),
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.framework, component.static_folder, component.port) == (
        "static",
        "yew",
        "dist",
        None,
    )


@pytest.mark.parametrize("text", ["[package", '[package]\nname = "a"\nname = "b"\n', "\x01"])
def test_a_manifest_that_is_no_toml_is_refused_with_file_and_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"Cargo\.toml, line \d") as refused:
        profile_of(tmp_path, {"Cargo.toml": text, "src/main.rs": ""})
    assert refused.value.reason == "unreadable"


def test_a_member_that_is_missing_leaves_the_others(tmp_path: Path) -> None:
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["gone", "api"]\n',
        "api/Cargo.toml": CARGO,
        "api/src/main.rs": main_of('TcpListener::bind("0.0.0.0:8123");'),
    }
    assert component_of(tmp_path, files).path == "api"


@pytest.mark.parametrize(
    "code", ['"' * 5001, 'r#"' * 3000, "/*" * 5000, "(" * 5000, "a.b()." * 2000, "'" * 5000, "#[arg(" * 2000]
)
def test_code_without_an_end_is_read_in_time(code: str, tmp_path: Path) -> None:
    files = {"Cargo.toml": CARGO, "src/main.rs": f"fn main() {{ TcpListener::bind({code}"}

    assert profile_of(tmp_path, files).components[0].language == "rust"
