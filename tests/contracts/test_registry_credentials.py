"""Credential helpers, and that nobody is told more than they ask for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.registry import HttpRegistry
from tasks.errors import Denied, Invalid, Missing, StepError, Unavailable
from tests.contracts.registry_logins import app, log_in
from tests.contracts.registry_server import (
    IDENTITY_TOKEN,
    PASSWORD,
    USER,
    Request,
    emulated,
)

Helper = Callable[[str], Path]


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Helper:
    """Puts a credential helper on the PATH; what it is asked is in the file that comes back."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def install(script: str) -> Path:
        asked = folder / "asked"
        program = folder / "docker-credential-test"
        program.write_text(f'#!/bin/sh\necho "$1 $(cat)" >> {asked}\n{script}\n')
        program.chmod(0o755)
        return asked

    return install


def answering(user: str, secret: str) -> str:
    answer = json.dumps({"ServerURL": "", "Username": user, "Secret": secret})
    return f"echo '{answer}'"


class TestHelpers:
    @pytest.mark.parametrize("key", ["credsStore", "credHelpers"])
    def test_the_helper_that_the_configuration_names_is_asked(
        self, tool: HttpRegistry, docker_config: Path, helper: Helper, key: str
    ) -> None:
        asked = helper(answering(USER, PASSWORD))
        with emulated("basic") as server:
            named = "test" if key == "credsStore" else {server.address: "test"}
            (docker_config / "config.json").write_text(json.dumps({key: named, "auths": {server.address: {}}}))
            tool.check_access(repository=app(server))

            assert asked.read_text() == f"get {server.address}\n"

    def test_a_helper_may_answer_with_an_identity_token(
        self, tool: HttpRegistry, docker_config: Path, helper: Helper
    ) -> None:
        helper(answering("<token>", IDENTITY_TOKEN))
        (docker_config / "config.json").write_text('{"credsStore": "test"}')
        with emulated("bearer") as server:
            tool.check_access(repository=app(server))

            assert server.seen("/token")[0].form["refresh_token"] == [IDENTITY_TOKEN]

    def test_a_helper_that_has_nothing_leaves_us_anonymous(
        self, tool: HttpRegistry, docker_config: Path, helper: Helper
    ) -> None:
        helper("echo 'credentials not found in native keychain'; exit 1")
        (docker_config / "config.json").write_text('{"credsStore": "test"}')

        with emulated("basic") as server, pytest.raises(Denied, match="anonymous"):
            tool.check_access(repository=app(server))

    def test_a_helper_is_not_asked_before_the_registry_wants_a_login(
        self, tool: HttpRegistry, docker_config: Path, helper: Helper
    ) -> None:
        asked = helper(answering(USER, PASSWORD))
        (docker_config / "config.json").write_text('{"credsStore": "test"}')
        with emulated() as server:
            tool.check_access(repository=app(server))

        assert not asked.exists()

    @pytest.mark.parametrize(
        ("script", "error", "says"),
        [
            ("echo 'vault is locked' >&2; exit 1", Denied, "vault is locked"),
            ("echo nonsense", Denied, "did not answer as a credential helper does"),
            ("sleep 60", Unavailable, "did not end within"),
        ],
    )
    def test_a_helper_that_fails_is_named(
        self, tool: HttpRegistry, docker_config: Path, helper: Helper, script: str, error: type[StepError], says: str
    ) -> None:
        helper(script)
        (docker_config / "config.json").write_text('{"credsStore": "test"}')

        with emulated("basic") as server, pytest.raises(error, match=f"docker-credential-test.*{says}"):
            tool.check_access(repository=app(server), timeout_s=2)

    def test_a_helper_that_is_not_there_is_missing(self, tool: HttpRegistry, docker_config: Path) -> None:
        (docker_config / "config.json").write_text('{"credsStore": "no-such-store"}')

        with emulated("basic") as server, pytest.raises(Missing, match="docker-credential-no-such-store"):
            tool.check_access(repository=app(server))

    @pytest.mark.parametrize("name", ["../../bin/sh", "a b", "x;id", "/bin/sh"])
    def test_a_helper_with_the_name_of_another_program_is_invalid(
        self, tool: HttpRegistry, docker_config: Path, name: str
    ) -> None:
        (docker_config / "config.json").write_text(json.dumps({"credsStore": name}))

        with emulated("basic") as server, pytest.raises(Invalid, match="is no name"):
            tool.check_access(repository=app(server))


def test_nothing_is_sent_before_a_registry_asks(docker_config: Path, tool: HttpRegistry) -> None:
    with emulated() as server:
        log_in(docker_config, server.address)
        tool.check_access(repository=app(server))

        sent: list[Request] = server.requests
        assert {request.authorization for request in sent} == {""}
