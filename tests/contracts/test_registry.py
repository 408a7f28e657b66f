"""The Registry suite in memory, on an emulated server with every kind of login, and on a real one."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest

from adapters.registry import HttpRegistry
from tasks.errors import Denied, Rejected
from tasks.models import ImageRef
from tests.contracts.real import absent
from tests.contracts.registry_contract import Case, RegistryContract
from tests.contracts.registry_logins import NOBODY, app, log_in
from tests.contracts.registry_server import (
    Scripted,
    emulated,
)
from tests.world.image_store import base_image
from tests.world.registry import MemoryRegistry

LAB = os.environ.get("CONTAINERKIT_LAB_REGISTRY", "127.0.0.1:5000")


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
