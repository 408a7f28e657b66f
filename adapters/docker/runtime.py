"""The container engine behind the ContainerRuntime port: Docker, or Podman through the same API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from docker import APIClient
from docker.errors import NotFound

from adapters.docker import patience, transfer
from adapters.docker.build import build
from adapters.docker.build_log import plain
from adapters.docker.connection import Connection, free_bytes
from adapters.docker.containers import container_of, created_at, payload, unlimited
from adapters.docker.error_table import Action
from adapters.docker.errors import Subject, translated
from adapters.docker.files import read_file, write_file
from adapters.docker.images import architecture_of, image_of, runs_on
from adapters.docker.logs import last_lines
from adapters.docker.networks import ensure_network, remove_network
from adapters.docker.start import started
from adapters.docker.wire import (
    ContainerSummary,
    EngineFacts,
    ImageInspect,
    ImageSummary,
)
from tasks.errors import Invalid, Missing, Rejected
from tasks.models import (
    Application,
    BuildRequest,
    Container,
    ContainerSpec,
    Image,
    ImageRef,
    RuntimeDescription,
    Variable,
    labels,
)
from tasks.ports import ProgressSink

_ID_LENGTH = 64


class DockerRuntime:
    """One engine. Nothing is opened before the first call, nothing stays open after one."""

    def __init__(self, connection: Connection, *, redact: Callable[[str], str]) -> None:
        self._connection = connection
        self._redact = redact

    def describe(self, *, timeout_s: float = 5) -> RuntimeDescription:
        """Who answers, and why this one was asked."""
        greeting = self._connection.greeting(timeout_s=timeout_s)
        with self._client("inspect", f"the engine at {greeting.endpoint.url}", timeout_s) as client:
            root = EngineFacts.model_validate(client.info()).root_folder
        return RuntimeDescription(
            name=greeting.name,
            version=greeting.version,
            api_version=greeting.api_version,
            endpoint=greeting.endpoint.url,
            why=greeting.endpoint.why,
            architecture=architecture_of(greeting.architecture),
            os=greeting.os,
            builder=greeting.builder,
            root_folder=root,
            free_bytes=free_bytes(root, greeting.endpoint),
        )

    def build(self, *, request: BuildRequest, progress: ProgressSink, timeout_s: float) -> Image:
        """The built image."""
        greeting = self._connection.greeting()
        with self._connection.client(timeout_s=timeout_s) as client:
            built = build(
                client,
                greeting,
                self._connection.credentials(),
                request,
                progress=progress,
                redact=self._redact,
                timeout_s=timeout_s,
            )
        found = self.inspect(reference=built.image_id)
        if found is None:
            raise Missing(
                f"{_short(built.image_id)} was built and is gone already", hint="did something prune the engine?"
            )
        return found.changed(builder=greeting.builder, log_file=request.log_file, warnings=built.warnings)

    def find(self, *, build_key: str, timeout_s: float = 10) -> Image | None:
        """The newest image with this key."""
        with self._client("inspect", "images", timeout_s) as client:
            listed = client.images(filters={"label": f"{labels.BUILD_KEY}={build_key}"})
            found = [image for image in map(ImageSummary.model_validate, listed) if image.was_built_here]
        newest = max(found, key=lambda image: image.created, default=None)
        return self.inspect(reference=newest.id, timeout_s=timeout_s) if newest else None

    def inspect(self, *, reference: str, timeout_s: float = 10) -> Image | None:
        """The image, or None."""
        with self._client("inspect", reference, timeout_s) as client:
            try:
                return image_of(ImageInspect.model_validate(client.inspect_image(reference)))  # type: ignore[no-untyped-call]
            except NotFound:
                return None

    def tag(self, *, image_id: str, reference: ImageRef, timeout_s: float = 10) -> None:
        """Give the image this further name."""
        with self._client("tag", f"{_short(image_id)} as {reference}", timeout_s) as client:
            client.tag(image_id, reference.name, tag=reference.tag or "latest")

    def push(self, *, reference: ImageRef, progress: ProgressSink, timeout_s: float) -> None:
        """Upload it."""
        with self._client("push", str(reference), timeout_s) as client:
            transfer.push(client, self._connection.credentials(), reference, progress=progress, timeout_s=timeout_s)

    def pull(self, *, reference: ImageRef, platform: str | None, progress: ProgressSink, timeout_s: float) -> Image:
        """Download it."""
        with self._client("pull", str(reference), timeout_s) as client:
            transfer.pull(
                client,
                self._connection.credentials(),
                reference,
                platform=platform,
                progress=progress,
                timeout_s=timeout_s,
            )
        found = self.inspect(reference=str(reference))
        if found is None:
            raise Missing(f"{reference} was pulled and is gone already", hint="did something prune the engine?")
        if platform and not runs_on(found, platform):
            raise Rejected(
                f"cannot pull {reference}: it is for {found.os}/{found.architecture}, not for {platform}",
                hint="name a platform that the image has",
            )
        return found

    def run(self, *, spec: ContainerSpec, variables: tuple[Variable, ...], timeout_s: float) -> Container:
        """Create and start it, in its network."""
        with self._client("run", spec.name, timeout_s) as client:
            facts = EngineFacts.model_validate(client.info())
            ensure_network(client, spec)
            done = False
            try:
                found = started(client, spec, payload(spec, variables, facts), self._redact)
                done = True
            finally:
                if not done:
                    remove_network(client, spec.network)
            return found.changed(warnings=(*unlimited(facts), *found.warnings))

    def start(self, *, container_id: str, timeout_s: float = 30) -> Container:
        """Start a stopped container again."""
        with self._client("start", _short(container_id), timeout_s) as client:
            client.start(container_id)
            return _inspected(client, container_id)

    def stop(self, *, container_id: str, grace_s: float = 10) -> None:
        """Stop it."""
        with self._client("stop", _short(container_id), grace_s + 20) as client:
            patience.stop(client, container_id, grace_s=grace_s)

    def rename(self, *, container_id: str, name: str, timeout_s: float = 10) -> None:
        """Give it another name."""
        with self._client("change", _short(container_id), timeout_s) as client:
            client.rename(container_id, name)

    def write(self, *, container_id: str, path: str, content: bytes, timeout_s: float = 10) -> None:
        """Put a small file into it."""
        with self._client("change", f"{path} in {_short(container_id)}", timeout_s) as client:
            write_file(client, container_id, path, content)

    def read(self, *, container_id: str, path: str, timeout_s: float = 10) -> bytes | None:
        """A small file of it, or None."""
        with self._client("read", f"{path} in {_short(container_id)}", timeout_s) as client:
            return read_file(client, container_id, path)

    def logs(self, *, container_id: str, tail_lines: int = 200, timeout_s: float = 10) -> str:
        """Its last lines, redacted, without control characters."""
        with self._client("read", f"the log of {_short(container_id)}", timeout_s) as client:
            raw = last_lines(client, container_id, tail_lines, self._connection.greeting(timeout_s=timeout_s).name)
        return self._redact(plain(raw.decode("utf-8", "replace").replace("\r\n", "\n")))

    def list(self, *, application: Application | None = None, timeout_s: float = 10) -> tuple[Container, ...]:
        """Ours, oldest first."""
        wanted = [labels.APPLICATION]
        if application:
            wanted = [
                f"{labels.APPLICATION}={application.name}",
                f"{labels.NAMESPACE}={application.namespace}",
            ]
        with self._client("inspect", "containers", timeout_s) as client:
            listed = client.containers(all=True, filters={"label": wanted})
            found = [_inspected_or_gone(client, ContainerSummary.model_validate(each).id) for each in listed]
        return tuple(sorted((each for each in found if each), key=lambda each: (created_at(each), each.name)))

    def remove(self, *, container_id: str, timeout_s: float = 30) -> None:
        """Remove it, and its network when nothing else of ours is in it."""
        with self._client("remove", _short(container_id), timeout_s) as client:
            found = patience.inspect(client, container_id)
            if labels.APPLICATION not in found.config.labels:
                raise Invalid(
                    f"{found.name.removeprefix('/')} is no container of ours", hint=f"docker rm {container_id}"
                )
            patience.remove(client, container_id)
            for network in found.network.networks:
                remove_network(client, network)

    def close(self) -> None:
        """Nothing is open between calls."""

    @contextmanager
    def _client(self, action: Action, thing: str, timeout_s: float) -> Iterator[APIClient]:
        with self._connection.client(timeout_s=timeout_s) as client, translated(Subject(action, thing)):
            yield client


def _inspected(client: APIClient, container_id: str) -> Container:
    return container_of(patience.inspect(client, container_id))


def _inspected_or_gone(client: APIClient, container_id: str) -> Container | None:
    try:
        return _inspected(client, container_id)
    except NotFound:
        return None


def _short(identifier: str) -> str:
    """As engines show it to people."""
    return identifier.removeprefix("sha256:")[:12] if len(identifier) >= _ID_LENGTH else identifier
