"""What every ContainerRuntime does, whether an engine stands behind it or memory."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from tasks.errors import Invalid, Missing, Rejected
from tasks.models import Label, Setting, Variable, label_value, labels
from tests.contracts.engine_under_test import BASE, SERVE, SHELL, Engine, get
from tests.contracts.real import eventually
from tests.contracts.runtime_image_contract import ImageContract


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


class RuntimeContract(ImageContract):
    """Inherited by one test class for each implementation, which provides `engine` and, for all tests, `base`."""

    @pytest.fixture
    def base(self, engine: Engine) -> str:
        return engine.build(f"FROM {BASE}\nWORKDIR /srv\nCMD {list(SERVE)}\n".replace("'", '"')).id

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

    def test_a_container_is_removed_in_the_middle_of_a_crash_loop(self, engine: Engine, base: str) -> None:
        container = engine.run(base, command=(*SHELL, "exit 3"), restart="unless-stopped")
        assert eventually(lambda: engine.now(container).restarts or None)
        engine.runtime.remove(container_id=container.id)
        assert engine.runtime.list(application=engine.application) == ()

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

    def test_what_is_kept_in_memory_is_out_of_reach(self, engine: Engine, base: str) -> None:
        container = engine.run(base, read_only=False)
        path = f"{engine.spec(base).mounts[0].path}/file"
        with pytest.raises(Invalid, match="memory"):
            engine.runtime.write(container_id=container.id, path=path, content=b"x")
        with pytest.raises(Invalid, match="memory"):
            engine.runtime.read(container_id=container.id, path=path)

    def test_a_file_that_is_too_large_is_refused(self, engine: Engine, base: str) -> None:
        container = engine.run(base, read_only=False)
        engine.runtime.write(container_id=container.id, path="/srv/large", content=bytes(1024 * 1024 + 1))
        with pytest.raises(Invalid):
            engine.runtime.read(container_id=container.id, path="/srv/large")

    def test_a_container_that_cannot_start_leaves_no_network(self, engine: Engine, base: str) -> None:
        with pytest.raises(Rejected):
            engine.run(base, command=("no-such-program",), network=engine.name("net"))
        assert self.networks(engine, engine.name("net")) == ()

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
