"""Builds that fail, against an emulated Engine API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docker.auth import INDEX_URL

from adapters.docker import EngineLocation, connect
from tasks.errors import Denied, Rejected, Unavailable
from tasks.models import (
    BuildRequest,
    Image,
    ImageRef,
)
from tasks.ports import ContainerRuntime
from tests.unit.engine_server import (
    EmulatedEngine,
    Scripted,
    Silent,
    decoded,
    engine,
    lines,
    request_,
    runtime,
    said,
)

__all__ = ["engine", "request_", "runtime"]


def test_the_classic_builder_gets_the_logins_of_its_bases_and_no_other(
    engine: EmulatedEngine, tmp_path: Path, request_: BuildRequest
) -> None:
    login = '{"auth": "YWRhOnMzY3JldA=="}'
    (tmp_path / "config.json").write_text(
        f'{{"auths": {{"one.invalid": {login}, "two.invalid": {login}, "{INDEX_URL}": {login}}}}}'
    )
    runtime = connect("auto", engine.address, EngineLocation(docker_config=tmp_path), redact=str)
    engine.builder = "1"
    engine.answers["POST /build"] = said(400, "dockerfile parse error")
    bases = (ImageRef.parse("one.invalid/base:1"), ImageRef.parse("python:3.11-slim"), ImageRef.parse("none.invalid/x"))
    with pytest.raises(Rejected):
        runtime.build(
            request=request_.changed(dockerfile=request_.dockerfile.changed(bases=bases)),
            progress=Silent(),
            timeout_s=5,
        )
    sent = json.loads(decoded(engine.headers[-1]["X-Registry-Config"]))
    assert sorted(sent) == [INDEX_URL, "one.invalid"]


def test_a_log_that_cannot_be_written_is_said_before_the_build(
    runtime: ContainerRuntime, request_: BuildRequest, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    request = request_.changed(log_file=tmp_path / "taken" / "log")
    with pytest.raises(Denied, match="taken"):
        runtime.build(request=request, progress=Silent(), timeout_s=5)


def test_a_classic_build_that_fails_brings_its_log_redacted(
    engine: EmulatedEngine, runtime: ContainerRuntime, request_: BuildRequest
) -> None:
    engine.builder = "1"
    text = "The command '/bin/sh -c make TOKEN=hunter2' returned a non-zero code: 2"
    engine.answers["POST /build"] = lines(
        {"stream": "Step 1/2 : FROM scratch\n"},
        {"stream": "Step 2/2 : RUN make TOKEN=hunter2\n"},
        {"stream": "\u001b[31mmake: *** no rule, "},
        {"stream": "hunter2 Error 2\n"},
        {"errorDetail": {"code": 2, "message": text}, "error": text},
    )
    with pytest.raises(Rejected) as caught:
        runtime.build(request=request_, progress=Silent(), timeout_s=5)
    failure = caught.value.failure
    assert failure is not None
    assert failure.exit_code == 2
    assert failure.first_error == "make: *** no rule, [redacted] Error 2"
    assert (caught.value.hint, failure.whole_log) == ("", str(request_.log_file))
    whole = f"{caught.value} {failure} {request_.log_file.read_text()}"
    assert "hunter2" not in whole
    assert "\u001b" not in whole


def test_a_build_whose_base_cannot_be_reached_is_worth_another_try(
    engine: EmulatedEngine, runtime: ContainerRuntime, request_: BuildRequest
) -> None:
    text = "failed to solve: failed to do request: Head x: dial tcp: lookup registry.invalid: no such host"
    engine.answers["POST /build"] = lines({"errorDetail": {"message": text}, "error": text})
    with pytest.raises(Unavailable) as caught:
        runtime.build(request=request_, progress=Silent(), timeout_s=5)
    assert caught.value.failure is not None


def test_a_private_base_names_its_own_registry(
    engine: EmulatedEngine, runtime: ContainerRuntime, request_: BuildRequest
) -> None:
    dockerfile = request_.dockerfile.changed(bases=(ImageRef.parse("private.invalid/team/base:1"),))
    text = "failed to solve: private.invalid/team/base:1: pull access denied: insufficient_scope: authorization failed"
    engine.answers["POST /build"] = lines({"errorDetail": {"message": text}, "error": text})
    with pytest.raises(Denied) as caught:
        runtime.build(request=request_.changed(dockerfile=dockerfile), progress=Silent(), timeout_s=5)
    assert caught.value.hint == "docker login private.invalid"


def test_an_engine_that_refuses_a_dockerfile_at_once_brings_evidence_too(
    engine: EmulatedEngine, runtime: ContainerRuntime, request_: BuildRequest
) -> None:
    engine.builder = "1"
    engine.answers["POST /build"] = said(400, "dockerfile parse error line 2: unknown instruction: FETCH")
    with pytest.raises(Rejected) as caught:
        runtime.build(request=request_, progress=Silent(), timeout_s=5)
    assert caught.value.failure is not None
    assert "FETCH" in caught.value.failure.message


def test_a_build_that_ends_without_an_image_is_rejected(
    engine: EmulatedEngine, runtime: ContainerRuntime, request_: BuildRequest
) -> None:
    engine.answers["POST /build"] = lines({"stream": "Step 1/1 : FROM scratch\n"})
    with pytest.raises(Rejected, match="without an image"):
        runtime.build(request=request_, progress=Silent(), timeout_s=5)


def test_what_the_classic_builder_lacks_is_a_warning(
    engine: EmulatedEngine, runtime: ContainerRuntime, request_: BuildRequest
) -> None:
    engine.builder = "1"
    engine.answers["POST /build"] = lines({"stream": "Successfully built 0123456789ab\n"})
    engine.answers["GET /images/0123456789ab/json"] = Scripted(
        body=b'{"Id": "sha256:0123456789ab", "Os": "linux", "Architecture": "amd64", "Size": 1}'
    )
    image: Image = runtime.build(request=request_, progress=Silent(), timeout_s=5)
    assert image.builder == "classic"
    assert any("BuildKit" in warning for warning in image.warnings)
