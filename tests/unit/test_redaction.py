from __future__ import annotations

import base64
import json
import random
import re
import string
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from tasks.redaction import MARK, Redactor, SecretShape, secret_shapes

ROWS = secret_shapes().secret
ALPHABETS = {
    "alnum": string.ascii_letters + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "hex": "0123456789abcdef",
    "base64": string.ascii_letters + string.digits + "+/",
    "digits": string.digits,
}
SECRET = "s3cr3t/of+the house"  # noqa: S105 - planted


def expanded(example: str) -> tuple[str, list[str]]:
    """An example with random characters in place of {alnum20} and the like, and the secrets that it marks."""
    chance = random.Random(7)  # noqa: S311 - the same text in every run
    pattern = r"\{(" + "|".join(ALPHABETS) + r")_?([0-9]+)\}"
    text = re.sub(pattern, lambda m: "".join(chance.choices(ALPHABETS[m[1]], k=int(m[2]))), example)
    return re.sub(r"<<(.*?)>>", r"\1", text), re.findall(r"<<(.*?)>>", text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_secret_of_every_example_disappears_and_the_rest_stays(row: SecretShape) -> None:
    text, secrets = expanded(row.example)
    redacted = Redactor().redact(f"before\n{text}\nafter")
    assert secrets
    assert MARK in redacted
    for secret in secrets:
        assert secret not in redacted
    assert redacted.startswith("before\n")
    assert redacted.endswith("\nafter")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_hides_its_own_example_by_itself(row: SecretShape) -> None:
    text, _ = expanded(row.example)
    assert any(anchor in text.lower() for anchor in row.anchors)
    assert all(anchor == anchor.lower() for anchor in row.anchors)
    assert re.search(row.pattern, text)


@pytest.mark.parametrize(("row", "line"), [(row, line) for row in ROWS for line in row.harmless])
def test_what_only_looks_alike_stays_readable(row: SecretShape, line: str) -> None:
    assert Redactor().redact(line) == line, row.id


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET),
        quote_plus(SECRET),
        quote(SECRET, safe="").lower().replace("s3cr3t", "s3cr3t"),
        base64.b64encode(SECRET.encode()).decode(),
        json.dumps({"a": SECRET}),
    ],
)
def test_a_known_value_disappears_in_every_form(form: str) -> None:
    redacted = Redactor((SecretStr(SECRET),)).redact(f"the value {form} was refused")
    assert MARK in redacted
    assert form not in redacted
    assert redacted.startswith("the value ")
    assert redacted.endswith(" was refused")


@pytest.mark.parametrize("user", ["a", "ab", "abc", "somebody"])
def test_a_known_value_cannot_be_read_from_the_base64_of_a_login(user: str) -> None:
    blob = base64.b64encode(f"{user}:{SECRET}:x".encode()).decode()
    redacted = Redactor((SecretStr(SECRET),)).redact(f"blob {blob} end")
    rest = redacted.removeprefix("blob ").removesuffix(" end").replace(MARK, "")
    assert MARK in redacted
    assert len(rest) < len(blob) / 2


def test_each_line_of_a_known_key_is_hidden_when_a_log_breaks_it_up() -> None:
    lines = ["QWxsIHRoYXQgZ2xpdHRlcnM", "aXMgbm90IGdvbGQgYXQgYWxs"]
    redacted = Redactor((SecretStr("\n".join(lines)),)).redact(f"#7 0.1 {lines[0]}\n#7 0.2 {lines[1]}\n")
    assert redacted == f"#7 0.1 {MARK}\n#7 0.2 {MARK}\n"


@pytest.mark.parametrize("value", ["8000", "true", "dev", "", " ", "abc", "127.0.0.1", "3.11.2", "postgres"])
def test_an_ordinary_value_does_not_make_the_log_unreadable(value: str) -> None:
    text = "listening on 127.0.0.1:8000 with python 3.11.2, dev true postgres abc"
    assert Redactor((SecretStr(value),)).redact(text) == text


def test_a_short_value_is_hidden_only_as_a_word_of_its_own() -> None:
    assert Redactor((SecretStr("hunt2"),)).redact("hunt2 and hunt22") == f"{MARK} and hunt22"


def test_an_unfinished_key_block_does_not_take_the_log_with_it() -> None:
    tail = "the build went on for a long time\n" * 2000
    redacted = Redactor().redact(f"-----BEGIN PRIVATE KEY-----\n{'A' * 64}\n{tail}")
    assert "AAAA" not in redacted
    assert redacted.count("the build went on") == 2000


@pytest.mark.parametrize(
    "name", ["NPM_TOKEN", "DB_PASSWORD", "DJANGO_SECRET_KEY", "STRIPE_API_KEY", "app_secret", "X_CREDENTIALS"]
)
@pytest.mark.parametrize("form", ["{}={}", '{}="{}"', "{}='{}'", '"{}=x{}"', "export {}={}; make", "--build-arg {}={}"])
def test_a_value_after_a_name_that_says_so_is_hidden(name: str, form: str) -> None:
    redacted = Redactor().redact(form.format(name, "pa55-w0rd"))
    assert "pa55-w0rd" not in redacted
    assert name in redacted


FRAGMENTS = st.sampled_from(
    [
        "PASSWORD=", "token: ", '"', "'", "://", ":", "@", " ", "\n", "Bearer ", "Authorization: ", "abcdefgh12345678",
        "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", MARK, "[", "]", "eyJ", ".", "=", SECRET, "ghp_",
        "docker login -p ", "--token ",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS | st.text(max_size=12), max_size=30).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    redactor = Redactor((SecretStr(SECRET), SecretStr("hunt2")))
    once = redactor.redact(text)
    assert redactor.redact(once) == once
    assert SECRET not in once
