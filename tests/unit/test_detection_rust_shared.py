"""What the crates of a workspace need is what the program made of them needs; and queries that are checked early."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

SERVING = (
    "async fn main() {\n    store::open().await;\n"
    '    let listener = TcpListener::bind("0.0.0.0:8123").await.unwrap();\n}\n'
)


def workspace(needs: str, used: str = 'store = { path = "../store" }\n') -> dict[str, str]:
    return {
        "Cargo.toml": '[workspace]\nmembers = ["shop", "store", "ledger"]\n',
        "shop/Cargo.toml": f'[package]\nname = "shop"\nversion = "1.0.0"\n\n[dependencies]\naxum = "0.8"\n{used}',
        "shop/src/main.rs": SERVING,
        "store/Cargo.toml": f'[package]\nname = "store"\nversion = "1.0.0"\n\n[dependencies]\n{needs}\n',
        "store/src/lib.rs": "pub async fn open() {}\n",
        "ledger/Cargo.toml": '[package]\nname = "ledger"\nversion = "1.0.0"\n\n[dependencies]\nmongodb = "3"\n',
        "ledger/src/lib.rs": "",
    }


@pytest.mark.parametrize(
    ("needs", "service"),
    [
        ('sqlx = { version = "0.8", features = ["postgres"] }', "postgres"),
        ('lapin = "2"', "rabbitmq"),
        ('sea-orm-migration = { version = "1", features = ["sqlx-mysql"] }', "mysql"),
    ],
)
def test_a_service_that_a_crate_of_the_workspace_talks_to_is_the_programs(
    needs: str, service: str, tmp_path: Path
) -> None:
    assert component_of(tmp_path, workspace(needs)).backing_services == (service,)


def test_a_crate_that_the_program_does_not_use_needs_nothing_for_it(tmp_path: Path) -> None:
    assert component_of(tmp_path, workspace('lapin = "2"', used="")).backing_services == ()


QUERIES = {
    "Cargo.toml": (
        '[package]\nname = "shop"\nversion = "1.0.0"\n\n[dependencies]\naxum = "0.8"\n'
        'sqlx = { version = "0.8", features = ["postgres"] }\n'
    ),
    "Cargo.lock": "version = 4\n",
    "src/main.rs": SERVING.replace("store::open()", 'sqlx::query_as!(Item, "select * from items").fetch_all(&pool)'),
}


def test_queries_that_need_a_database_to_be_built_are_said(tmp_path: Path) -> None:
    assert profile_of(tmp_path, QUERIES).warnings == (
        "src/main.rs, line 2: its queries ask a database while it is built; commit what `cargo sqlx prepare` writes",
    )


@pytest.mark.parametrize(
    "files",
    [
        {".sqlx/query-1.json": "{}"},
        {"sqlx-data.json": "{}"},
        {"src/main.rs": SERVING.replace("store::open()", 'sqlx::query("select 1").fetch_one(&pool)')},
    ],
)
def test_queries_that_need_none_are_not(files: dict[str, str], tmp_path: Path) -> None:
    assert profile_of(tmp_path, QUERIES | files).warnings == ()
