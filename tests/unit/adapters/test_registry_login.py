"""Where a registry listens, what it asks for, and what `docker login` has left, offline."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.registry.address import api_host, is_loopback, protocol
from adapters.registry.challenge import Basic, Bearer, Challenge, challenges
from adapters.registry.credentials import ANONYMOUS, Credentials, credentials_for
from tasks.errors import Invalid

AUTH = base64.b64encode(b"ada:s3:cret").decode()


def login(folder: Path, registry: str, config: object) -> Credentials:
    (folder / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    return credentials_for(registry, docker_config=folder, timeout_s=5)


class TestAddress:
    def test_docker_hub_has_its_api_elsewhere(self) -> None:
        assert api_host("docker.io") == "registry-1.docker.io"
        assert api_host("registry.invalid:5000") == "registry.invalid:5000"

    @pytest.mark.parametrize(
        "host", ["localhost", "localhost:5000", "127.0.0.1", "127.8.9.1:5000", "[::1]:5000", "k3d.localhost:5000"]
    )
    def test_loopback_is_known_by_its_spelling(self, host: str) -> None:
        assert is_loopback(host)

    @pytest.mark.parametrize(
        "host",
        ["registry.invalid", "localhost.invalid", "127.0.0.1.invalid", "10.0.0.1:5000", "[::2]:5000", "0.0.0.0:80", ""],
    )
    def test_nothing_else_is_loopback(self, host: str) -> None:
        assert not is_loopback(host)

    @pytest.mark.parametrize(
        ("registry", "expected"),
        [
            ("registry.invalid", "https"),
            ("10.0.0.1:5000", "https"),
            ("127.0.0.1:5000", "either"),
            ("plain.invalid:5000", "http"),
            ("localhost:5001", "https"),
            ("both.invalid", "https"),
        ],
    )
    def test_everything_but_loopback_has_tls_unless_it_is_named(self, registry: str, expected: str) -> None:
        plain, with_ca = ("plain.invalid:5000", "both.invalid"), ("localhost:5001", "both.invalid")

        assert protocol(registry, plain_http=plain, with_ca_file=with_ca) == expected


class TestChallenge:
    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            (
                'Bearer realm="https://auth.invalid/token",service="registry",scope="repository:a/b:pull,push"',
                (Bearer(realm="https://auth.invalid/token", service="registry", scope="repository:a/b:pull,push"),),
            ),
            ('bearer realm=https://auth.invalid/t , error="invalid_token"', (Bearer(realm="https://auth.invalid/t"),)),
            ('Basic realm="Registry \\"one\\", two"', (Basic(),)),
            ("Basic", (Basic(),)),
            (
                'Basic realm="a", Bearer realm="https://auth.invalid/token"',
                (Basic(), Bearer(realm="https://auth.invalid/token")),
            ),
            ("Negotiate, Basic realm=x", (Basic(),)),
            ('Bearer service="x"', ()),
            ("", ()),
            ('="', ()),
        ],
    )
    def test_a_header_is_read_as_its_grammar_says(self, header: str, expected: tuple[Challenge, ...]) -> None:
        assert challenges(header) == expected

    @given(st.text(max_size=200))
    def test_no_header_is_a_failure(self, header: str) -> None:
        assert all(isinstance(found, Bearer | Basic) for found in challenges(header))

    def test_a_long_header_takes_no_long_time(self) -> None:
        assert challenges("Bearer " + 'a="' + "\\" * 100_000) == ()


class TestDockerLogin:
    def test_user_and_password_are_decoded(self, tmp_path: Path) -> None:
        found = login(tmp_path, "registry.invalid", {"auths": {"registry.invalid": {"auth": AUTH}}})

        assert (found.user, found.password and found.password.get_secret_value()) == ("ada", "s3:cret")
        assert found.who == "user ada"
        assert found.basic == f"Basic {AUTH}"

    @pytest.mark.parametrize(
        "key", ["registry.invalid:5000", "https://registry.invalid:5000", "https://registry.invalid:5000/v1/"]
    )
    def test_every_spelling_of_a_registry_is_found(self, tmp_path: Path, key: str) -> None:
        found = login(tmp_path, "registry.invalid:5000", {"auths": {"other": {}, key: {"auth": AUTH}}})

        assert found.user == "ada"

    @pytest.mark.parametrize(
        "key", ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"]
    )
    def test_docker_hub_is_found_under_each_of_its_names(self, tmp_path: Path, key: str) -> None:
        assert login(tmp_path, "docker.io", {"auths": {key: {"auth": AUTH}}}).user == "ada"

    def test_the_login_of_another_registry_is_not_taken(self, tmp_path: Path) -> None:
        config = {"auths": {"registry.invalid": {"auth": AUTH}, "registry.invalid:5001": {"auth": AUTH}}}

        assert login(tmp_path, "registry.invalid:5000", config) == ANONYMOUS
        assert login(tmp_path, "evil-registry.invalid", config) == ANONYMOUS

    def test_a_spelling_without_a_secret_does_not_hide_one_with(self, tmp_path: Path) -> None:
        config = {"auths": {"registry.invalid": {}, "https://registry.invalid": {"auth": AUTH}}}

        assert login(tmp_path, "registry.invalid", config).user == "ada"

    @pytest.mark.parametrize(
        "config", [{}, {"auths": {}}, {"auths": {"registry.invalid": {}}}, {"HttpHeaders": {"a": "b"}}]
    )
    def test_without_a_login_we_are_anonymous(self, tmp_path: Path, config: object) -> None:
        assert login(tmp_path, "registry.invalid", config) == ANONYMOUS
        assert ANONYMOUS.who == "anonymous"

    def test_without_a_file_we_are_anonymous(self, tmp_path: Path) -> None:
        assert credentials_for("registry.invalid", docker_config=tmp_path / "absent", timeout_s=5) == ANONYMOUS

    @pytest.mark.parametrize(
        ("config", "says"),
        [
            ('{\n"auths": s3cret', "line 2 is not JSON"),
            ("[]", "is not what Docker writes there"),
            ({"auths": {"registry.invalid": {"auth": ["s3cret"]}}}, "auths.registry.invalid.auth is not"),
            ({"auths": {"registry.invalid": {"auth": "s3cret!"}}}, "the auth of registry.invalid is not base64"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_invalid_and_quotes_no_secret(
        self, tmp_path: Path, config: object, says: str
    ) -> None:
        with pytest.raises(Invalid, match=r"config\.json") as caught:
            login(tmp_path, "registry.invalid", config)
        assert says in caught.value.message
        assert "s3cret" not in caught.value.message
        assert caught.value.__cause__ is None

    def test_no_secret_is_in_what_a_login_prints(self, tmp_path: Path) -> None:
        config = {"auths": {"registry.invalid": {"auth": AUTH, "identitytoken": "1dentity"}}}

        assert "s3:cret" not in repr(login(tmp_path, "registry.invalid", config))
        assert "1dentity" not in repr(login(tmp_path, "registry.invalid", config))
