"""The table of git's messages, offline."""

from __future__ import annotations

import pytest

from adapters.git.messages import ROWS, Row, error_for
from tasks.errors import Denied, Invalid, Missing, Rejected, StepError, Unavailable

URL = "https://git.invalid/x.git?token=s3cret"
LOCATION = "https://git.invalid/x.git"


def meaning(output: str) -> StepError:
    return error_for(output, url=URL, location=LOCATION, ref="main")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.pattern[:40])
def test_every_row_recognises_its_own_example_and_no_earlier_row_does(row: Row) -> None:
    error = meaning(row.example)

    assert type(error) is row.error
    assert error.message.startswith(row.says.partition("{line}")[0].format(location=LOCATION, ref="main"))
    assert error.hint == row.hint


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.pattern[:40])
def test_every_row_says_what_it_is_about(row: Row) -> None:
    assert "{location}" in row.says
    assert row.hint


@pytest.mark.parametrize(
    ("output", "error"),
    [
        (
            "fatal: '/nope' does not appear to be a git repository\nfatal: Could not read from remote repository.",
            Missing,
        ),
        ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", Missing),
        ("remote: HTTP Basic: Access denied.\nfatal: Authentication failed for 'https://git.invalid/x.git/'", Denied),
        ("remote: Repository not found.\nfatal: Authentication failed for 'https://git.invalid/x.git/'", Denied),
        ("git@git.invalid: Permission denied (publickey).\nfatal: Could not read from remote repository.", Denied),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", Denied),
        (
            "ssh: connect to host git.invalid port 22: Connection refused\nfatal: Could not read from remote",
            Unavailable,
        ),
        ("ssh: Could not resolve hostname git.invalid: Name or service not known", Unavailable),
        ("error: RPC failed; curl 56 GnuTLS recv error (-110): The TLS connection was non-properly ended", Unavailable),
        ("fatal: unable to access 'https://git.invalid/x.git/': SSL certificate problem: self-signed", Denied),
        ("fatal: unable to access 'https://git.invalid/x.git/': The requested URL returned error: 429", Unavailable),
        ("fatal: https://git.invalid/x.git/info/refs not valid: is this a git repository?", Missing),
        ("error: Server does not allow request for unadvertised object 1111", Invalid),
        ("error: object 12 : gitmodulesUpdate: disallowed\nfatal: fsck error in packed object", Rejected),
        ("error: invalid path '.git/config'", Rejected),
        ("fatal: something that nobody has seen", Rejected),
        ("", Rejected),
    ],
)
def test_messages_that_servers_give_become_the_error_that_names_the_remedy(output: str, error: type[StepError]) -> None:
    assert type(meaning(output)) is error


def test_the_words_of_a_url_decide_nothing() -> None:
    url = "https://git.invalid/Authentication failed"

    assert type(error_for(f"fatal: odd '{url}'", url=url, location=url, ref=None)) is Rejected


def test_what_a_server_prints_can_neither_paint_nor_carry_the_secret_of_the_url() -> None:
    error = meaning(f"fatal: \x1b[31mred\x07 unable to access '{URL}': early EOF")

    assert error.message.isprintable()
    assert "s3cret" not in error.message
