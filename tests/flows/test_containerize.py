"""The whole flow under Prefect, in the in-memory world."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.sorting import FlowRunSort
from pydantic import SecretStr

from flows.containerize import containerize
from flows.toolbox import Given, giving
from tasks import pipeline
from tasks.errors import Denied, Invalid, Rejected, StepError, Unavailable
from tasks.models import Application, ImageRef, RunRecord, Variable
from tasks.models.run import RunRequest
from tests.world.process import SERVING, Behaviour, Reply, crash
from tests.world.toolbox import News, World

APPS = Path(__file__).parent.parent / "apps"

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))
    for name in pipeline.NAMES:
        monkeypatch.setenv(f"CONTAINERKIT_STEPS__{name.upper()}__DELAY_S", "0.01")
    return tmp_path / "state"


@pytest.fixture
def app(tmp_path: Path) -> Callable[[str], Path]:
    return lambda name: Path(shutil.copytree(APPS / name, tmp_path / name))


def run(world: World, source: Path, *, news: News | None = None, **given: object) -> RunRecord:
    variables = given.pop("variables", ())
    request = RunRequest.model_validate({"source": {"location": str(source)}, **given})
    with giving(Given(variables=variables, sink=news or News(), toolbox=world.toolbox())):  # type: ignore[arg-type]
        return containerize(request)


@pytest.mark.usefixtures("state")
def test_a_repository_becomes_a_verified_release_and_a_second_run_reuses_everything(app: Callable[[str], Path]) -> None:
    world, folder = World(), app("hello-python")
    first = run(world, folder, image="registry.invalid/team/hello")
    assert [record.name for record in first.steps] == [
        "analyze", "cluster", "dockerfile", "build", "scan", "tag", "push", "manifest", "deploy", "verify",
    ]  # fmt: skip
    assert {record.state for record in first.steps} == {"finished"}
    assert first.status is not None
    assert first.status.answer is not None
    assert first.status.answer.status == 200
    second = run(world, folder, image="registry.invalid/team/hello")
    reused = {record.name for record in second.steps if record.state == "reused"}
    assert reused == {"build", "scan", "tag", "push", "deploy"}
    assert len(world.runtime.builds) == 1
    assert sorted(world.closed) == ["registry", "registry", "runtime", "runtime", "target", "target"]


@pytest.mark.usefixtures("state")
def test_the_graph_has_an_edge_from_each_step_to_the_next(app: Callable[[str], Path]) -> None:
    run(World(), app("hello-node"), image="registry.invalid/team/hello")
    with get_client(sync_client=True) as client:
        (newest,) = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)
        this_run = FlowRunFilter(id=FlowRunFilterId(any_=[newest.id]))
        tasks = {found.id: found for found in client.read_task_runs(flow_run_filter=this_run)}
    parents = {
        found.name: {
            tasks[link.id].name
            for links in found.task_inputs.values()
            for link in links
            if link.input_type == "task_run"
        }
        for found in tasks.values()
    }
    assert parents["02-dockerfile"] == {"01-analyze"}
    assert parents["03-build"] == {"02-dockerfile"}
    assert "03-build" in parents["04-scan"]
    assert {"04-scan", "03-build"} & parents["05-tag"]
    assert "05-tag" in parents["06-push"]
    assert "06-push" in parents["07-manifest"]
    assert {"07-manifest", "08-cluster"} <= parents["09-deploy"]
    assert "09-deploy" in parents["10-verify"]
    assert newest.name.startswith("hello-node @ ")
    assert "app:hello-node" in newest.tags


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    ("step", "port", "method"),
    [
        ("analyze", "source_control", "fetch"),
        ("build", "runtime", "build"),
        ("scan", "scanner", "scan"),
        ("tag", "runtime", "tag"),
        ("push", "registry", "digest"),
        ("cluster", "target", "preflight"),
        ("deploy", "target", "deploy"),
        ("verify", "target", "status"),
    ],
)
def test_one_lost_connection_in_any_step_is_retried_and_the_run_passes(
    app: Callable[[str], Path], step: str, port: str, method: str
) -> None:
    world, news = World(), News()
    world.faults[port] = (method, [Unavailable("the connection was lost")])
    record = run(world, app("hello-python"), news=news, image="registry.invalid/team/hello")
    attempts = {entry.name: entry.attempts for entry in record.steps}
    assert attempts[step] == 2  # type: ignore[index]
    assert "retrying" in news.phases(step)


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("step", ["dockerfile", "manifest"])
def test_a_step_without_ports_is_retried_as_well(
    app: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setenv(f"CONTAINERKIT_STEPS__{step.upper()}__IMPLEMENTATION", f"tests.flows.flaky_steps:{step}")
    record = run(World(), app("hello-python"))
    assert {entry.name: entry.attempts for entry in record.steps}[step] == 2  # type: ignore[index]


@pytest.mark.usefixtures("state")
def test_a_port_that_the_log_names_is_repaired_and_the_run_passes(app: Callable[[str], Path]) -> None:
    world, news = World(), News()

    def behave(spec: object, _environment: object) -> Behaviour:
        if getattr(spec, "port", None) == 9000:
            return SERVING
        return Behaviour(lines=("[INFO] Listening at: http://0.0.0.0:9000 (1)",))

    world.releases.behave = behave
    record = run(world, app("hello-python"), news=news)
    assert [applied.amendment.type for applied in record.amendments] == ["set_port"]
    assert "repairing" in news.phases("deploy")
    assert record.release is not None
    assert record.release.state == "live"


@pytest.mark.usefixtures("state")
def test_a_release_that_answers_errors_after_the_switch_is_taken_back(app: Callable[[str], Path]) -> None:
    world, folder = World(), app("hello-python")
    run(world, folder)
    (folder / "app.py").write_text((folder / "app.py").read_text().replace("Hello", "Broken"))
    asked: list[str] = []

    def answer(path: str) -> Reply:
        asked.append(path)
        return Reply(status=200 if len(asked) == 1 else 503)

    world.releases.behave = lambda _spec, _environment: Behaviour(answer=answer)
    with pytest.raises(Rejected) as caught:
        run(world, folder)
    live = [
        found for found in world.releases.entries[Application(name="hello-python")] if found.release.state == "live"
    ]
    assert [found.release.number for found in live] == [1]
    assert "release 1 was restored" in caught.value.message


@pytest.mark.usefixtures("state")
def test_a_crash_is_told_with_its_log_and_the_former_release_stays(app: Callable[[str], Path]) -> None:
    world, folder = World(), app("hello-python")
    run(world, folder)
    (folder / "app.py").write_text("# changed\n" + (folder / "app.py").read_text())
    world.releases.behave = lambda _spec, _environment: crash(3, "the configuration is broken")
    with pytest.raises(Rejected) as caught:
        run(world, folder)
    assert caught.value.step == "deploy"
    assert caught.value.failure is not None
    assert "the configuration is broken" in caught.value.failure.log_tail


@pytest.mark.parametrize(
    ("prepare", "given", "kind", "step", "words"),
    [
        (lambda world: world.registries.denied.add("registry.invalid"), {}, Denied, "push", "docker login"),
        (lambda world: world.registry.read_only.add("registry.invalid/team/hello"), {}, Denied, "push", "docker login"),
        (lambda _: None, {"image": "Registry.invalid/Team"}, Invalid, None, "REGISTRY/NAME"),
    ],
)
@pytest.mark.usefixtures("state")
def test_a_registry_that_refuses_is_known_before_anything_is_built(
    app: Callable[[str], Path],
    prepare: Callable[[World], None],
    given: dict[str, str],
    kind: type[StepError],
    step: str | None,
    words: str,
) -> None:
    world = World()
    prepare(world)
    with pytest.raises(kind) as caught:
        run(world, app("hello-python"), news=None, **{"image": "registry.invalid/team/hello", **given})
    assert world.runtime.builds == []
    assert (caught.value.step, words in caught.value.hint) == (step, True)


@pytest.mark.usefixtures("state")
def test_a_required_variable_that_is_missing_is_named_before_anything_is_built(app: Callable[[str], Path]) -> None:
    world, folder = World(), app("hello-python")
    (folder / "app.py").write_text("import os\nKEY = os.environ['SHOP_KEY']\n" + (folder / "app.py").read_text())
    with pytest.raises(Invalid, match="SHOP_KEY") as caught:
        run(world, folder)
    assert "--env SHOP_KEY=" in caught.value.hint
    assert world.runtime.builds == []
    assert run(world, folder, variables=(Variable(name="SHOP_KEY", value=SecretStr("x")),)).release is not None


@pytest.mark.usefixtures("state")
def test_a_dockerfile_that_runs_as_root_stops_before_the_push_with_the_improved_one(app: Callable[[str], Path]) -> None:
    world, folder = World(), app("hello-python")
    (folder / "Dockerfile").write_text(
        'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nEXPOSE 8000\nCMD ["python", "-m", "http.server", "8000"]\n'
    )
    with pytest.raises(Rejected, match="cannot run restricted") as caught:
        run(world, folder, image="registry.invalid/team/hello")
    assert caught.value.reason == "unfit"
    assert "+USER 10001" in caught.value.message
    assert "--dockerfile improved" in caught.value.hint
    assert world.registry.tags(repository=ImageRef.parse("registry.invalid/team/hello")) == ()
    improved = run(world, folder, image="registry.invalid/team/hello", dockerfile="improved")
    assert improved.release is not None
