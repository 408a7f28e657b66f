"""The engine adapter against an emulated Engine API: the ways in which an engine or a registry can fail."""

from __future__ import annotations

import gc
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.docker import EngineLocation, connect
from tasks.errors import Denied, Invalid, Missing, Rejected, StepError, Unavailable
from tasks.models import (
    Application,
    BuildRequest,
    ContainerSpec,
    Dockerfile,
    Image,
    ImageRef,
    Progress,
    Resources,
    WritableMount,
)
from tasks.ports import ContainerRuntime
from tests.unit.engine_server import EmulatedEngine, Scripted, emulated, lines, said

REFERENCE = ImageRef.parse("registry.invalid/shop:1")


class Silent:
    def report(self, *, progress: Progress) -> None:
        """Nobody listens."""


@pytest.fixture
def engine() -> Iterator[EmulatedEngine]:
    with emulated() as running:
        yield running


@pytest.fixture
def runtime(engine: EmulatedEngine) -> ContainerRuntime:
    return connect("auto", engine.address, EngineLocation(), redact=lambda text: text.replace("hunter2", "[redacted]"))


@pytest.fixture
def request_(tmp_path: Path) -> BuildRequest:
    (tmp_path / "context").mkdir()
    return BuildRequest(
        dockerfile=Dockerfile(text="FROM scratch\n", dockerignore="", origin="generated"),
        context=tmp_path / "context",
        key="a" * 64,
        name=ImageRef.parse("localhost/shop:1"),
        log_file=tmp_path / "build.log",
    )


def _spec() -> ContainerSpec:
    return ContainerSpec(
        name="shop",
        application=Application(name="shop"),
        kind="web",
        image="localhost/shop:1",
        port=8000,
        published_port=8080,
        mounts=(WritableMount(path="/srv/cache"),),
    )


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


CALLS: tuple[tuple[str, Callable[[ContainerRuntime], object]], ...] = (
    ("GET /images/", lambda runtime: runtime.inspect(reference="x")),
    ("GET /images/json", lambda runtime: runtime.find(build_key="a" * 64)),
    ("POST /images/", lambda runtime: runtime.tag(image_id="x", reference=REFERENCE)),
    ("POST /images/", lambda runtime: runtime.push(reference=REFERENCE, progress=Silent(), timeout_s=5)),
    (
        "POST /images/create",
        lambda runtime: runtime.pull(reference=REFERENCE, platform=None, progress=Silent(), timeout_s=5),
    ),
    ("GET /info", lambda runtime: runtime.run(spec=_spec(), variables=(), timeout_s=5)),
    ("POST /containers/", lambda runtime: runtime.start(container_id="x")),
    ("POST /containers/", lambda runtime: runtime.stop(container_id="x")),
    ("POST /containers/", lambda runtime: runtime.rename(container_id="x", name="y")),
    ("GET /containers/", lambda runtime: runtime.write(container_id="x", path="/a/b", content=b"")),
    ("GET /containers/", lambda runtime: runtime.read(container_id="x", path="/a/b")),
    ("GET /containers/", lambda runtime: runtime.logs(container_id="x")),
    ("GET /containers/json", lambda runtime: runtime.list()),
    ("GET /containers/", lambda runtime: runtime.remove(container_id="x")),
)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (said(503, "the engine is starting"), Unavailable),
        (said(403, "authorization denied by plugin opa"), Denied),
        (Scripted(status=502, body=b"<html>bad gateway</html>"), Unavailable),
        (Scripted(body=b"no JSON at all", ending="cut"), Unavailable),
    ],
    ids=["503", "403", "502", "cut"],
)
def test_every_call_translates_what_goes_wrong(
    engine: EmulatedEngine,
    runtime: ContainerRuntime,
    call: tuple[str, Callable[[ContainerRuntime], object]],
    answer: Scripted,
    error: type[StepError],
) -> None:
    engine.answers[call[0]] = answer
    with pytest.raises(error):
        call[1](runtime)


@pytest.mark.parametrize(
    ("text", "error", "hint"),
    [
        ("denied: requested access to the resource is denied", Denied, "docker login registry.invalid"),
        ("toomanyrequests: slow down", Unavailable, "docker login registry.invalid"),
        ("received unexpected HTTP status: 500 Internal Server Error", Unavailable, "again"),
        ("name unknown: repository shop not found", Missing, "repository"),
        ("manifest invalid", Rejected, "build"),
        ("denied: quota exceeded for the project", Denied, "storage"),
    ],
)
def test_an_error_inside_the_stream_of_a_push_is_raised(
    engine: EmulatedEngine, runtime: ContainerRuntime, text: str, error: type[StepError], hint: str
) -> None:
    event = {"errorDetail": {"message": text}, "error": text}
    engine.answers["POST /images/registry.invalid/shop/push"] = lines({"status": "Preparing", "id": "a"}, event)
    with pytest.raises(error) as caught:
        runtime.push(reference=REFERENCE, progress=Silent(), timeout_s=5)
    assert hint in caught.value.hint
    assert str(REFERENCE) in caught.value.message


@pytest.mark.parametrize("ending", ["cut", "hangs"])
def test_a_stream_that_stops_is_unavailable_by_its_deadline(
    engine: EmulatedEngine, runtime: ContainerRuntime, ending: str
) -> None:
    engine.answers["POST /images/registry.invalid/shop/push"] = lines(
        {"status": "Pushing", "id": "a"}, ending="cut" if ending == "cut" else "hangs"
    )
    started = time.monotonic()
    with pytest.raises(Unavailable):
        runtime.push(reference=REFERENCE, progress=Silent(), timeout_s=1)
    assert time.monotonic() - started < 3


def test_a_stream_of_nonsense_is_unavailable(engine: EmulatedEngine, runtime: ContainerRuntime) -> None:
    engine.answers["POST /images/create"] = Scripted(body=b"{no json}\n")
    with pytest.raises(Unavailable, match="no json"):
        runtime.pull(reference=REFERENCE, platform=None, progress=Silent(), timeout_s=5)


def test_progress_counts_all_layers_together(engine: EmulatedEngine, runtime: ContainerRuntime) -> None:
    seen: list[Progress] = []

    class Sink:
        def report(self, *, progress: Progress) -> None:
            seen.append(progress)

    mib = 1024 * 1024
    engine.answers["POST /images/registry.invalid/shop/push"] = lines(
        {"id": "a", "status": "Pushing", "progressDetail": {"current": mib, "total": 4 * mib}},
        {"id": "b", "status": "Pushing", "progressDetail": {"current": 2 * mib, "total": 2 * mib}},
        {"id": "a", "status": "Pushed", "progressDetail": {}},
        {"id": "c", "status": "Layer already exists", "progressDetail": {}},
        {"progressDetail": {}, "aux": {"Tag": "1", "Digest": "sha256:0", "Size": 1}},
    )
    runtime.push(reference=REFERENCE, progress=Sink(), timeout_s=5)
    assert [(each.done, each.total, each.unit) for each in seen] == [
        (mib, 4 * mib, "bytes"),
        (3 * mib, 6 * mib, "bytes"),
        (6 * mib, 6 * mib, "bytes"),
    ]


def test_the_users_login_goes_with_the_push_and_only_to_its_registry(engine: EmulatedEngine, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"auths": {"registry.invalid": {"auth": "YWRhOnMzY3JldA=="}, "other": {}}}')
    runtime = connect("auto", engine.address, EngineLocation(docker_config=tmp_path), redact=str)
    engine.answers["POST /images/"] = lines({"status": "done"})
    runtime.push(reference=REFERENCE, progress=Silent(), timeout_s=5)
    runtime.push(reference=ImageRef.parse("elsewhere.invalid/shop:1"), progress=Silent(), timeout_s=5)
    first, second = (headers["X-Registry-Auth"] for headers in engine.headers[-2:])
    assert "czNjcmV0" in first or "s3cret" in _decoded(first)
    assert _decoded(second) == "{}"


def test_a_configuration_that_cannot_be_read_is_named(engine: EmulatedEngine, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"auths": {"registry.invalid": "no object"}}')
    runtime = connect("auto", engine.address, EngineLocation(docker_config=tmp_path), redact=str)
    with pytest.raises(Invalid, match=r"registry\.invalid"):
        runtime.push(reference=REFERENCE, progress=Silent(), timeout_s=5)


@pytest.mark.parametrize("text", ["{", "[]", "null", '"x"'])
def test_a_configuration_that_is_none_is_named_before_anything_is_sent(
    engine: EmulatedEngine, tmp_path: Path, text: str
) -> None:
    (tmp_path / "config.json").write_text(text)
    runtime = connect("auto", engine.address, EngineLocation(docker_config=tmp_path), redact=str)
    with pytest.raises(Invalid, match=r"config\.json"):
        runtime.push(reference=REFERENCE, progress=Silent(), timeout_s=5)
    assert not any(asked.startswith("POST") for asked in engine.asked)


def test_the_classic_builder_gets_the_logins_of_its_bases_and_no_other(
    engine: EmulatedEngine, tmp_path: Path, request_: BuildRequest
) -> None:
    login = '{"auth": "YWRhOnMzY3JldA=="}'
    (tmp_path / "config.json").write_text(
        f'{{"auths": {{"one.invalid": {login}, "two.invalid": {login}, "https://index.docker.io/v1/": {login}}}}}'
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
    sent = json.loads(_decoded(engine.headers[-1]["X-Registry-Config"]))
    assert sorted(sent) == ["https://index.docker.io/v1/", "one.invalid"]


def test_something_else_that_speaks_json_is_no_engine(engine: EmulatedEngine, runtime: ContainerRuntime) -> None:
    engine.hello = b'{"service": "something else"}'
    with pytest.raises(Missing, match="no container engine"):
        runtime.describe()


def test_a_log_that_cannot_be_written_is_said_before_the_build(
    runtime: ContainerRuntime, request_: BuildRequest, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    request = request_.changed(log_file=tmp_path / "taken" / "log")
    with pytest.raises(Denied, match="taken"):
        runtime.build(request=request, progress=Silent(), timeout_s=5)


def test_limits_that_the_kernel_cannot_hold_are_left_out_with_a_warning(
    engine: EmulatedEngine, runtime: ContainerRuntime
) -> None:
    facts = {"MemoryLimit": True, "SwapLimit": False, "CpuCfsQuota": False, "PidsLimit": False, "NCPU": 2}
    engine.answers["GET /info"] = Scripted(body=json.dumps(facts).encode())
    engine.answers["POST /containers/create"] = Scripted(201, b'{"Id": "ab", "Warnings": ["swap is not limited"]}')
    engine.answers["POST /containers/ab/start"] = Scripted(200, b"")
    inspected = {
        "Id": "ab",
        "Name": "/shop",
        "Image": "sha256:0",
        "Created": "2026-01-01T00:00:00Z",
        "State": {"Status": "running"},
        "Config": {"Labels": {"io.containerkit.application": "shop"}},
    }
    engine.answers["GET /containers/ab/json"] = Scripted(body=json.dumps(inspected).encode())
    container = runtime.run(spec=_spec(), variables=(), timeout_s=5)
    host = _created(engine)
    assert host["Memory"] == 512 * 1024 * 1024
    assert not {"MemorySwap", "NanoCpus", "PidsLimit"} & set(host)
    assert len(container.warnings) == 4
    assert "swap is not limited" in container.warnings


@pytest.mark.parametrize(("asked", "sent"), [(500, 500_000_000), (64_000, 2_000_000_000)])
def test_more_processors_than_the_engine_has_are_not_asked_for(
    engine: EmulatedEngine, runtime: ContainerRuntime, asked: int, sent: int
) -> None:
    engine.answers["GET /info"] = Scripted(body=b'{"NCPU": 2}')
    engine.answers["POST /containers/create"] = said(400, "no further")
    with pytest.raises(Rejected):
        runtime.run(spec=_spec().changed(resources=Resources(cpu_millicores=asked)), variables=(), timeout_s=5)
    assert _created(engine)["NanoCpus"] == sent


def _created(engine: EmulatedEngine) -> dict[str, object]:
    """The host configuration that was asked for."""
    number = next(number for number, path in enumerate(engine.asked) if "containers/create" in path)
    return dict(json.loads(engine.bodies[number])["HostConfig"])


@pytest.mark.filterwarnings("ignore:docker-credential:UserWarning")
def test_a_credential_helper_that_is_not_installed_is_missing(engine: EmulatedEngine, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"credsStore": "no-such-helper"}')
    runtime = connect("auto", engine.address, EngineLocation(docker_config=tmp_path), redact=str)
    with pytest.raises(Missing, match="no-such-helper") as caught:
        runtime.push(reference=REFERENCE, progress=Silent(), timeout_s=5)
    assert "credential helper" in caught.value.hint


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


def _decoded(header: str) -> str:
    import base64  # noqa: PLC0415 - used once

    return base64.urlsafe_b64decode(header).decode()
