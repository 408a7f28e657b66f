"""Which engine is meant: flag, DOCKER_HOST, Docker context, Docker's socket, Podman's; and why is always said."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.docker import EngineLocation
from adapters.docker.endpoint import choose
from tasks.errors import Invalid, Missing


@pytest.fixture
def sockets(tmp_path: Path) -> Iterator[Path]:
    """docker.sock and podman.sock of the machine, and those of a user below run/."""
    (tmp_path / "run" / "podman").mkdir(parents=True)
    held = []
    for name in ("docker.sock", "podman.sock", "run/docker.sock", "run/podman/podman.sock"):
        held.append(socket.socket(socket.AF_UNIX))
        held[-1].bind(str(tmp_path / name))
    yield tmp_path
    for each in held:
        each.close()


@pytest.fixture
def everything(sockets: Path) -> EngineLocation:
    _add_context(sockets / "config", "far", "tcp://far.invalid:2376")
    (sockets / "config" / "config.json").write_text('{"currentContext": "far"}')
    return EngineLocation(
        docker_host="tcp://host.invalid:2375",
        docker_config=sockets / "config",
        run_folder=sockets / "run",
        docker_socket=sockets / "docker.sock",
        podman_socket=sockets / "podman.sock",
    )


def _add_context(folder: Path, name: str, host: str) -> Path:
    digest = hashlib.sha256(name.encode()).hexdigest()
    meta = folder / "contexts" / "meta" / digest
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host}}}))
    return folder / "contexts" / "tls" / digest / "docker"


def test_the_order_is_flag_environment_context_socket_and_podman_last(everything: EngineLocation) -> None:
    root = everything.docker_socket.parent
    steps = [
        (choose("auto", "tcp://flag.invalid:1", everything), "tcp://flag.invalid:1", "--engine-endpoint"),
        (choose("auto", None, everything), "tcp://host.invalid:2375", "DOCKER_HOST"),
    ]
    without_host = everything.changed(docker_host=None)
    steps.append((choose("auto", None, without_host), "tcp://far.invalid:2376", "'far' (current)"))
    without_context = without_host.changed(docker_config=None)
    steps.append((choose("auto", None, without_context), f"unix://{root}/docker.sock", "Docker's socket"))
    own = without_context.changed(docker_socket=root / "none")
    steps.append((choose("auto", None, own), f"unix://{root}/run/docker.sock", "Docker's socket"))
    (root / "run" / "docker.sock").unlink()
    steps.append((choose("auto", None, own), f"unix://{root}/podman.sock", "Podman's socket"))
    assert [(found.url, why in found.why) for found, _, why in steps] == [(url, True) for _, url, _ in steps]


def test_podman_is_never_looked_for_behind_dockers_settings(everything: EngineLocation) -> None:
    assert choose("podman", None, everything).url.endswith("podman.sock")
    named = everything.changed(container_host="unix:///run/other.sock")
    assert choose("podman", None, named).why == "CONTAINER_HOST"


def test_docker_alone_does_not_end_at_podman(everything: EngineLocation) -> None:
    none = everything.docker_socket.parent / "none"
    location = everything.changed(docker_host=None, docker_config=None, docker_socket=none, run_folder=None)
    with pytest.raises(Missing, match="none"):
        choose("docker", None, location)


def test_a_context_of_the_environment_goes_before_the_current_one(everything: EngineLocation) -> None:
    assert everything.docker_config is not None
    _add_context(everything.docker_config, "near", "unix:///near.sock")
    location = everything.changed(docker_host=None, docker_context="near")
    assert choose("auto", None, location).url == "unix:///near.sock"
    default = choose("auto", None, location.changed(docker_context="default"))
    assert default.url.endswith("/docker.sock")


def test_a_context_brings_its_certificates(everything: EngineLocation) -> None:
    assert everything.docker_config is not None
    tls = _add_context(everything.docker_config, "secure", "tcp://secure.invalid:2376")
    tls.mkdir(parents=True)
    for name in ("ca", "cert", "key"):
        (tls / f"{name}.pem").write_text("x")
    found = choose("auto", None, everything.changed(docker_host=None, docker_context="secure"))
    assert found.certificates is not None
    assert (found.certificates.ca, found.certificates.verify) == (tls / "ca.pem", True)


def test_certificates_of_the_environment_are_for_addresses_without_their_own(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x")
    location = EngineLocation(docker_host="tcp://host.invalid:2376", cert_path=tmp_path, tls_verify=True)
    found = choose("auto", None, location)
    assert found.certificates is not None
    assert found.certificates.ca == tmp_path / "ca.pem"
    assert choose("auto", "unix:///x.sock", location).certificates is None


def test_a_context_that_is_gone_is_missing_with_what_to_type(everything: EngineLocation) -> None:
    with pytest.raises(Missing, match="gone") as caught:
        choose("auto", None, everything.changed(docker_host=None, docker_context="gone"))
    assert "docker context ls" in caught.value.hint


@pytest.mark.parametrize("text", ["{", "[]", '{"currentContext": 5}'])
def test_a_configuration_that_cannot_be_read_is_invalid(everything: EngineLocation, text: str) -> None:
    assert everything.docker_config is not None
    (everything.docker_config / "config.json").write_text(text)
    with pytest.raises(Invalid, match=r"config\.json"):
        choose("auto", None, everything.changed(docker_host=None))


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("/run/docker.sock", "unix:///run/docker.sock"),
        ("127.0.0.1:2375", "tcp://127.0.0.1:2375"),
        ("https://host.invalid", "https://host.invalid"),
    ],
)
def test_an_address_may_be_written_short(given: str, url: str) -> None:
    assert choose("auto", given, EngineLocation()).url == url


@pytest.mark.parametrize("given", ["ssh://me@host.invalid", "npipe:////./pipe/docker", "ftp://x", "tcp://"])
def test_an_address_that_cannot_be_spoken_to_is_invalid(given: str) -> None:
    with pytest.raises(Invalid) as caught:
        choose("auto", given, EngineLocation())
    assert caught.value.hint
