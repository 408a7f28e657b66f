from __future__ import annotations

import time

import pytest
from pydantic import SecretStr

from tasks.redaction import Redactor, secret_shapes

MEGABYTE = 1_000_000
ORDINARY = "#12 34.567 Step: GET https://registry.invalid/simple/flask/ 200 token: ok password check secret store env\n"
ANCHORS = " ".join(anchor for row in secret_shapes().secret for anchor in row.anchors) + "\n"


def filled(text: str) -> str:
    return (text * (MEGABYTE // len(text) + 1))[:MEGABYTE]


def seconds(text: str) -> float:
    redactor = Redactor(tuple(SecretStr(f"known-value-{number}-{number}") for number in range(20)))
    redactor.redact("warm")
    started = time.process_time()  # what other programs take from the machine does not count
    redactor.redact(text)
    return time.process_time() - started


def test_a_log_of_a_megabyte_is_redacted_in_a_second() -> None:
    assert seconds(filled(ORDINARY)) < 1.0


HOSTILE = (
    "a", "A ", "=", "-", "-----BEGIN PRIVATE KEY-----", "://", "://a:", "password", "password=", "eyJ", "eyJa.",
    "bearer ", "Ab1+\n", "docker login ", "env token ",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_log_cannot_stop_it(text: str) -> None:
    assert seconds(f"{ANCHORS}{filled(text)[: MEGABYTE // 4]}-----END PRIVATE KEY-----") < 1.5
