"""Files of variables that programs of Go and Rust end without: the image has them empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.models import ImagePlan
from tests.unit.detection_kit import component_of

MOD = "module example.invalid/mill\n\ngo 1.24\n"
CARGO = '[package]\nname = "mill"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\naxum = "0.8"\n'
LISTENS = 'let listener = TcpListener::bind("0.0.0.0:8123").await.unwrap();'


def in_go(body: str) -> dict[str, str]:
    main = f'package main\n\nimport "net/http"\n\nfunc main() {{\n\t{body}\n\thttp.ListenAndServe(":8123", nil)\n}}\n'
    return {"go.mod": MOD, "main.go": main}


def in_rust(body: str) -> dict[str, str]:
    return {"Cargo.toml": CARGO, "src/main.rs": f"async fn main() {{\n    {body}\n    {LISTENS}\n}}\n"}


FATAL = "if err != nil {\n\t\tlog.Fatal(err)\n\t}"
NEEDED: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "Go": (in_go(f"err := godotenv.Load()\n\t{FATAL}"), (".env",)),
    "Go, in one line": (in_go('if err := godotenv.Load(); err != nil {\n\t\tpanic("no .env")\n\t}'), (".env",)),
    "Go, by name": (in_go(f'err := godotenv.Load("./deploy/.env")\n\t{FATAL}'), ("deploy/.env",)),
    "Go, with viper": (in_go(f'viper.SetConfigFile(".env")\n\terr := viper.ReadInConfig()\n\t{FATAL}'), (".env",)),
    "Go, though it may be absent": (in_go('if err := godotenv.Load(); err != nil {\n\t\tlog.Println("none")\n\t}'), ()),
    "Go, whatever comes of it": (in_go("_ = godotenv.Load()"), ()),
    "Go, outside of the image": (in_go(f'err := godotenv.Load("../.env")\n\t{FATAL}'), ()),
    "Rust": (in_rust("dotenv().unwrap();"), (".env",)),
    "Rust, by path": (in_rust("dotenvy::dotenv()?;"), (".env",)),
    "Rust, by name": (in_rust('dotenvy::from_filename(".env.local").expect("no variables");'), (".env.local",)),
    "Rust, though it may be absent": (in_rust("dotenv().ok();"), ()),
}


@pytest.mark.parametrize("name", NEEDED)
def test_what_the_program_ends_without_is_named(name: str, tmp_path: Path) -> None:
    files, needed = NEEDED[name]
    assert component_of(tmp_path, files).runtime_files == needed


@pytest.mark.parametrize("name", ["Go", "Rust"])
def test_the_image_has_it_without_content(name: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, NEEDED[name][0])
    text = render(ImagePlan(component=component, context=tmp_path)).text

    assert "RUN install -D /dev/null /app/.env\n" in text
    assert "COPY --from=build /app/.env /app/.env\n" in text


def test_a_file_that_is_committed_keeps_its_content(tmp_path: Path) -> None:
    files = in_go(f'err := godotenv.Load("mill.env")\n\t{FATAL}') | {"mill.env": "GRAIN=rye\n"}
    component = component_of(tmp_path, files)

    assert component.runtime_files == ("mill.env",)
    assert "install -D" not in render(ImagePlan(component=component, context=tmp_path)).text


def test_a_file_that_nobody_committed_is_empty_whatever_it_is_called(tmp_path: Path) -> None:
    component = component_of(tmp_path, in_go(f'err := godotenv.Load("mill.env")\n\t{FATAL}'))
    assert "RUN install -D /dev/null /app/mill.env\n" in render(ImagePlan(component=component, context=tmp_path)).text
