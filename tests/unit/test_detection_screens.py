"""Programs of Go, Rust, Python and .NET that a person has to be at: they have windows, or wait for a subcommand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

CARGO = '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\n{}\n'
MODULE = "module example.invalid/shop\n\ngo 1.24\n\nrequire {}\n"
COBRA = MODULE.format("github.com/spf13/cobra v1.9.1")
ROOT = """package main

import "github.com/spf13/cobra"

var rootCmd = &cobra.Command{Use: "shop"%s}

func main() {
    rootCmd.AddCommand(syncCmd)
    rootCmd.Execute()
}
"""
SYNC = """package main

import "github.com/spf13/cobra"

var syncCmd = &cobra.Command{Use: "%s", Run: func(cmd *cobra.Command, args []string) {}}
"""
CLAP = CARGO.format('clap = { version = "4", features = ["derive"] }')
COMMANDS = """use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: %s,
}

#[derive(Subcommand)]
enum Commands {
    Sync,
}

fn main() {
    Args::parse();
}
"""
SHOWS = "a program of {} ({}) that needs a screen or a keyboard"


@pytest.mark.parametrize("module", ["fyne.io/fyne/v2", "github.com/hajimehoshi/ebiten/v2", "github.com/rivo/tview"])
def test_a_program_of_go_that_draws_is_refused(module: str, tmp_path: Path) -> None:
    source = f'package main\n\nimport _ "{module}/x"\n\nfunc main() {{}}\n'
    profile = profile_of(tmp_path, {"go.mod": MODULE.format(f"{module} v2.0.0"), "main.go": source})

    assert (profile.verdict, profile.message) == ("unsupported", f"found {SHOWS.format('Go', 'main.go')}")


@pytest.mark.parametrize("crate", ["bevy", "eframe", "smithay-client-toolkit", "ratatui"])
def test_a_program_of_rust_that_draws_is_refused(crate: str, tmp_path: Path) -> None:
    source = f"use {crate.replace('-', '_')}::x;\n\nfn main() {{}}\n"
    profile = profile_of(tmp_path, {"Cargo.toml": CARGO.format(f'{crate} = "1"'), "src/main.rs": source})

    assert (profile.verdict, profile.message) == ("unsupported", f"found {SHOWS.format('Rust', 'src/main.rs')}")


@pytest.mark.parametrize("module", ["curses", "textual.app", "pygame"])
def test_a_program_of_python_that_draws_is_refused(module: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"main.py": f"import {module}\nprint(1)\n", "requirements.txt": "textual\n"})

    assert (profile.verdict, profile.message) == ("unsupported", f"found {SHOWS.format('Python', 'main.py')}")


def test_a_crate_that_no_source_uses_shows_no_screen(tmp_path: Path) -> None:
    files = {"Cargo.toml": CARGO.format('winit = { version = "1", optional = true }'), "src/main.rs": "fn main() {}\n"}

    assert component_of(tmp_path, files).kind == "job"


def test_a_server_that_also_draws_is_a_server(tmp_path: Path) -> None:
    source = (
        'package main\n\nimport (\n\t"net/http"\n\t_ "github.com/rivo/tview"\n)\n\n'
        'func main() { http.ListenAndServe(":8123", nil) }\n'
    )
    files = {"go.mod": MODULE.format("github.com/rivo/tview v1.0.0"), "main.go": source}

    assert (component_of(tmp_path, files).kind, component_of(tmp_path, files).port) == ("web", 8123)


TOOLS: dict[str, dict[str, str]] = {
    "go": {"go.mod": COBRA, "main.go": ROOT % "", "sync.go": SYNC % "sync"},
    "rust": {"Cargo.toml": CLAP, "src/main.rs": COMMANDS % "Commands"},
    "dotnet": {
        "Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>'
        "<TargetFramework>net9.0</TargetFramework><PackAsTool>true</PackAsTool></PropertyGroup></Project>",
        "Program.cs": "return 0;\n",
    },
}


@pytest.mark.parametrize("language", TOOLS)
def test_a_command_line_tool_is_refused(language: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, TOOLS[language])

    assert profile.verdict == "unsupported", profile.message
    assert profile.message.startswith("found a command-line tool (")


JOBS: dict[str, dict[str, str]] = {
    "it works without a subcommand": {
        **TOOLS["go"],
        "main.go": ROOT % ", Run: func(cmd *cobra.Command, args []string) {}",
    },
    "the subcommand is left to the caller": {"Cargo.toml": CLAP, "src/main.rs": COMMANDS % "Option<Commands>"},
    "an image says the subcommand": {
        **TOOLS["go"],
        "Dockerfile": 'FROM golang:1.24\nCOPY . .\nRUN go build -o /shop .\nCMD ["/shop", "sync"]\n',
    },
}


@pytest.mark.parametrize("case", JOBS)
def test_a_program_that_is_told_what_to_do_is_a_job(case: str, tmp_path: Path) -> None:
    assert component_of(tmp_path, JOBS[case]).kind == "job"
