"""The Registry suite in memory, on an emulated server with every kind of login, and on a real one."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest

from adapters.registry import HttpRegistry
from tasks.errors import Denied, Invalid, Missing, Rejected, StepError, Unavailable
from tasks.models import ImageRef
from tests.contracts.certificates import Authority, make_authority
from tests.contracts.real import absent
from tests.contracts.registry_contract import Case, RegistryContract
from tests.contracts.registry_server import (
    IDENTITY_TOKEN,
    PASSWORD,
    USER,
    EmulatedRegistry,
    Request,
    Scripted,
    emulated,
)
from tests.world.image_store import base_image
from tests.world.registry import MemoryRegistry

LAB = os.environ.get("CONTAINERKIT_LAB_REGISTRY", "127.0.0.1:5000")
NOBODY = ImageRef(registry="127.0.0.1:1", repository="team/app")


class TestInMemory(RegistryContract):
    @pytest.fixture
    def case(self) -> Case:
        world = MemoryRegistry()
        world.store.unreachable.add("gone.invalid")

        def push(reference: ImageRef, content: str) -> str:
            return world.store.put(reference, base_image(content))

        return Case(
            registry=world,
            repository=ImageRef.parse("registry.invalid/team/app"),
            push=push,
            unreachable=ImageRef.parse("gone.invalid/team/app"),
        )


def log_in(folder: Path, registry: str, **entry: str) -> None:
    """What `docker login` writes."""
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {registry: entry or {"auth": auth}}}))


@pytest.fixture
def docker_config(tmp_path: Path) -> Path:
    folder = tmp_path / "docker"
    folder.mkdir()
    return folder


@pytest.fixture
def tool(docker_config: Path) -> Iterator[HttpRegistry]:
    registry = HttpRegistry(docker_config=docker_config)
    yield registry
    registry.close()


def app(server: EmulatedRegistry) -> ImageRef:
    return ImageRef(registry=server.address, repository="team/app", tag="v1")


class EmulatedContract(RegistryContract):
    login: Literal["none", "basic", "bearer"]

    @pytest.fixture
    def case(self, tool: HttpRegistry, docker_config: Path) -> Iterator[Case]:
        with emulated(self.login) as server:
            log_in(docker_config, server.address)

            def push(reference: ImageRef, content: str) -> str:
                return server.put(reference.repository, str(reference.tag), content.encode())

            yield Case(registry=tool, repository=app(server).changed(tag=None), push=push, unreachable=NOBODY)
            assert server.uploads == set()


class TestEmulatedWithoutALogin(EmulatedContract):
    login = "none"


class TestEmulatedWithBasic(EmulatedContract):
    login = "basic"


class TestEmulatedWithTokens(EmulatedContract):
    login = "bearer"


@pytest.mark.registry
class TestReal(RegistryContract):
    @pytest.fixture
    def case(self, tool: HttpRegistry) -> Iterator[Case]:
        with httpx.Client(base_url=f"http://{LAB}", timeout=10) as http:
            try:
                http.get("/v2/").raise_for_status()
            except httpx.HTTPError as error:
                absent("registry", f"{LAB}: {error}")
            repository = ImageRef(registry=LAB, repository=f"containerkit-test/{uuid.uuid4().hex[:12]}")
            pushed: set[str] = set()

            def push(reference: ImageRef, content: str) -> str:
                digest = push_image(http, reference, content)
                pushed.add(digest)
                return digest

            yield Case(registry=tool, repository=repository, push=push, unreachable=NOBODY)
            for digest in pushed:  # a registry may not allow it: the name is never used again
                http.delete(f"/v2/{repository.repository}/manifests/{digest}")


def push_image(http: httpx.Client, reference: ImageRef, content: str) -> str:
    """An image of one empty configuration, as a push through HTTP leaves it."""
    configuration = json.dumps({"architecture": "amd64", "os": "linux", "author": content}).encode()
    digest = f"sha256:{hashlib.sha256(configuration).hexdigest()}"
    begun = http.post(f"/v2/{reference.repository}/blobs/uploads/")
    begun.raise_for_status()
    place = httpx.URL(begun.headers["Location"]).copy_merge_params({"digest": digest})
    octets = {"Content-Type": "application/octet-stream"}
    http.put(place, content=configuration, headers=octets).raise_for_status()
    kind = "application/vnd.oci.image.manifest.v1+json"
    manifest = {
        "schemaVersion": 2,
        "mediaType": kind,
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": digest,
            "size": len(configuration),
        },
        "layers": [],
    }
    body = json.dumps(manifest).encode()
    path = f"/v2/{reference.repository}/manifests/{reference.tag}"
    http.put(path, content=body, headers={"Content-Type": kind}).raise_for_status()
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


class TestDigest:
    @pytest.mark.parametrize("omits", ["digest header", "HEAD"])
    def test_it_is_computed_from_the_manifest_where_the_registry_does_not_say_it(
        self, tool: HttpRegistry, omits: str
    ) -> None:
        with emulated() as server:
            server.omits.add(omits)
            digest = server.put("team/app", "v1", b"{}")

            assert tool.digest(reference=app(server)) == digest
            assert [request.method for request in server.seen("/v2/team/app")] == ["HEAD", "GET"]

    def test_one_request_is_enough_where_the_registry_says_it(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            server.put("team/app", "v1", b"{}")
            tool.digest(reference=app(server))

            assert [request.method for request in server.seen("/v2/team/app")] == ["HEAD"]

    def test_every_kind_of_manifest_is_accepted(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            tool.digest(reference=app(server))

            accepted = server.seen("/v2/team/app")[0].accept
            for kind in ("oci.image.index.v1", "oci.image.manifest.v1", "manifest.list.v2", "manifest.v2"):
                assert kind in accepted

    def test_a_manifest_that_is_too_large_is_rejected(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            server.omits.add("digest header")
            server.put("team/app", "v1", bytes(5_000_000))

            with pytest.raises(Rejected, match="more than 4194304 bytes"):
                tool.digest(reference=app(server))


class TestAccess:
    def test_who_may_only_read_is_denied_with_the_next_thing_to_type(
        self, tool: HttpRegistry, docker_config: Path
    ) -> None:
        with emulated("basic") as server:
            log_in(docker_config, server.address)
            server.read_only.add("team/app")

            with pytest.raises(Denied) as caught:
                tool.check_access(repository=app(server))
            message = f"{server.address} refuses user ada access to team/app: emulated 403"
            assert (caught.value.message, caught.value.hint) == (message, f"docker login {server.address}")

    @pytest.mark.parametrize("login", ["basic", "bearer"])
    def test_who_is_anonymous_is_told_so(self, tool: HttpRegistry, login: Literal["basic", "bearer"]) -> None:
        with emulated(login) as server, pytest.raises(Denied, match="refuses anonymous access to team/app"):
            tool.check_access(repository=app(server))

    @pytest.mark.parametrize("login", ["basic", "bearer"])
    def test_a_wrong_password_is_denied_and_not_shown(
        self, tool: HttpRegistry, docker_config: Path, login: Literal["basic", "bearer"]
    ) -> None:
        with emulated(login) as server:
            log_in(
                docker_config,
                server.address,
                username="ada",
                password="wr0ng-t0ken",  # noqa: S106 - a wrong one
            )

            with pytest.raises(Denied, match="user ada") as caught:
                tool.check_access(repository=app(server))
            assert "wr0ng" not in f"{caught.value.message} {caught.value.hint}"

    def test_the_upload_is_taken_back(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            tool.check_access(repository=app(server))

            assert [request.method for request in server.seen("/v2/team/app")] == ["POST", "DELETE"]
            assert server.uploads == set()

    @pytest.mark.parametrize("links", ["http://{address}", "https://{address}", "http://127.0.0.1:9"])
    def test_a_place_that_a_proxy_has_garbled_is_asked_on_the_registry_itself(
        self, tool: HttpRegistry, links: str
    ) -> None:
        with emulated() as server:
            server.absolute_links = links.format(address=server.address)
            tool.check_access(repository=app(server))

            assert server.uploads == set()

    def test_a_registry_that_cannot_delete_an_upload_is_no_failure(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            server.omits.add("delete")

            tool.check_access(repository=app(server))

    def test_an_upload_on_another_host_is_not_touched(self, tool: HttpRegistry) -> None:
        with emulated() as server, emulated() as other:
            server.absolute_links = f"http://localhost:{other.address.partition(':')[2]}"
            tool.check_access(repository=app(server))

            assert other.requests == []


class TestTags:
    @pytest.mark.parametrize("links", ["", "http://{address}"])
    def test_every_page_is_read(self, tool: HttpRegistry, links: str) -> None:
        with emulated() as server:
            server.page_size = 3
            server.absolute_links = links.format(address=server.address)
            for number in range(10):
                server.put("team/app", f"v{number}", b"{}")

            assert tool.tags(repository=app(server)) == tuple(f"v{number}" for number in range(10))
            assert len(server.seen("/v2/team/app")) == 4

    def test_pages_without_end_are_rejected(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            path = "/v2/team/app/tags/list"
            server.scripted[path] = Scripted(200, (("Link", f"<{path}?n=1>; rel=next"),), b'{"tags":["v1"]}')

            with pytest.raises(Rejected, match="more than 100000 tags"):
                tool.tags(repository=app(server))

    def test_a_page_on_another_host_is_rejected_and_not_asked(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            link = (("Link", "<http://elsewhere.invalid/v2/team/app/tags/list>; rel=next"),)
            server.scripted["/v2/team/app/tags/list"] = Scripted(200, link, b'{"tags":["v1"]}')

            with pytest.raises(Rejected, match="elsewhere"):
                tool.tags(repository=app(server))

    @pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"tags":[1]}', b'{"tags":"v1"}', b"\xff"])
    def test_an_answer_that_is_none_is_rejected(self, tool: HttpRegistry, body: bytes) -> None:
        with emulated() as server:
            server.scripted["/v2/team/app/tags/list"] = Scripted(200, (), body)

            with pytest.raises(Rejected, match="does not answer as a registry does"):
                tool.tags(repository=app(server))

    def test_an_empty_repository_has_none(self, tool: HttpRegistry) -> None:
        with emulated() as server:
            server.scripted["/v2/team/app/tags/list"] = Scripted(200, (), b'{"name":"team/app","tags":null}')

            assert tool.tags(repository=app(server)) == ()


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
