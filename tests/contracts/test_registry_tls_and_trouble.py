"""A registry behind TLS, and whatever can go wrong on the way to one."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from adapters.registry import HttpRegistry
from tasks.errors import Denied, Invalid, Rejected, StepError, Unavailable
from tests.contracts.certificates import Authority, make_authority
from tests.contracts.registry_logins import NOBODY, app, log_in
from tests.contracts.registry_server import (
    Scripted,
    emulated,
)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "tls")


class TestTls:
    def test_loopback_with_tls_is_found_out(self, tool: HttpRegistry, authority: Authority) -> None:
        with emulated(tls=authority.server) as server, pytest.raises(Denied, match="certificate"):
            tool.digest(reference=app(server))

    def test_loopback_that_answers_as_go_does_to_plain_http_is_asked_with_tls(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            server.scripted["/v2/"] = Scripted(400, (), b"Client sent an HTTP request to an HTTPS server.\n")

            with pytest.raises(Denied, match="does not speak TLS"):
                tool.digest(reference=app(server))

    def test_a_private_authority_that_is_named_is_trusted(self, docker_config: Path, authority: Authority) -> None:
        with emulated("bearer", tls=authority.server) as server:
            tool = HttpRegistry(docker_config=docker_config, ca_files=((server.address, authority.ca_file),))
            log_in(docker_config, server.address)
            digest = server.put("team/app", "v1", b"{}")

            assert tool.digest(reference=app(server)) == digest
            tool.check_access(repository=app(server))
            tool.close()

    def test_tls_never_falls_back_to_plain(self, docker_config: Path, authority: Authority) -> None:
        with emulated() as server:
            tool = HttpRegistry(docker_config=docker_config, ca_files=((server.address, authority.ca_file),))

            with pytest.raises(Denied, match="does not speak TLS") as caught:
                tool.digest(reference=app(server))
            assert f'plain_http = ["{server.address}"]' in caught.value.hint
            assert server.requests == []
            tool.close()

    def test_a_redirect_from_tls_to_plain_is_rejected(self, docker_config: Path, authority: Authority) -> None:
        with emulated(tls=authority.server) as server, emulated() as plain:
            tool = HttpRegistry(docker_config=docker_config, ca_files=((server.address, authority.ca_file),))
            target = f"http://{plain.address}/v2/team/app/manifests/v1"
            server.scripted["/v2/team/app/manifests/v1"] = Scripted(302, (("Location", target),))

            with pytest.raises(Rejected, match="from TLS to http"):
                tool.digest(reference=app(server))
            assert plain.requests == []
            tool.close()

    def test_an_authority_that_cannot_be_read_is_invalid(self, docker_config: Path, tmp_path: Path) -> None:
        (tmp_path / "empty.pem").write_text("")
        for file in (tmp_path / "absent.pem", tmp_path / "empty.pem"):
            tool = HttpRegistry(docker_config=docker_config, ca_files=((NOBODY.registry, file),))
            with pytest.raises(Invalid, match=file.name):
                tool.digest(reference=NOBODY)


class TestTrouble:
    @pytest.mark.parametrize(
        ("status", "body", "error"),
        [
            (400, b'{"errors":[{"code":"NAME_INVALID","message":"invalid repository name"}]}', Invalid),
            (403, b"<html>", Denied),
            (404, b'{"errors":[{"code":"NAME_UNKNOWN"}]}', Denied),
            (405, b'{"errors":[{"code":"UNSUPPORTED"}]}', Denied),
            (413, b"", Rejected),
            (429, b'{"errors":[{"code":"TOOMANYREQUESTS","message":"pull rate limit"}]}', Unavailable),
            (500, b"\xff\xfe", Unavailable),
            (503, b"[" * 100_000, Unavailable),
        ],
    )
    def test_an_answer_becomes_the_error_that_names_its_remedy(
        self, tool: HttpRegistry, status: int, body: bytes, error: type[StepError]
    ) -> None:
        with emulated() as server:
            server.scripted["/v2/team/app/blobs/uploads/"] = Scripted(status, (), body)

            with pytest.raises(error, match=server.address):
                tool.check_access(repository=app(server))

    def test_a_rate_limit_says_how_long_to_wait(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            server.scripted["/v2/team/app/manifests/v1"] = Scripted(429, (("Retry-After", "17"),))

            with pytest.raises(Unavailable, match="too many requests") as caught:
                tool.digest(reference=app(server))
            assert caught.value.hint.startswith("wait 17 s")

    def test_an_answer_that_drips_ends_at_the_deadline(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            tool.tags(repository=app(server))  # a connection that is kept open must end in time too
            server.scripted["/v2/team/app/tags/list"] = Scripted(200, (), b" " * 1000, drip_s=0.1)
            started = time.monotonic()

            with pytest.raises(Unavailable, match="within 1 s"):
                tool.tags(repository=app(server), timeout_s=1)
            assert time.monotonic() - started < 3

    def test_an_answer_that_drips_through_tls_ends_at_the_deadline(
        self, docker_config: Path, authority: Authority
    ) -> None:
        with emulated(tls=authority.server) as server:
            tool = HttpRegistry(docker_config=docker_config, ca_files=((server.address, authority.ca_file),))
            server.scripted["/v2/team/app/tags/list"] = Scripted(200, (), b" " * 1000, drip_s=0.1)
            started = time.monotonic()

            with pytest.raises(Unavailable, match="within 1 s"):
                tool.tags(repository=app(server), timeout_s=1)
            assert time.monotonic() - started < 3
            tool.close()

    def test_after_a_deadline_the_next_call_works(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            server.scripted["/v2/team/app/tags/list"] = Scripted(200, (), b" " * 1000, drip_s=0.1)
            with pytest.raises(Unavailable):
                tool.tags(repository=app(server), timeout_s=0.5)
            server.scripted.clear()

            assert tool.tags(repository=app(server)) == ()

    def test_after_close_it_opens_again(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            tool.tags(repository=app(server))
            tool.close()

            assert tool.tags(repository=app(server)) == ()

    def test_what_a_server_says_cannot_paint_the_terminal(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            said = json.dumps(
                {"errors": [{"code": "DENIED", "message": "\x1b[2J{registry} a\nb" + "x" * 5000}]}
            ).encode()
            server.scripted["/v2/team/app/manifests/v1"] = Scripted(403, (), said)
            server.omits.add("HEAD")
            server.scripted["/v2/team/app/blobs/uploads/"] = Scripted(403, (), said)

            with pytest.raises(Denied) as caught:
                tool.check_access(repository=app(server))
            assert caught.value.message.isprintable()
            assert len(caught.value.message) < 500
