"""Status, logs, history, rollback and delete, on a target in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from deployments.cli import app
from flows import settings
from flows.toolbox import Given, giving
from tasks.errors import Denied, Missing, Rejected, Unavailable
from tasks.models import Application, ContainerSpec, DeployRequest
from tests.world.process import SERVING
from tests.world.toolbox import News, World

KUBECONFIG = """
apiVersion: v1
kind: Config
clusters: [{name: absent, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: nobody, user: {token: none}}]
contexts: [{name: absent, context: {cluster: absent, user: nobody}}]
current-context: absent
"""
SHOP = Application(name="shop")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "200")
    world = World()
    with giving(Given(toolbox=world.toolbox())):
        yield world


def release(world: World, image: str) -> None:
    spec = ContainerSpec(name="shop", application=SHOP, kind="web", image=image, port=8000, health_path="/health")
    target = world.toolbox()(settings.load(), settings.surroundings()).target
    target.deploy(request=DeployRequest(workload=spec, source="/src", commit="c" * 40), progress=News())


def typed(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=answer)


@pytest.mark.parametrize(
    "command", [("status",), ("logs",), ("history",), ("rollback",), ("delete", "--yes"), ("delete",)]
)
@pytest.mark.usefixtures("world")
def test_an_application_that_was_never_released_is_exit_code_10(command: tuple[str, ...]) -> None:
    done = typed(command[0], "shop", *command[1:])
    assert done.exit_code == 10, done.output
    assert "shop" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", [("status",), ("logs",), ("history",), ("rollback",), ("delete", "--yes")])
def test_an_engine_or_a_cluster_that_is_absent_is_exit_code_30(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))
    absent = ("--engine-endpoint", f"unix://{tmp_path}/absent.sock", "--target", "engine")
    assert typed(command[0], "shop", *command[1:], *absent).exit_code == 30
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(KUBECONFIG)
    assert typed(command[0], "shop", *command[1:], "--kubeconfig", str(kubeconfig)).exit_code == 30


def test_a_hint_names_the_place_again(world: World) -> None:
    release(world, "sha256:one")
    done = typed("delete", "shop", "--target", "engine")
    assert "next: containerkit delete shop --target engine --yes" in done.stderr


def test_status_says_how_the_live_release_answers(world: World) -> None:
    release(world, "sha256:one")
    done = typed("status", "shop")
    assert done.exit_code == 0
    assert "✓ shop: release 1 runs" in done.output
    assert "sha256:one" in done.output
    found = json.loads(typed("status", "shop", "--json").stdout)
    assert (found["ready"], found["release"]["number"]) == (True, 1)


def test_status_without_a_name_says_that_nothing_runs(world: World) -> None:
    del world
    done = typed("status")
    assert (done.exit_code, "nothing of ours" in done.output) == (0, True)
    assert json.loads(typed("status", "--json").stdout) == []


def test_history_lists_the_newest_first_and_marks_the_live_one(world: World) -> None:
    release(world, "sha256:one")
    release(world, "sha256:two")
    done = typed("history", "shop")
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    assert [(row[0], row[1], row[-1]) for row in rows] == [("2", "live", "sha256:two"), ("1", "former", "sha256:one")]
    found = json.loads(typed("history", "shop", "--json").stdout)
    assert [each["number"] for each in found] == [2, 1]


def test_rollback_makes_the_former_release_live_again(world: World) -> None:
    release(world, "sha256:one")
    release(world, "sha256:two")
    done = typed("rollback", "shop")
    assert (done.exit_code, "release 1 of shop is live" in done.output) == (0, True)
    assert typed("rollback", "shop", "--to", "2").exit_code == 0
    assert json.loads(typed("status", "shop", "--json").stdout)["release"]["number"] == 2
    assert typed("rollback", "shop", "--to", "9").exit_code == 10


def test_delete_without_a_yes_needs_an_approval_and_deletes_nothing(world: World) -> None:
    release(world, "sha256:one")
    done = typed("delete", "shop")
    assert done.exit_code == 40
    assert "containerkit delete shop --yes" in done.stderr
    assert typed("status", "shop").exit_code == 0
    assert typed("delete", "shop", "--yes").exit_code == 0
    assert typed("status", "shop").exit_code == 10


def test_logs_of_an_application_cannot_steer_the_terminal(world: World) -> None:
    loud = replace(SERVING, lines=("one", "\x1b[2Jtwo\x07", "three"))
    world.releases.behave = lambda _spec, _environment: loud
    release(world, "sha256:one")
    assert typed("logs", "shop").stdout == "one\ntwo \nthree\n"
    assert typed("logs", "shop", "--tail", "1").stdout == "three\n"


def test_a_release_that_does_not_answer_is_shown_as_it_is(world: World) -> None:
    release(world, "sha256:one")
    release(world, "sha256:two")
    entries = world.releases.entries[SHOP]
    world.releases.entries[SHOP] = [entry for entry in entries if entry.release.state != "live"]
    done = typed("status", "shop")
    assert done.exit_code == 0
    assert "✗ shop: no release is live" in done.output


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unavailable("no answer"), 23),
        (Denied("may not"), 23),
        (Rejected("does not start"), 23),
        (Missing("no former release", reason="nothing_found"), 10),
        (Missing("no engine"), 30),
    ],
)
def test_what_a_target_says_at_a_rollback_decides_the_exit_code(world: World, error: Exception, code: int) -> None:
    release(world, "sha256:one")
    world.faults["target"] = ("restore", [error])
    done = typed("rollback", "shop")
    assert (done.exit_code, str(error) in done.stderr) == (code, True)


def test_status_without_a_name_lists_what_is_released(world: World) -> None:
    release(world, f"registry.invalid/team/shop@sha256:{'1' * 64}")
    done = typed("status")
    assert done.exit_code == 0
    assert f"sha256:{'1' * 12}" in done.output
    assert f"sha256:{'1' * 13}" not in done.output
    (found,) = json.loads(typed("status", "--json").stdout)
    assert (found["application"]["name"], found["state"]) == ("shop", "live")


def test_doctor_prints_the_role_that_a_namespace_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(KUBECONFIG)
    done = typed("doctor", "--role", "--kubeconfig", str(kubeconfig), "--namespace", "team")
    role = yaml.safe_load(done.stdout)
    assert (role["kind"], role["metadata"]["namespace"]) == ("Role", "team")
    assert {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]} in role["rules"]


def test_doctor_names_a_cluster_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(KUBECONFIG)
    done = typed("doctor", "--kubeconfig", str(kubeconfig))
    assert done.exit_code == 30
    assert "context absent, namespace default at https://127.0.0.1:1" in done.stdout
    assert "Connection refused" in done.stdout


def test_doctor_looks_at_everything_and_says_what_to_type(world: World) -> None:
    done = typed("doctor", "--image", "registry.invalid/team/shop")
    lines = {line.split("  ")[1]: line for line in done.stdout.splitlines() if line[:1] in "✓!✗"}
    for name in ("engine", "builder", "scanner", "registry", "Prefect", "git", "own disk", "Python"):
        assert any(name in line for line in lines.values()), done.stdout
    world.faults["runtime"] = ("describe", [Missing("no engine answers", hint="apt-get install docker.io")])
    done = typed("doctor")
    assert done.exit_code == 30
    assert "no engine answers" in done.stdout
    assert "next: apt-get install docker.io" in done.stdout
