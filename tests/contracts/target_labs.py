"""Where the DeploymentTarget suite runs: in memory, on the in-memory engine, and on real engines."""

from __future__ import annotations

import hashlib
import io
import os
import socket
import tarfile
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import docker

from adapters.docker import EngineLocation, connect
from adapters.docker.endpoint import EngineKind
from adapters.engine_target import EngineTarget, Pace
from tasks.errors import StepError
from tasks.knowledge import gateway_image
from tasks.manifests import container_spec
from tasks.models import ContainerSpec, Image, ImageRef, PushedImage, ReleasePlan, Variable, Workload
from tasks.ports import ContainerRuntime, DeploymentTarget
from tests.contracts.real import absent
from tests.contracts.target_shop import LAST_WORDS, Recorder, TargetLab
from tests.world import gateway
from tests.world.image_store import StoredImage
from tests.world.process import Behaviour, Reply, crash
from tests.world.releases import MemoryReleases
from tests.world.runtime import MemoryRuntime
from tests.world.target import MemoryTarget

APP = Path(__file__).parent / "target_app"
COMMAND = ("python", "-u", "/srv/app.py")
QUICK = Pace(poll_s=0.005, settle_s=0.02, notice_s=1, drain_s=0.2, grace_s=0)


def app(environment: Mapping[str, str]) -> Behaviour:
    """What target_app/app.py does."""
    mode, version = environment.get("MODE", "web"), environment.get("VERSION", "")
    begins = f"{mode} {version} begins"

    def answer(path: str) -> Reply | None:
        known = {
            "/healthz": Reply(status=500, body=b"unwell") if mode == "unwell" else Reply(body=b"well"),
            "/greeting": Reply(body=environment.get("GREETING", "").encode()),
            "/long": Reply(body=("\x1b[31m" + "ä" * 5000).encode()),
            "/missing": Reply(status=404, body=b"missing"),
        }
        return known.get(path, Reply(body=version.encode()))

    if mode in {"crash", "crashing-worker", "failing-job"}:
        return crash(3, begins, LAST_WORDS)
    if mode == "job":
        return crash(0, begins, "the job is done")
    if mode == "worker":
        return Behaviour(lines=(begins,))
    if mode == "elsewhere":
        return Behaviour(lines=(begins, f"Running on http://0.0.0.0:{int(environment['PORT']) + 1}"))
    return Behaviour(lines=(begins,), answer=answer)


class MemoryLab(TargetLab):
    kind = "engine"
    ready_s, patience_s = 5, 0.1

    def pushed(self) -> PushedImage:
        digest = f"sha256:{hashlib.sha256(b'target app').hexdigest()}"
        return PushedImage(
            image=Image(id=digest, os="linux", architecture="amd64", command=COMMAND, user="10001", size_bytes=1)
        )

    def workload(self, plan: ReleasePlan) -> Workload:
        return container_spec(plan)

    def free_port(self) -> int:
        with socket.create_server(("127.0.0.1", 0)) as found:
            port: int = found.getsockname()[1]
            return port


class PlainLab(MemoryLab):
    """A list of releases."""

    def __init__(self) -> None:
        super().__init__()

        def behave(spec: ContainerSpec, environment: Mapping[str, str]) -> Behaviour:
            del spec
            return app(environment)

        self.releases = MemoryReleases(behave=behave)

    def target(self, *variables: Variable) -> DeploymentTarget:
        return MemoryTarget(self.releases, variables=variables)


class EngineLab(MemoryLab):
    """The engine target over some engine."""

    pace = Pace()

    def __init__(self, runtime: ContainerRuntime, folder: Path) -> None:
        super().__init__()
        self.runtime = runtime
        self.folder = folder
        self.opened = ExitStack()

    def target(self, *variables: Variable) -> EngineTarget:
        target = EngineTarget(
            runtime=self.runtime,
            variables=variables,
            state_folder=self.folder,
            gateway_image=gateway_image(),
            pace=self.pace,
        )
        self.opened.callback(target.close)
        return target


class MemoryEngineLab(EngineLab):
    pace = QUICK

    def __init__(self, folder: Path) -> None:
        self.memory = MemoryRuntime()
        super().__init__(self.memory, folder)
        gateway.install(self.memory)
        self.memory.script("app.py", lambda made: app(made.variables))
        image = self.pushed().image
        self.memory.images[image.id] = StoredImage(image)
        self.opened.callback(self.memory.close)


class RealEngineLab(EngineLab):
    ready_s, patience_s = 60, 4

    def __init__(self, runtime: ContainerRuntime, folder: Path) -> None:
        super().__init__(runtime, folder)
        self.image = built(runtime.describe().endpoint)

    def pushed(self) -> PushedImage:
        found = self.runtime.inspect(reference=self.image)
        assert found is not None
        return PushedImage(image=found)


@cache
def built(endpoint: str) -> str:
    """The suite's application on this engine, built once."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path in sorted(APP.iterdir()):
            if path.is_file():
                tar.add(path, path.name)
    archive.seek(0)
    client = docker.DockerClient(base_url=endpoint, timeout=120)
    try:
        image, _ = client.images.build(
            fileobj=archive, custom_context=True, tag="containerkit-tests/target-app", rm=True
        )
        return str(image.id)
    finally:
        client.close()


def real_engine(system: EngineKind, location: EngineLocation, folder: Path) -> RealEngineLab:
    """A lab on this engine, or a skip."""
    runtime = connect(system, None, location, redact=lambda text: text)
    try:
        runtime.describe()
        if runtime.inspect(reference=gateway_image()) is None:
            reference = ImageRef.parse(gateway_image())
            runtime.pull(reference=reference, platform=None, progress=Recorder(), timeout_s=120)
    except StepError as error:
        absent(system, error.message)
    return RealEngineLab(runtime, folder)


def docker_engine(folder: Path) -> RealEngineLab:
    """Docker, where the environment says."""
    return real_engine("docker", EngineLocation(docker_host=os.environ.get("DOCKER_HOST")), folder)


def podman_engine(folder: Path) -> RealEngineLab:
    """Podman, where the environment says."""
    run_folder = os.environ.get("XDG_RUNTIME_DIR")
    location = EngineLocation(
        container_host=os.environ.get("CONTAINER_HOST"), run_folder=Path(run_folder) if run_folder else None
    )
    return real_engine("podman", location, folder)
