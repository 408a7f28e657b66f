"""Tokens that registries want, and where their redirects lead."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from adapters.registry import HttpRegistry
from tasks.errors import Denied, Rejected, Unavailable
from tests.contracts.registry_logins import app, log_in
from tests.contracts.registry_server import (
    IDENTITY_TOKEN,
    Scripted,
    emulated,
)


class TestTokens:
    def test_a_token_is_asked_for_once_and_used_again(self, tool: HttpRegistry, docker_config: Path) -> None:
        with emulated("bearer") as server:
            log_in(docker_config, server.address)
            for _ in range(3):
                tool.tags(repository=app(server))

            assert len(server.seen("/token")) == 1
            assert "scope=repository%3Ateam%2Fapp%3Apull" in server.seen("/token")[0].path
            assert "service=emulated" in server.seen("/token")[0].path

    def test_a_token_that_has_run_out_is_replaced(self, tool: HttpRegistry) -> None:
        with emulated("bearer") as server:
            server.put("team/app", "v1", b"{}")
            tool.tags(repository=app(server))
            server.tokens.clear()

            assert tool.tags(repository=app(server)) == ("v1",)
            assert len(server.seen("/token")) == 2

    def test_an_anonymous_token_is_good_for_reading(self, tool: HttpRegistry) -> None:
        with emulated("bearer") as server:
            digest = server.put("team/app", "v1", b"{}")

            assert tool.digest(reference=app(server)) == digest
            assert server.seen("/token")[0].authorization == ""

    def test_the_password_goes_to_the_token_service_and_never_to_the_registry(
        self, tool: HttpRegistry, docker_config: Path
    ) -> None:
        with emulated("bearer") as server:
            log_in(docker_config, server.address)
            tool.check_access(repository=app(server))

            assert server.seen("/token")[0].authorization.startswith("Basic ")
            assert not [request for request in server.seen("/v2/") if request.authorization.startswith("Basic ")]

    def test_an_identity_token_is_exchanged(self, tool: HttpRegistry, docker_config: Path) -> None:
        with emulated("bearer") as server:
            log_in(docker_config, server.address, auth="YWRhOg==", identitytoken=IDENTITY_TOKEN)
            tool.check_access(repository=app(server))

            assert server.seen("/token")[0].form["grant_type"] == ["refresh_token"]

    def test_a_registry_token_is_sent_as_it_is(self, tool: HttpRegistry, docker_config: Path) -> None:
        with emulated("bearer") as server:
            server.tokens["ready-made"] = ("repository:team/app:pull", time.monotonic() + 60)
            log_in(docker_config, server.address, registrytoken="ready-made")

            assert tool.digest(reference=app(server)) is None
            assert server.seen("/token") == []

    @pytest.mark.parametrize("realm", ["http://elsewhere.invalid/token", "ftp://127.0.0.1/x", "no address", "http://["])
    def test_a_login_is_never_sent_without_tls_to_another_machine(
        self, tool: HttpRegistry, docker_config: Path, realm: str
    ) -> None:
        with emulated("bearer") as server:
            log_in(docker_config, server.address)
            server.realm = realm

            with pytest.raises(Denied, match="no TLS or is no address"):
                tool.check_access(repository=app(server))

    @pytest.mark.parametrize("body", [b"", b"[]", b'{"token":""}', b'{"token":"a\\r\\nX: y"}', b'{"token":1}'])
    def test_a_token_service_that_gives_none_is_rejected(self, tool: HttpRegistry, body: bytes) -> None:
        with emulated("bearer") as server:
            server.scripted["/token"] = Scripted(200, (), body)

            with pytest.raises(Rejected, match="gave no token"):
                tool.digest(reference=app(server))


class TestRedirects:
    def test_one_to_another_server_is_followed_without_the_login(self, tool: HttpRegistry, docker_config: Path) -> None:
        with emulated("basic") as server, emulated() as other:
            log_in(docker_config, server.address)
            digest = other.put("team/app", "v1", b"{}")
            target = f"http://{other.address}/v2/team/app/manifests/v1"
            tool.check_access(repository=app(server))
            server.scripted["/v2/team/app/manifests/v1"] = Scripted(307, (("Location", target),))

            assert tool.digest(reference=app(server)) == digest
            assert {request.authorization for request in other.requests} == {""}

    def test_one_on_the_same_server_keeps_the_login(self, tool: HttpRegistry, docker_config: Path) -> None:
        with emulated("basic") as server:
            log_in(docker_config, server.address)
            digest = server.put("team/moved", "v1", b"{}")
            server.scripted["/v2/team/app/manifests/v1"] = Scripted(307, (("Location", "/v2/team/moved/manifests/v1"),))
            tool.tags(repository=app(server))

            assert tool.digest(reference=app(server).changed(repository="team/moved")) == digest
            assert tool.digest(reference=app(server)) == digest

    def test_one_without_end_is_rejected(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            path = "/v2/team/app/manifests/v1"
            server.scripted[path] = Scripted(302, (("Location", path),))

            with pytest.raises(Rejected, match="redirects without end"):
                tool.digest(reference=app(server))

    @pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://127.0.0.1:port/", ""])
    def test_one_to_nowhere_is_rejected(self, tool: HttpRegistry, target: str) -> None:
        with emulated() as server:
            server.scripted["/v2/team/app/manifests/v1"] = Scripted(302, (("Location", target),))

            with pytest.raises(Rejected, match=r"redirects|does not answer as a registry"):
                tool.digest(reference=app(server))

    def test_one_to_a_host_that_cannot_be_found_names_both(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            target = (("Location", "http://elsewhere.invalid/v2/"),)
            server.scripted["/v2/team/app/manifests/v1"] = Scripted(302, target)

            with pytest.raises(Unavailable, match=rf"elsewhere\.invalid \(named by {server.address}\)"):
                tool.digest(reference=app(server))
