"""Every other call of the engine adapter, against an emulated Engine API that lets it down."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.docker import EngineLocation, connect
from tasks.errors import Denied, Invalid, Missing, Rejected, StepError, Unavailable
from tasks.models import (
    Application,
    ContainerSpec,
    ImageRef,
    Progress,
    Resources,
    WritableMount,
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


REFERENCE = ImageRef.parse("registry.invalid/shop:1")


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
    assert "czNjcmV0" in first or "s3cret" in decoded(first)
    assert decoded(second) == "{}"


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
