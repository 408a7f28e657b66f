"""Reaching an engine, or saying what to type when there is none."""

from __future__ import annotations

import gc
import socket
import time
from pathlib import Path

import pytest

from adapters.docker import EngineLocation, connect
from tasks.errors import Denied, Missing, Unavailable
from tasks.ports import ContainerRuntime
from tests.contracts.certificates import Authority, make_authority
from tests.unit.engine_server import (
    EmulatedEngine,
    Scripted,
    emulated,
    engine,
    request_,
    runtime,
)

__all__ = ["engine", "request_", "runtime"]


def test_no_engine_at_all_is_missing_with_what_to_type(tmp_path: Path) -> None:
    location = EngineLocation(docker_socket=tmp_path / "none", podman_socket=tmp_path / "none either")
    with pytest.raises(Missing, match="no container engine") as caught:
        connect("auto", None, location, redact=str).describe()
    assert "systemctl start docker" in caught.value.hint


def test_nothing_is_opened_before_the_first_call(tmp_path: Path) -> None:
    location = EngineLocation(docker_socket=tmp_path / "none", podman_socket=tmp_path / "none either")
    connect("auto", None, location, redact=str).close()


def test_an_engine_that_refuses_the_connection_is_missing() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(Missing, match=address):
            connect("auto", address, EngineLocation(), redact=str).describe()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the SDK leaves a socket that could not connect
def test_a_socket_that_nobody_listens_on_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with pytest.raises(Missing):
        connect("auto", None, EngineLocation(docker_socket=path), redact=str).describe()
    gc.collect()


def test_an_engine_that_does_not_answer_is_unavailable() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(Unavailable):
            connect("auto", address, EngineLocation(), redact=str).describe(timeout_s=1)
        assert time.monotonic() - started < 3


def test_something_that_is_no_engine_is_said_to_be_none(engine: EmulatedEngine, runtime: ContainerRuntime) -> None:
    engine.api_version = "nonsense"
    with pytest.raises(Missing, match="nonsense"):
        runtime.describe()


def test_something_else_that_speaks_json_is_no_engine(engine: EmulatedEngine, runtime: ContainerRuntime) -> None:
    engine.hello = b'{"service": "something else"}'
    with pytest.raises(Missing, match="no container engine"):
        runtime.describe()


def test_an_engine_that_is_too_old_is_missing_with_the_version_that_is_needed(
    engine: EmulatedEngine, runtime: ContainerRuntime
) -> None:
    engine.api_version = "1.39"
    with pytest.raises(Missing, match=r"1\.40"):
        runtime.describe()


def test_another_engine_than_the_one_asked_for_is_missing(engine: EmulatedEngine) -> None:
    engine.components = ("Podman Engine",)
    runtime = connect("docker", engine.address, EngineLocation(), redact=str)
    with pytest.raises(Missing, match="podman") as caught:
        runtime.describe()
    assert "--runtime podman" in caught.value.hint


@pytest.mark.parametrize(
    ("builder", "components", "expected"),
    [("2", ("Engine",), "buildkit"), ("1", ("Engine",), "classic"), ("1", ("Podman Engine",), "classic")],
)
def test_the_builder_is_known_from_the_engines_first_words(
    engine: EmulatedEngine, runtime: ContainerRuntime, builder: str, components: tuple[str, ...], expected: str
) -> None:
    engine.builder, engine.components = builder, components
    engine.answers["GET /info"] = Scripted(body=b'{"DockerRootDir": "/nowhere"}')
    assert runtime.describe().builder == expected


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "certificates")


def test_an_engine_behind_tls_is_reached_with_the_certificates_of_the_environment(authority: Authority) -> None:
    with emulated(authority.server) as engine:
        engine.answers["GET /info"] = Scripted(body=b"{}")
        location = EngineLocation(docker_host=engine.address, cert_path=authority.ca_file.parent, tls_verify=True)
        found = connect("auto", None, location, redact=str).describe()
    assert (found.endpoint, found.why) == (engine.address, "DOCKER_HOST")


def test_an_engine_whose_certificate_nobody_trusts_is_denied(authority: Authority, tmp_path: Path) -> None:
    with emulated(authority.server) as engine:
        location = EngineLocation(docker_host=engine.address, cert_path=tmp_path / "none", tls_verify=True)
        with pytest.raises(Denied) as caught:
            connect("auto", None, location, redact=str).describe()
    assert "DOCKER_CERT_PATH" in caught.value.hint
