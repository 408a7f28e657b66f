"""What a log says of where something listens, and when that is reason enough to wait no longer."""

from __future__ import annotations

import pytest

from tasks.models import Failure
from tasks.recovery import KnowledgeAdvisor


@pytest.mark.parametrize("exit_code", [None, 143, 2])
def test_a_port_in_the_log_of_what_has_ended_by_itself_is_no_place_where_it_listens(exit_code: int | None) -> None:
    log = "usage: shop [--port PORT]\nListening on http://0.0.0.0:9999\n"
    failure = Failure(step="deploy", message="no answer", log_tail=log, exit_code=exit_code, port=8000)

    found = KnowledgeAdvisor().advise(failure=failure)

    assert (found.cause == "wrong_port") == (exit_code != 2)


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("Listening at: http://0.0.0.0:8000 (1)\nBooting worker with pid: 7", False),
        ("Listening at: http://127.0.0.1:8000 (1)", True),
        ("Listening at: http://0.0.0.0:9000 (1)", True),
        ("[1] [ERROR] Worker (pid:7) exited with code 1.", True),
    ],
)
def test_only_what_is_said_to_listen_elsewhere_or_to_end_is_not_waited_for(said: str, ends: bool) -> None:  # noqa: FBT001 - a column
    failure = Failure(
        step="deploy", message="no answer on port 8000", log_tail=said, container_state="running", port=8000
    )

    assert KnowledgeAdvisor().advise(failure=failure).ends_waiting == ends
