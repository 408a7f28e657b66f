"""Dockerfiles of Go and Rust: which images, where the program lies, what a start command changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.errors import Invalid
from tasks.models import Component, EnvironmentVariable, ImagePlan

GO = Component(
    name="shop",
    kind="web",
    language="go",
    language_version="1.22",
    package_manager="go",
    port=8080,
    start_command="./shop",
    build_command="go build -o shop ./cmd/shop",
    lock_file="go.sum",
    dependency_files=("go.mod", "go.sum"),
)
RUST = GO.changed(
    language="rust",
    language_version="1.75",
    package_manager="cargo",
    build_command="cargo build --release --bin shop",
    lock_file="Cargo.lock",
    dependency_files=("Cargo.toml", "Cargo.lock"),
)
STATIC = "gcr.io/distroless/static-debian12:nonroot"
WITH_C = "gcr.io/distroless/cc-debian12:nonroot"
DEBIAN = "debian:bookworm-slim"


def text_of(component: Component, folder: Path, **files: str) -> str:
    named = {"go.mod": "module x.invalid/shop\n\nrequire y.invalid/z v1.0.0\n", **files}
    for name, text in named.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return render(ImagePlan(component=component, context=folder)).text


def last_base(text: str) -> str:
    return [line.split()[1] for line in text.splitlines() if line.startswith("FROM")][-1]


RUN_ON: dict[str, tuple[Component, dict[str, object], str]] = {
    "Go": (GO, {}, STATIC),
    "Go that links C": (GO, {"build_packages": ("gcc", "libc6-dev")}, WITH_C),
    "Go with packages": (GO, {"runtime_packages": ("ffmpeg",)}, DEBIAN),
    "Rust": (RUST, {}, WITH_C),
    "Rust with packages": (RUST, {"runtime_packages": ("libpq5",)}, DEBIAN),
}


@pytest.mark.parametrize("name", RUN_ON)
def test_a_program_is_run_on_the_smallest_image_that_has_what_it_needs(name: str, tmp_path: Path) -> None:
    component, given, base = RUN_ON[name]
    text = text_of(component.changed(**given), tmp_path)

    assert last_base(text) == base
    assert f'base.name="{base}"' in text.replace("docker.io/library/", "")


STARTS = {
    "./shop": "/app/shop",
    "bin/shop --verbose": "/app/bin/shop",
    "/srv/shop": "/srv/shop",
    "shop serve": "/usr/local/bin/shop",
    "MODE=live ./shop": "/app/shop",
}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("component", [GO, RUST], ids=["go", "rust"])
def test_the_program_lies_where_the_start_command_looks_for_it(
    component: Component, start: str, tmp_path: Path
) -> None:
    text = text_of(component.changed(start_command=start), tmp_path)

    assert f"COPY --from=build /out/shop {STARTS[start]}\n" in text


def test_variables_of_the_start_command_are_the_image_s(tmp_path: Path) -> None:
    text = text_of(GO.changed(start_command="MODE=live ./shop"), tmp_path)

    assert 'MODE="live"' in text
    assert text.endswith('CMD ["./shop"]\n')


@pytest.mark.parametrize("start", ["./migrate && ./shop", "./shop --at $HOME", "-v", "A=1"])
def test_a_start_command_that_needs_a_shell_is_refused(start: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no shell") as refused:
        text_of(GO.changed(start_command=start), tmp_path)
    assert refused.value.hint


def test_an_own_build_command_of_go_is_run_as_it_is_and_its_program_is_taken(tmp_path: Path) -> None:
    text = text_of(GO.changed(build_command="make build", start_command="./bin/shop"), tmp_path)

    assert "    make build\n" in text
    assert "COPY --from=build /app/bin/shop /app/bin/shop\n" in text


def test_a_module_that_nobody_locked_is_tidied_first(tmp_path: Path) -> None:
    text = text_of(GO.changed(lock_file=None, dependency_files=("go.mod",)), tmp_path)

    assert "go mod tidy && \\\n    go build" in text
    assert "go mod download" not in text


def test_vendored_modules_are_not_fetched(tmp_path: Path) -> None:
    text = text_of(GO, tmp_path, **{"vendor/modules.txt": "# y.invalid/z v1.0.0\n"})

    assert "go mod download" not in text


def test_sources_without_a_module_get_one(tmp_path: Path) -> None:
    component = GO.changed(lock_file=None, dependency_files=(), build_command="go build -o shop .")
    (tmp_path / "main.go").write_text("package main\n")
    text = render(ImagePlan(component=component, context=tmp_path)).text

    assert "go mod init shop && go mod tidy && \\\n" in text


RELEASES = {"1.13": "1.27", "1.22": "1.27", "1.26": "1.26", "1.27": "1.27", None: "1.27"}


@pytest.mark.parametrize("wanted", RELEASES)
def test_go_is_built_with_a_release_that_gets_fixes(wanted: str | None, tmp_path: Path) -> None:
    assert f"FROM golang:{RELEASES[wanted]}-bookworm AS build" in text_of(GO.changed(language_version=wanted), tmp_path)


def test_rust_is_built_with_the_newest_release_unless_a_file_pins_one(tmp_path: Path) -> None:
    assert "FROM rust:1.96-slim-bookworm AS build" in text_of(RUST, tmp_path)

    pinned = text_of(RUST, tmp_path, **{"rust-toolchain.toml": '[toolchain]\nchannel = "1.80.1"\n'})

    assert "FROM rust:1.80-slim-bookworm AS build" in pinned
    assert "rm -f rust-toolchain.toml && \\\n" in pinned


def test_rust_without_a_lock_file_is_built_unlocked(tmp_path: Path) -> None:
    text = text_of(RUST.changed(lock_file=None, dependency_files=("Cargo.toml",)), tmp_path)

    assert "--locked" not in text
    assert "--locked" in text_of(RUST, tmp_path)


def test_queries_that_were_prepared_are_used_without_a_database(tmp_path: Path) -> None:
    assert 'SQLX_OFFLINE="true"' in text_of(RUST, tmp_path, **{".sqlx/query-1.json": "{}"})


def test_a_variable_that_keeps_the_program_on_its_own_machine_is_set(tmp_path: Path) -> None:
    env = (
        EnvironmentVariable(name="LISTEN_ADDR", default="127.0.0.1:8080"),
        EnvironmentVariable(name="REDIS_ADDR", default="localhost:6379"),
        EnvironmentVariable(name="SERVER_HOST", default="localhost"),
    )
    text = text_of(GO.changed(env=env, bind_address="0.0.0.0"), tmp_path)  # noqa: S104 - what detection says

    assert 'LISTEN_ADDR="0.0.0.0:8080"' in text
    assert 'SERVER_HOST="0.0.0.0"' in text
    assert "REDIS_ADDR" not in text


def test_what_cargo_leptos_builds_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Cargo.toml").write_text('[package.metadata.leptos]\nsite-addr = "127.0.0.1:3000"\n')

    with pytest.raises(Invalid, match="cargo-leptos"):
        render(ImagePlan(component=RUST, context=tmp_path))


@pytest.mark.parametrize("name", ["production", "development"])
def test_loco_is_told_which_of_its_files_is_meant_where_there_is_one_for_production(name: str, tmp_path: Path) -> None:
    files = {f"config/{name}.yaml": "server:\n  port: 8080\n"}
    text = text_of(RUST.changed(framework="loco", start_command="./shop start"), tmp_path, **files)
    assert ("LOCO_ENV" in text) is (name == "production")
