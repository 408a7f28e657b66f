"""Values in Prefect Secret blocks reach the application and the registry, and nothing that anyone can read."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import FlowRunSort

from flows.blocks import opened
from flows.containerize import containerize
from flows.settings import load
from flows.toolbox import Given, giving, open_toolbox
from tasks.errors import Invalid
from tasks.models import BlockVariable, RunRequest, Source
from tests.world.toolbox import World

APPS = Path(__file__).parent.parent / "apps"
VALUE = "postgres-password-in-a-block"

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def block(value: object) -> str:
    name = f"test-{uuid4().hex[:12]}"
    saved: Any = Secret(value=cast("Any", value))
    saved.save(name)
    return name


def request(**given: object) -> RunRequest:
    return RunRequest.model_validate({"source": Source(location="/srv/shop"), **given})


def test_a_variable_reaches_the_release_and_no_record_of_the_run(tmp_path: Path, state: Path) -> None:
    folder = Path(shutil.copytree(APPS / "hello-python", tmp_path / "hello"))
    world = World()
    wanted = request(
        source=Source(location=str(folder)),
        env_from_blocks=(BlockVariable(name="DATABASE_URL", block=block(VALUE)),),
    )
    with giving(Given(toolbox=world.toolbox())):
        record = containerize(wanted)
    [entry] = [entry for entries in world.releases.entries.values() for entry in entries]
    assert {each.name: each.value.get_secret_value() for each in entry.variables} == {"DATABASE_URL": VALUE}
    assert VALUE not in record.model_dump_json()
    written = [file for file in state.rglob("*") if file.is_file()]
    assert written
    assert [file for file in written if VALUE.encode() in file.read_bytes()] == []


def test_a_variable_that_was_typed_wins_over_the_block_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("A=file\nB=file\n")
    named = (BlockVariable(name="A", block=block("from the block")),)
    wanted = request(env_from_blocks=named, env_file=str(tmp_path / "env"))
    with opened(wanted) as secrets, open_toolbox(load(), wanted, secrets) as tools:
        values = {variable.name: variable.value.get_secret_value() for variable in tools.variables}
        assert values == {"A": "from the block", "B": "file"}
        assert "from the block" not in tools.redact("said: from the block")


@pytest.mark.parametrize("as_text", [True, False])
def test_a_login_is_a_private_file_as_long_as_the_run_and_its_passwords_are_hidden(*, as_text: bool) -> None:
    auth = base64.b64encode(b"me:hunter2-of-the-registry").decode()
    login = {"auths": {"registry.invalid": {"auth": auth}}}
    wanted = request(registry_login=block(json.dumps(login) if as_text else login))
    with opened(wanted) as secrets:
        assert secrets.docker_config is not None
        assert json.loads((secrets.docker_config / "config.json").read_text()) == login
        assert secrets.docker_config.stat().st_mode & 0o077 == 0
        assert {hidden.get_secret_value() for hidden in secrets.hidden} == {auth, "hunter2-of-the-registry"}
    assert not secrets.docker_config.exists()


def test_a_block_that_is_not_there_or_holds_no_login_is_named_and_never_shown() -> None:
    absent = request(env_from_blocks=(BlockVariable(name="A", block="never-made"),))
    with pytest.raises(Invalid, match="no Secret block never-made"), opened(absent):
        pass
    wrong = request(registry_login=block(VALUE))
    with pytest.raises(Invalid, match="holds no Docker configuration") as raised, opened(wrong):
        pass
    assert VALUE not in f"{raised.value.message}{raised.value.hint}"


def test_the_run_is_stored_with_the_names_of_its_blocks_only() -> None:
    named = block(VALUE)
    folder = request(source=Source(location="/nowhere"), env_from_blocks=(BlockVariable(name="A", block=named),))
    with pytest.raises(Invalid):
        containerize(folder)
    with get_client(sync_client=True) as client:
        (newest,) = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)
    assert named in str(newest.parameters)
    assert VALUE not in newest.model_dump_json()
    assert newest.name == "nowhere @ newest"
