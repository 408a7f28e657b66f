"""What every ContainerRuntime does, whether an engine stands behind it or memory."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from tasks.context import build_key
from tasks.errors import Invalid, Missing, Rejected
from tasks.models import (
    Application,
    BuildArgument,
    BuildRequest,
    Container,
    ContainerSpec,
    Dockerfile,
    Image,
    ImageRef,
    Label,
    Progress,
    Resources,
    Setting,
    Variable,
    WritableMount,
    label_value,
    labels,
)
from tasks.ports import ContainerRuntime
from tests.contracts.real import eventually

BASE = "python:3.11-slim"
SERVE = ("python3", "-m", "http.server", "8000")
SHELL = ("sh", "-c")


@dataclass
class Recorder:
    """A sink that remembers."""

    seen: list[Progress] = field(default_factory=list)

    def report(self, *, progress: Progress) -> None:
        self.seen.append(progress)


@dataclass
class Engine:
    """A runtime under test, and what the suite needs beside it."""

    runtime: ContainerRuntime
    folder: Path
    """Empty, for build contexts."""
    registry: str
    """A registry that takes uploads without a login."""
    add_foreign: Callable[[str], str]
    """Makes a container that is not ours; returns its id."""
    mark: str = field(default_factory=lambda: uuid4().hex[:8])
    """In every name, so that suites do not meet each other's leavings."""
    sink: Recorder = field(default_factory=Recorder)

    @property
    def application(self) -> Application:
        return Application(name=f"shop-{self.mark}", namespace="contract")

    def name(self, what: str = "app") -> str:
        return f"{what}-{self.mark}"

    def reference(self, tag: str = "1") -> ImageRef:
        return ImageRef(registry=self.registry, repository=f"contract/{self.mark}", tag=tag)

    def request(self, text: str, *, dockerignore: str = "", arguments: tuple[BuildArgument, ...] = ()) -> BuildRequest:
        dockerfile = Dockerfile(text=text, dockerignore=dockerignore, origin="generated")
        key = build_key(dockerfile, self.folder, (*arguments, BuildArgument(name="MARK", value=self.mark)))
        return BuildRequest(
            dockerfile=dockerfile,
            context=self.folder,
            key=key,
            name=ImageRef(registry="localhost", repository=f"contract-{self.mark}", tag=key[:12]),
            arguments=arguments,
            labels=(Label(key="org.opencontainers.image.revision", value="abc"),),
            log_file=self.folder.parent / "logs" / f"{key[:12]}.log",
        )

    def build(self, text: str, *, dockerignore: str = "") -> Image:
        request = self.request(text, dockerignore=dockerignore)
        return self.runtime.build(request=request, progress=self.sink, timeout_s=120)

    def spec(self, image: str, what: str = "app", **changes: object) -> ContainerSpec:
        spec = ContainerSpec(
            name=self.name(what),
            application=self.application,
            kind="web",
            image=image,
            mounts=(WritableMount(path="/tmp"),),  # noqa: S108 - inside the container
            resources=Resources(memory_bytes=64 * 1024 * 1024),
            restart="no",
        )
        return spec.changed(**changes)

    def run(self, image: str, what: str = "app", **changes: object) -> Container:
        return self.runtime.run(spec=self.spec(image, what, **changes), variables=(), timeout_s=60)

    def now(self, container: Container) -> Container:
        return next(each for each in self.runtime.list(application=self.application) if each.id == container.id)

    def ended(self, container: Container) -> Container:
        return eventually(lambda: found if (found := self.now(container)).state == "exited" else None)

    def clear(self) -> None:
        for each in self.runtime.list(application=self.application):
            self.runtime.remove(container_id=each.id)


def get(address: str | None, path: str = "/") -> int:
    """The status, as soon as there is one."""
    assert address is not None

    def answer() -> int | None:
        try:
            return httpx.get(f"http://{address}{path}", timeout=5).status_code
        except httpx.TransportError:
            return None

    return eventually(answer)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


class RuntimeContract:
    """Inherited by one test class for each implementation, which provides `engine` and, for all tests, `base`."""

    @pytest.fixture
    def base(self, engine: Engine) -> str:
        return engine.build(f"FROM {BASE}\nWORKDIR /srv\nCMD {list(SERVE)}\n".replace("'", '"')).id

    def test_it_says_who_answers_where_and_why(self, engine: Engine) -> None:
        found = engine.runtime.describe()
        assert found.version
        assert found.endpoint
        assert found.why
        assert found.os == "linux"
        assert found.architecture in {"amd64", "arm64"}

    def test_a_build_gives_the_image_that_its_dockerfile_describes(self, engine: Engine) -> None:
        (engine.folder / "index.html").write_text("hello\n")
        request = engine.request(
            f'FROM {BASE}\nWORKDIR /srv\nCOPY . .\nRUN echo built-here\nUSER 10001\nEXPOSE 8000\nCMD ["sleep", "60"]\n'
        )
        image = engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        assert image.id.startswith("sha256:")
        assert (image.user, image.ports, image.command) == ("10001", (8000,), ("sleep", "60"))
        assert image.architecture == engine.runtime.describe().architecture
        assert image.builder == engine.runtime.describe().builder
        assert str(request.name) in image.names
        assert label_value(image.labels, labels.BUILD_KEY) == request.key
        assert label_value(image.labels, "org.opencontainers.image.revision") == "abc"
        assert image.log_file == request.log_file
        assert "built-here" in request.log_file.read_text()

    def test_a_build_reports_how_far_it_is(self, engine: Engine) -> None:
        engine.build(f"FROM {BASE}\nRUN echo one\nRUN echo two\n")
        steps = [each for each in engine.sink.seen if each.unit == "steps"]
        assert steps
        assert all(each.step == "build" and (each.done or 0) <= (each.total or 0) for each in steps)

    def test_an_image_is_found_by_its_build_key_and_by_its_name(self, engine: Engine) -> None:
        request = engine.request(f"FROM {BASE}\nRUN echo found\n")
        image = engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        found = engine.runtime.find(build_key=request.key)
        assert found is not None
        assert found.id == image.id
        named = engine.runtime.inspect(reference=str(request.name))
        assert named is not None
        assert named.id == image.id

    def test_what_was_never_built_is_not_found(self, engine: Engine) -> None:
        assert engine.runtime.find(build_key="0" * 64) is None
        assert engine.runtime.inspect(reference=f"{engine.name('none')}:1") is None
        assert engine.runtime.inspect(reference=f"sha256:{'0' * 64}") is None

    def test_a_failing_instruction_is_rejected_with_its_evidence(self, engine: Engine) -> None:
        request = engine.request(f"FROM {BASE}\nRUN echo the-cause; exit 3\n")
        with pytest.raises(Rejected) as caught:
            engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        failure = caught.value.failure
        assert failure is not None
        assert (failure.step, failure.exit_code) == ("build", 3)
        assert "the-cause; exit 3" in (failure.command or "")
        assert "the-cause" in failure.log_tail
        assert failure.dockerfile == request.dockerfile.text
        assert "the-cause" in request.log_file.read_text()
        assert engine.runtime.find(build_key=request.key) is None

    @pytest.mark.parametrize(
        "text",
        [
            f"FROM {BASE}\nFETCH everything\n",
            f"FROM {BASE}\nCOPY no-such-file /srv/\n",
            "FROM {registry}/no-such-image-anywhere:1\nRUN true\n",
            "",
        ],
    )
    def test_a_dockerfile_that_cannot_be_followed_is_rejected(self, engine: Engine, text: str) -> None:
        with pytest.raises(Rejected) as caught:
            engine.build(text.replace("{registry}", engine.registry))
        assert caught.value.failure is not None
        assert caught.value.failure.message

    def test_a_build_argument_reaches_the_dockerfile(self, engine: Engine) -> None:
        request = engine.request(
            "ARG PYTHON\nFROM python:${PYTHON}-slim\n", arguments=(BuildArgument(name="PYTHON", value="3.11"),)
        )
        assert engine.runtime.build(request=request, progress=engine.sink, timeout_s=120).id

    def test_what_the_dockerignore_names_stays_out_of_the_image(self, engine: Engine) -> None:
        for name in ("keep.txt", "secret.env", "drop/a.txt", "drop/back.txt"):
            (engine.folder / name).parent.mkdir(exist_ok=True)
            (engine.folder / name).write_text(name)
        image = engine.build(f"FROM {BASE}\nWORKDIR /srv\nCOPY . .\n", dockerignore="*.env\ndrop/*\n!drop/back.txt\n")
        container = engine.run(image.id, command=(*SHELL, "sleep 60"))
        there = {
            name: engine.runtime.read(container_id=container.id, path=f"/srv/{name}")
            for name in ("keep.txt", "secret.env", "drop/a.txt", "drop/back.txt")
        }
        assert there == {
            "keep.txt": b"keep.txt",
            "secret.env": None,
            "drop/a.txt": None,
            "drop/back.txt": b"drop/back.txt",
        }

    def test_a_tag_is_a_further_name(self, engine: Engine, base: str) -> None:
        engine.runtime.tag(image_id=base, reference=engine.reference("v1"))
        found = engine.runtime.inspect(reference=str(engine.reference("v1")))
        assert found is not None
        assert found.id == base
        assert str(engine.reference("v1")) in found.names

    def test_what_is_not_there_cannot_be_tagged_pushed_pulled_or_run(self, engine: Engine) -> None:
        with pytest.raises(Missing):
            engine.runtime.tag(image_id=f"sha256:{'0' * 64}", reference=engine.reference())
        with pytest.raises(Missing):
            engine.runtime.push(reference=engine.reference("none"), progress=engine.sink, timeout_s=30)
        with pytest.raises(Missing):
            engine.runtime.pull(reference=engine.reference("none"), platform=None, progress=engine.sink, timeout_s=30)
        with pytest.raises(Missing):
            engine.run(str(engine.reference("none")))
        assert engine.runtime.list(application=engine.application) == ()

    def test_a_pushed_image_can_be_pulled_by_tag_and_by_digest(self, engine: Engine, base: str) -> None:
        reference = engine.reference("pushed")
        engine.runtime.tag(image_id=base, reference=reference)
        engine.runtime.push(reference=reference, progress=engine.sink, timeout_s=120)
        pulled = engine.runtime.pull(reference=reference, platform=None, progress=engine.sink, timeout_s=60)
        assert pulled.id == base
        pinned = next(each for each in pulled.digests if each.name == reference.name)
        again = engine.runtime.pull(reference=pinned, platform=None, progress=engine.sink, timeout_s=60)
        assert again.id == base
        found = engine.runtime.inspect(reference=str(pinned))
        assert found is not None
        assert found.id == base

    def test_a_running_container_answers_on_its_published_port(self, engine: Engine, base: str) -> None:
        container = engine.run(base, port=8000, published_port=0)
        assert container.state == "running"
        assert container.name == engine.name()
        assert container.application == engine.application.name
        assert container.image_id == base
        assert container.address is not None
        assert container.address.startswith("127.0.0.1:")
        assert get(container.address) == 200
        assert eventually(lambda: "GET /" in engine.runtime.logs(container_id=container.id) or None)

    def test_nothing_is_published_unless_it_was_asked_for(self, engine: Engine, base: str) -> None:
        assert engine.run(base, port=8000).address is None

    def test_only_our_containers_are_listed_oldest_first(self, engine: Engine, base: str) -> None:
        engine.add_foreign(engine.name("foreign"))
        first, second = engine.run(base, "one"), engine.run(base, "two")
        assert [each.id for each in engine.runtime.list(application=engine.application)] == [first.id, second.id]
        elsewhere = engine.application.changed(namespace="elsewhere")
        assert engine.runtime.list(application=elsewhere) == ()
        everything = engine.runtime.list()
        assert {first.id, second.id} <= {each.id for each in everything}
        assert engine.name("foreign") not in {each.name for each in everything}

    def test_labels_of_the_spec_are_on_the_container(self, engine: Engine, base: str) -> None:
        container = engine.run(base, labels=(Label(key=labels.RELEASE, value="7"),))
        assert label_value(engine.now(container).labels, labels.RELEASE) == "7"

    def test_settings_and_variables_are_in_its_environment(self, engine: Engine, base: str) -> None:
        spec = engine.spec(
            base,
            command=(*SHELL, "echo $GREETING $WHOM"),
            settings=(Setting(name="GREETING", value="hello"),),
            variables=("WHOM",),
        )
        variable = Variable(name="WHOM", value=SecretStr("world"))
        container = engine.ended(engine.runtime.run(spec=spec, variables=(variable,), timeout_s=60))
        assert engine.runtime.logs(container_id=container.id) == "hello world\n"

    def test_a_crash_leaves_its_exit_code_and_its_log(self, engine: Engine, base: str) -> None:
        container = engine.run(base, command=(*SHELL, "echo first; echo last words; exit 3"))
        assert engine.ended(container).exit_code == 3
        assert engine.runtime.logs(container_id=container.id) == "first\nlast words\n"
        assert engine.runtime.logs(container_id=container.id, tail_lines=1) == "last words\n"

    def test_a_crash_loop_is_seen_as_restarts(self, engine: Engine, base: str) -> None:
        container = engine.run(base, command=(*SHELL, "exit 3"), restart="unless-stopped")
        assert eventually(lambda: engine.now(container).restarts or None)
        engine.runtime.stop(container_id=container.id, grace_s=1)
        assert engine.now(container).state == "exited"

    def test_a_command_that_the_image_does_not_hold_is_rejected_and_leaves_nothing(
        self, engine: Engine, base: str
    ) -> None:
        with pytest.raises(Rejected) as caught:
            engine.run(base, command=("no-such-program", "--serve"))
        assert caught.value.failure is not None
        assert caught.value.failure.exit_code == 127
        assert "no-such-program" in caught.value.failure.message
        assert engine.runtime.list(application=engine.application) == ()
        assert engine.run(base).state == "running"

    def test_a_taken_name_is_the_callers_mistake(self, engine: Engine, base: str) -> None:
        first = engine.run(base)
        with pytest.raises(Invalid):
            engine.run(base)
        engine.add_foreign(engine.name("foreign"))
        with pytest.raises(Invalid):
            engine.run(base, "foreign")
        assert [each.id for each in engine.runtime.list(application=engine.application)] == [first.id]

    def test_a_taken_port_is_named_and_nothing_is_left(self, engine: Engine, base: str, taken_port: int) -> None:
        with pytest.raises(Invalid, match=str(taken_port)):
            engine.run(base, port=8000, published_port=taken_port)
        assert engine.runtime.list(application=engine.application) == ()

    def test_it_can_be_stopped_twice_and_started_again(self, engine: Engine, base: str) -> None:
        container = engine.run(base, port=8000, published_port=0, restart="unless-stopped")
        engine.runtime.stop(container_id=container.id, grace_s=1)
        engine.runtime.stop(container_id=container.id, grace_s=1)
        stopped = engine.now(container)
        assert stopped.state == "exited"
        assert stopped.address is None
        again = engine.runtime.start(container_id=container.id)
        assert (again.id, again.state) == (container.id, "running")
        assert engine.runtime.start(container_id=container.id).state == "running"
        assert get(again.address) == 200

    def test_it_can_be_renamed_while_it_runs(self, engine: Engine, base: str) -> None:
        container, other = engine.run(base), engine.run(base, "other")
        engine.runtime.rename(container_id=container.id, name=engine.name("renamed"))
        assert engine.now(container).name == engine.name("renamed")
        with pytest.raises(Invalid):
            engine.runtime.rename(container_id=other.id, name=engine.name("renamed"))

    def test_small_files_go_in_and_out(self, engine: Engine, base: str) -> None:
        container = engine.run(base, read_only=False)
        engine.runtime.write(container_id=container.id, path="/srv/live.txt", content=b"one:1\n")
        assert engine.runtime.read(container_id=container.id, path="/srv/live.txt") == b"one:1\n"
        engine.runtime.write(container_id=container.id, path="/srv/live.txt", content=b"")
        assert engine.runtime.read(container_id=container.id, path="/srv/live.txt") == b""
        assert engine.runtime.read(container_id=container.id, path="/srv/none.txt") is None

    def test_nothing_is_written_below_a_read_only_root(self, engine: Engine, base: str) -> None:
        container = engine.run(base)
        with pytest.raises(Rejected):
            engine.runtime.write(container_id=container.id, path="/srv/live.txt", content=b"one:1\n")

    def test_a_network_is_made_when_absent_and_goes_with_its_last_container(self, engine: Engine, base: str) -> None:
        network = engine.name("net")
        first = engine.run(base, "one", network=network, alias="web")
        second = engine.run(base, "two", network=network)
        engine.runtime.remove(container_id=first.id)
        third = engine.run(base, "three", network=network, alias="web")
        assert third.state == "running"
        for each in (second, third):
            engine.runtime.remove(container_id=each.id)
        assert self.networks(engine, network) == ()

    def test_a_running_container_of_ours_can_be_removed(self, engine: Engine, base: str) -> None:
        container = engine.run(base)
        engine.runtime.remove(container_id=container.id)
        assert engine.runtime.list(application=engine.application) == ()

    def test_what_is_not_ours_is_never_removed(self, engine: Engine) -> None:
        foreign = engine.add_foreign(engine.name("foreign"))
        with pytest.raises(Invalid):
            engine.runtime.remove(container_id=foreign)

    def test_a_container_that_is_gone_is_missing(self, engine: Engine) -> None:
        runtime, gone = engine.runtime, "0" * 64
        for call in (
            lambda: runtime.start(container_id=gone),
            lambda: runtime.stop(container_id=gone),
            lambda: runtime.rename(container_id=gone, name=engine.name("other")),
            lambda: runtime.write(container_id=gone, path="/srv/a", content=b""),
            lambda: runtime.read(container_id=gone, path="/srv/a"),
            lambda: runtime.logs(container_id=gone),
            lambda: runtime.remove(container_id=gone),
        ):
            with pytest.raises(Missing):
                call()

    def networks(self, engine: Engine, name: str) -> tuple[str, ...]:
        """The networks of this name on the engine."""
        raise NotImplementedError
