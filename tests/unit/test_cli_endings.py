"""What a person reads when a step has failed."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deployments.cli.endings import circumstances, guarded
from tasks.errors import Rejected
from tasks.models import Failure


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONTAINERKIT_HOME", str(tmp_path))
    return tmp_path


def output_of(failure: Failure, *, as_json: bool = False) -> str:
    @guarded
    def fail() -> None:
        circumstances().as_json = as_json
        raise Rejected("it ended", hint="name the port", failure=failure)

    program = typer.Typer()
    program.command()(fail)
    return CliRunner().invoke(program, []).output


def test_what_to_type_next_is_followed_by_where_the_whole_log_is() -> None:
    said = output_of(Failure(step="deploy", message="it ended", whole_log="docker logs shop-r1-failed"))
    assert said.index("next: name the port") < said.index("log      docker logs shop-r1-failed")


def test_a_program_reads_where_the_whole_log_is() -> None:
    said = output_of(Failure(step="deploy", message="it ended", whole_log="build.log"), as_json=True)
    assert json.loads(said)["whole_log"] == "build.log"


def test_a_line_of_a_log_that_fills_pages_is_clipped() -> None:
    said = output_of(Failure(step="build", message="it ended", log_tail=f"from versions: {'1.0, ' * 900}"))
    assert "from versions: 1.0, " in said
    assert max(map(len, said.splitlines())) < 450
