"""Services side by side in one Go module: each is named and placed by its own folder, not by its `cmd`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.detection_kit import component_of, profile_of

MOD = {"go.mod": "module example.invalid/town\n\ngo 1.24\n", "go.sum": ""}


def program(folder: str, port: int) -> dict[str, str]:
    body = f'package main\n\nimport "net/http"\n\nfunc main() {{\n\thttp.ListenAndServe(":{port}", nil)\n}}\n'
    return {f"{folder}/main.go": body}


def found(folder: Path, files: dict[str, str]) -> list[tuple[str, str, str | None]]:
    return [(each.path, each.name, each.start_command) for each in profile_of(folder, MOD | files).components]


def test_a_service_is_the_folder_that_holds_its_program(tmp_path: Path) -> None:
    assert found(tmp_path, program("services/mill/cmd", 8123) | program("services/bank/cmd", 8124)) == [
        ("services/bank", "bank", "./bank"),
        ("services/mill", "mill", "./mill"),
    ]


def test_a_service_with_a_named_program_is_called_by_its_folder(tmp_path: Path) -> None:
    assert found(tmp_path, program("mill/cmd/server", 8123) | program("bank/cmd/server", 8124)) == [
        ("bank", "bank", "./server"),
        ("mill", "mill", "./server"),
    ]


def test_programs_of_one_service_keep_their_folders(tmp_path: Path) -> None:
    assert found(tmp_path, program("mill/cmd/server", 8123) | program("mill/cmd/gate", 8124)) == [
        ("mill/cmd/gate", "gate", "./gate"),
        ("mill/cmd/server", "server", "./server"),
    ]


def test_the_modules_own_programs_keep_theirs(tmp_path: Path) -> None:
    assert found(tmp_path, program("cmd/mill", 8123) | program("cmd/bank", 8124)) == [
        ("cmd/bank", "bank", "./bank"),
        ("cmd/mill", "mill", "./mill"),
    ]


def test_a_dockerfile_beside_the_cmd_is_the_services_own(tmp_path: Path) -> None:
    image = 'FROM golang:1.24\nCOPY . .\nRUN go build -o /%s ./%s/cmd\nCMD ["/%s"]\n'
    files = {f"{name}/Dockerfile": image % (name, name, name) for name in ("mill", "bank")}
    started = found(tmp_path, program("mill/cmd", 8123) | program("bank/cmd", 8124) | files)

    assert [(path, command) for path, _, command in started] == [("bank", "/bank"), ("mill", "/mill")]


def test_a_single_program_stands_for_its_module(tmp_path: Path) -> None:
    component = component_of(tmp_path, MOD | program("mill/cmd", 8123))
    assert (component.path, component.start_command) == (".", "./mill")
