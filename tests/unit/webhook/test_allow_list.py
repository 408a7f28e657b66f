"""The file that says what may start a run, and the secret that is never in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from deployments.webhook.allow_list import read_allow_list
from deployments.webhook.signature import read_secret
from tasks.errors import Invalid, Missing

GOOD = """[repositories."team/shop"]
clone_url = "https://forge.invalid/team/shop.git"
branches = ["main", "next"]

[repositories."team/shop".run]
overrides = { name = "shop", port = 8000 }
"""
LONG = "0123456789abcdef"


def written(folder: Path, text: str) -> Path:
    file = folder / "webhook.toml"
    file.write_text(text)
    return file


def test_a_listed_branch_becomes_the_request_of_its_newest_commit(tmp_path: Path) -> None:
    listed = read_allow_list(written(tmp_path, GOOD)).find("Team/Shop")
    assert listed is not None
    request = listed.request("next")
    assert (request.source.location, request.source.ref) == ("https://forge.invalid/team/shop.git", "next")
    assert (request.overrides.name, request.overrides.port) == ("shop", 8000)


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_other_protocols_are_for_entries_that_say_so(tmp_path: Path, protocol: str) -> None:
    other = GOOD.replace("https://", f"{protocol}://")
    with pytest.raises(Invalid, match="clone_url is no https URL"):
        read_allow_list(written(tmp_path, other))
    allowed = read_allow_list(written(tmp_path, other.replace("branches", f'protocol = "{protocol}"\nbranches')))
    listed = allowed.find("team/shop")
    assert listed is not None
    assert listed.request("main").source.protocol == protocol


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("branches =", "branchs =", 1, "branches"),
        ('["main", "next"]', "[]", 3, "branches"),
        ("port = 8000", "port = 80000", 6, "overrides.port"),
        ("overrides", "secret", 6, "secret"),
        ("overrides = {", 'source = "https://evil.invalid" #', 5, "cannot be set here"),
        ("https://forge", "https://me:pw@forge", 1, "holds a password"),
        ("https://forge", "ssh://forge", 1, "no https URL"),
        ('"team/shop"]', '"shop"]', 1, "repositories.shop"),
        ("[repositories", 'secret = "x"\n[repositories', 1, "secret"),
        ('clone_url = "https://forge.invalid/team/shop.git"', "", 1, "clone_url"),
    ],
)
def test_what_cannot_be_used_is_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    file = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(Invalid) as raised:
        read_allow_list(file)
    assert raised.value.message.startswith(f"{file}:{line}: ")
    assert said in raised.value.message
    assert "me:pw" not in raised.value.message


def test_a_file_that_is_not_there_is_named_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"webhook\.toml") as raised:
        read_allow_list(tmp_path / "webhook.toml")
    assert "clone_url" in raised.value.hint


def test_the_secret_is_the_files_first_and_else_the_environments(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{LONG}\n")
    first, second = read_secret(file, SecretStr(LONG[::-1])), read_secret(None, SecretStr(LONG))
    assert vars(first) == vars(second)


@pytest.mark.parametrize("text", ["", "short", "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"])
def test_a_secret_that_can_be_guessed_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    file = tmp_path / "secret"
    file.write_text(text)
    with pytest.raises(Invalid, match="shorter than 16") as raised:
        read_secret(file, None)
    assert "short," not in raised.value.message


def test_without_any_secret_nothing_is_received(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no secret"):
        read_secret(None, None)
    with pytest.raises(Invalid, match="cannot be read"):
        read_secret(tmp_path / "nothing", None)
