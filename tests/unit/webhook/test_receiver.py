"""Each thing that a webhook may be sent, and what it answers."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from tasks.errors import Missing, Unavailable
from tests.unit.webhook.receiver_kit import KEY, Forge, push, signature


@pytest.fixture
def forge() -> Forge:
    return Forge()


@pytest.fixture(autouse=True)
def _log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="containerkit.webhook")


def test_a_push_to_a_listed_branch_starts_its_run_and_is_answered_with_the_run(forge: Forge) -> None:
    answer = forge.send()
    assert answer.status_code == 202
    assert answer.json() == {"run_id": "run-0", "url": "http://prefect.invalid/runs/0"}
    request, name = forge.runs.by_key["github-d-1"]
    assert name == "shop @ 0123456789ab"
    assert request.overrides.name == "shop"
    assert request.target == "engine"


def test_the_url_and_the_branch_are_those_of_the_list_whatever_the_payload_says(forge: Forge) -> None:
    forge.send()
    source = forge.runs.by_key["github-d-1"][0].source
    assert (source.location, source.ref, source.protocol) == ("https://forge.invalid/team/shop.git", "main", "https")


def test_the_same_delivery_is_the_same_run_and_another_one_is_another(forge: Forge) -> None:
    answers = [forge.send(delivery=delivery).json()["run_id"] for delivery in ("d-1", "d-1", "d-2")]
    assert answers == ["run-0", "run-0", "run-1"]


def test_letter_case_of_a_repository_does_not_matter(forge: Forge) -> None:
    assert forge.send(push(repository={"full_name": "TEAM/Shop"})).status_code == 202


@pytest.mark.parametrize("given", ["", "sha256=", "sha256=00", "sha1=00", signature(b"other"), "sha256=ÄÖ"])
def test_a_body_that_was_not_signed_with_our_secret_is_refused(forge: Forge, given: str) -> None:
    raw = json.dumps(push()).encode()
    headers = {b"X-Hub-Signature-256": given.encode("latin-1"), b"X-GitHub-Event": b"push", b"X-GitHub-Delivery": b"d"}
    assert forge.client.post("/github", content=raw, headers=headers).status_code == 401
    assert forge.runs.by_key == {}


def test_a_body_without_a_signature_is_refused(forge: Forge) -> None:
    assert forge.client.post("/github", content=b"{}").status_code == 401


def test_one_changed_byte_makes_the_signature_wrong(forge: Forge) -> None:
    raw = json.dumps(push()).encode()
    assert forge.send(raw + b" ", **{"X-Hub-Signature-256": signature(raw)}).status_code == 401


@pytest.mark.parametrize(
    ("changed", "status", "reason"),
    [
        ({"repository": {"full_name": "team/other"}}, 403, "team/other is not listed"),
        ({"ref": "refs/heads/feature"}, 204, "refs/heads/feature of team/shop starts nothing"),
        ({"ref": "refs/tags/main"}, 204, "refs/tags/main of team/shop starts nothing"),
        ({"deleted": True}, 204, "deleted, starts nothing"),
    ],
)
def test_what_is_not_listed_starts_nothing_and_the_log_says_why(
    forge: Forge, caplog: pytest.LogCaptureFixture, changed: dict[str, object], status: int, reason: str
) -> None:
    answer = forge.send(push(**changed))
    assert (answer.status_code, answer.content) == (status, b"")
    assert reason in caplog.text
    assert forge.runs.by_key == {}


def test_a_ping_is_answered_and_other_events_start_nothing(forge: Forge) -> None:
    assert forge.send({"zen": "x"}, event="ping").status_code == 200
    assert forge.send({"action": "opened"}, event="issues").status_code == 204


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"payload=%7B%7D", b"[" * 9_000, b"\xff\xfe", *map(json.dumps, ({}, push(after="x")))],
)
def test_what_is_no_push_is_refused_after_its_signature(forge: Forge, body: bytes | str) -> None:
    raw = body if isinstance(body, bytes) else body.encode()
    assert forge.send(raw).status_code == 400


@pytest.mark.parametrize("delivery", ["", "a b", "x" * 101, "../..", "a\tb"])
def test_a_delivery_without_an_id_cannot_be_told_from_a_repeated_one(forge: Forge, delivery: str) -> None:
    assert forge.send(delivery=delivery).status_code == 400


def test_a_body_over_the_limit_is_refused_while_it_arrives(forge: Forge) -> None:
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(1_000):
            taken.append(number)
            yield b"x" * 5_000

    headers = {"X-Hub-Signature-256": "sha256=00"}
    assert forge.client.post("/github", content=endless(), headers=headers).status_code == 413
    assert forge.send(b"x" * 10_001).status_code == 413


@pytest.mark.parametrize("error", [Unavailable("away"), Missing("no deployment", hint="containerkit serve")])
def test_without_prefect_the_sender_may_repeat_it_and_then_gets_its_run(forge: Forge, error: Exception) -> None:
    assert isinstance(error, Unavailable | Missing)
    forge.runs.error = error
    answer = forge.send()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    forge.runs.error = None
    assert forge.send().status_code == 202


def test_it_lives_without_prefect_but_is_not_ready(forge: Forge) -> None:
    assert forge.client.get("/readyz").status_code == 200
    forge.runs.error = Unavailable("the Prefect server does not answer")
    assert forge.client.get("/healthz").status_code == 200
    answer = forge.client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "the Prefect server does not answer")


def test_the_receiver_describes_itself_to_nobody(forge: Forge) -> None:
    assert {forge.client.get(path).status_code for path in ("/docs", "/openapi.json", "/redoc", "/")} == {404}


def test_no_log_line_holds_the_secret_or_an_escape_sequence(forge: Forge, caplog: pytest.LogCaptureFixture) -> None:
    forge.send()
    forge.send(push(ref="refs/heads/\x1b[31m\nforged line"))
    forge.send(push(repository={"full_name": "a/b\r\nINFO forged"}))
    assert len(caplog.records) == 3
    for record in caplog.records:
        text = record.getMessage()
        assert KEY not in text
        assert text.isprintable()
