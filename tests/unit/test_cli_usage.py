"""What a person types wrong, what is never shown, and documents that are written."""

from __future__ import annotations

import json
import logging
import signal
from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner

from deployments.cli.endings import circumstances, guarded
from deployments.signals import Stopped
from tasks.errors import Rejected
from tasks.models import Failure
from tests.unit.cli_kit import typed

COMMANDS = (
    *(
        "run",
        "analyze",
        "plan",
        "diagnose",
        "steps",
        "doctor",
        "status",
        "logs",
        "history",
        "rollback",
        "delete",
        "server",
    ),
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "requirements.txt").write_text("flask==3.0.0\n")
    (folder / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    return folder


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "state"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_explains_itself(command: str, flag: str) -> None:
    done = typed(command, flag)
    assert done.exit_code == 0
    assert f"containerkit {command}" in done.output or f"{command} [OPTIONS]" in done.output


def test_the_version_is_one_line() -> None:
    done = typed("--version")
    assert done.exit_code == 0
    assert done.output.startswith("containerkit ")


def test_a_state_folder_that_cannot_be_made_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "file" / "state"))
    done = typed("server", "start")
    assert done.exit_code == 30
    assert str(tmp_path / "file" / "state") in done.output
    assert "CONTAINERKIT_HOME=" in done.output


@pytest.mark.parametrize(
    ("option", "known"),
    [
        ("--target", ("auto", "engine", "kubernetes")),
        ("--runtime", ("auto", "docker", "podman")),
        ("--dockerfile", ("auto", "generated", "improved")),
        ("--fail-on", ("LOW", "MEDIUM", "HIGH", "CRITICAL", "never")),
        ("--pod-security", ("restricted", "baseline")),
        ("--progress", ("auto", "rich", "plain", "json")),
    ],
)
def test_an_unknown_value_is_exit_code_2_with_the_list(option: str, known: tuple[str, ...]) -> None:
    done = typed("run", ".", option, "quantum")
    assert done.exit_code == 2
    assert all(value in done.output for value in (*known, "quantum", option))


@pytest.mark.parametrize("arguments", [("runn",), ("run", "--prot", "1"), ("run", "--port", "70000"), ("logs",), ()])
def test_what_is_no_command_or_option_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert typed(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--name", "Not A Name"),
        ("--health", "no-slash"),
        ("--start", "two\nlines"),
        ("--ref", ""),
        ("--subfolder", ""),
    ],
)
def test_a_value_that_cannot_be_used_is_exit_code_2_and_names_its_flag(option: str, value: str) -> None:
    done = typed("run", ".", option, value)
    assert done.exit_code == 2
    assert option in done.output


def test_a_name_that_no_target_could_have_is_exit_code_2() -> None:
    done = typed("status", "Not_A_Name")
    assert done.exit_code == 2
    assert "Not_A_Name" in done.output


@pytest.mark.parametrize("text", ["s3cr3t-and-no-equals-sign", "0BAD NAME=s3cr3t-value", "=s3cr3t-value"])
def test_a_variable_that_cannot_be_read_is_refused_without_its_value(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        done = typed("run", ".", "--env", text)
    assert done.exit_code == 2
    assert "--env" in done.output
    assert "s3cr3t" not in done.output + caplog.text


def test_with_json_progress_a_usage_error_of_ours_is_one_json_line() -> None:
    done = typed("run", ".", "--health", "no-slash", "--progress", "json")
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert (done.exit_code, found["exit_code"], found["event"], found["type"]) == (2, 2, "error", "Invalid")
    assert {"step", "reason", "message", "hint", "folder", "run_url"} <= set(found)


def test_analyze_answers_for_several_sources_also_when_one_cannot_be_read(repository: Path) -> None:
    done = typed("analyze", "--json", str(repository), str(repository / "nowhere"))
    found = json.loads(done.stdout)
    assert [each["verdict"] for each in found] == ["deployable", "unsupported"]
    assert done.exit_code == 12
    assert "nowhere" in found[1]["message"]


def test_analyze_of_one_source_prints_the_published_object(repository: Path) -> None:
    done = typed("analyze", "--json", str(repository))
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (found["verdict"], found["components"][0]["framework"]) == ("deployable", "flask")


def test_analyze_of_an_empty_folder_is_exit_code_10(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = typed("analyze", "--json", str(tmp_path / "empty"))
    assert (done.exit_code, json.loads(done.stdout)["verdict"]) == (10, "nothing_found")


def test_analyze_for_a_person_names_the_file_and_line_of_each_statement(repository: Path) -> None:
    done = typed("analyze", str(repository))
    assert done.exit_code == 0
    assert "flask" in done.output
    assert "requirements.txt:1" in done.output


def test_plan_shows_the_dockerfile_and_touches_nothing(repository: Path, state: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in repository.rglob("*")}
    done = typed("plan", str(repository), "--name", "store", "--port", "9000", "--health", "/up")
    assert done.exit_code == 0
    for text in ("FROM python", "USER ", "EXPOSE 9000", '"health_path": "/up"', '"name": "store"'):
        assert text in done.output
    assert {file: file.stat().st_mtime_ns for file in repository.rglob("*")} == before
    assert not state.exists()


def test_plan_keeps_an_existing_dockerfile_and_shows_what_would_make_it_safe(repository: Path) -> None:
    (repository / "Dockerfile").write_text('FROM python:3.13-slim\nEXPOSE 8000\nCMD ["flask", "run"]\n')
    done = typed("plan", str(repository))
    assert done.exit_code == 0
    assert "the repository's own, kept as it is" in done.output
    assert "what --dockerfile improved would change" in done.output
    assert [line for line in done.output.splitlines() if line.startswith("+USER")] == ["+USER 10001:10001"]
    improved = typed("plan", str(repository), "--dockerfile", "improved")
    assert "what --dockerfile improved would change" not in improved.output
    assert "made safe" in improved.output


def test_plan_writes_the_same_documents_twice_and_never_over_other_ones(repository: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    assert typed("plan", str(repository), "-o", str(folder)).exit_code == 0
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert set(first) == {"Dockerfile", "Dockerfile.dockerignore", "workload.json", "profile.json"}
    assert typed("plan", str(repository), "-o", str(folder)).exit_code == 0
    (folder / "Dockerfile").write_text("FROM mine\n")
    refused = typed("plan", str(repository), "-o", str(folder))
    assert (refused.exit_code, "Dockerfile" in refused.output) == (2, True)
    assert (folder / "Dockerfile").read_text() == "FROM mine\n"


def test_plan_for_a_cluster_shows_the_objects_and_no_value(repository: Path, state: Path) -> None:
    cluster = ("--target", "kubernetes", "--namespace", "team", "--image", "registry.invalid/team/shop")
    done = typed("plan", str(repository), *cluster, "--env", "TOKEN=verysecret", "--env-from-secret", "keys")
    assert done.exit_code == 0, done.output
    assert [line for line in done.output.splitlines() if line.startswith("kind: ")] == [
        "kind: ServiceAccount",
        "kind: Deployment",
        "kind: Service",
    ]
    for text in ("namespace: team", "image: registry.invalid/team/shop:", "key: TOKEN", "name: keys"):
        assert text in done.output
    assert "verysecret" not in done.output
    assert not state.exists()


def test_plan_writes_the_objects_to_a_file(repository: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    made = typed("plan", str(repository), "--target", "kubernetes", "--create-namespace", "-o", str(folder))
    assert made.exit_code == 0
    kinds = [found["kind"] for found in yaml.safe_load_all((folder / "manifests.yaml").read_text())]
    assert kinds == ["Namespace", "ServiceAccount", "Deployment", "Service"]


def test_plan_does_not_write_where_a_folder_or_a_link_has_its_name(repository: Path, tmp_path: Path) -> None:
    with_folder, with_link = tmp_path / "one", tmp_path / "two"
    (with_folder / "Dockerfile").mkdir(parents=True)
    with_link.mkdir()
    (with_link / "Dockerfile").symlink_to("/nowhere")
    for folder in (with_folder, with_link):
        assert typed("plan", str(repository), "-o", str(folder)).exit_code == 2
        assert [file.name for file in folder.iterdir()] == ["Dockerfile"]


def failing(error: BaseException) -> typer.Typer:
    program = typer.Typer(pretty_exceptions_enable=False)

    @program.command()
    @guarded
    def fail(*, as_json: bool = False) -> None:
        circumstances().as_json = as_json
        password = "s3cr3t"  # noqa: S105, F841 - a local variable, as a traceback could show
        raise error

    return program


def test_a_bug_of_ours_is_one_line_with_the_path_of_everything_about_it(state: Path) -> None:
    done = CliRunner().invoke(failing(ZeroDivisionError("by nought")), [])
    assert done.exit_code == 1
    assert "bug of ours (ZeroDivisionError)" in done.output
    (file,) = state.glob("bug-*.txt")
    assert str(file) in done.output
    assert "by nought" in file.read_text()
    assert "s3cr3t" not in file.read_text().replace('password = "s3cr3t"', "")


def test_a_bug_of_ours_is_one_json_line_too(state: Path) -> None:
    done = CliRunner().invoke(failing(ZeroDivisionError("by nought")), ["--as-json"])
    found = json.loads(done.stdout)
    assert (done.exit_code, found["type"], found["exit_code"]) == (1, "Bug", 1)
    assert list(state.glob("bug-*.txt"))


def test_an_error_says_which_step_the_last_lines_and_what_to_type_next() -> None:
    failure = Failure(step="build", message="pip failed", log_tail="one\n\x1b[31mtwo\n")
    error = Rejected("the build failed\n+ a diff", hint="containerkit run . --start x", failure=failure)
    error.step = "build"
    done = CliRunner().invoke(failing(error), [])
    lines = done.stderr.splitlines()
    assert done.exit_code == 20
    assert lines == [
        "✗ build: the build failed",
        "+ a diff",
        "  │ one",
        "  │ two",
        "next: containerkit run . --start x",
    ]
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (Stopped(signal.SIGTERM), 143), (Stopped(signal.SIGHUP), 129)]
)
def test_an_interrupted_command_has_the_code_of_its_signal(error: BaseException, code: int) -> None:
    done = CliRunner().invoke(failing(error), [])
    assert done.exit_code == code
    assert done.stderr == f"✗ {error if str(error) else 'interrupted'}\n".replace("✗ SIG", "✗ stopped by SIG")
