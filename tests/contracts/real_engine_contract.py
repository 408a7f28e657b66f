"""What only an engine that really runs containers can show, beside the port's own suite."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import docker
import pytest

from adapters.docker import EngineLocation, connect
from tasks.errors import StepError, Unavailable
from tasks.models import BuildRequest, Progress, Resources
from tests.contracts.engine_under_test import BASE, SHELL, Engine
from tests.contracts.real import absent, eventually
from tests.contracts.runtime_contract import RuntimeContract

REGISTRY = os.environ.get("CONTAINERKIT_LAB_REGISTRY", "127.0.0.1:5000")
SECRET = "hunter2-of-the-build"  # noqa: S105 - what must not be seen anywhere


def _redact(text: str) -> str:
    return text.replace(SECRET, "[redacted]")


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Ctrl-C in the middle of what the block does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def processes(mark: str) -> list[str]:
    """The command lines on this machine that hold this text."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return [line for line in found if mark in line]


class RealContract(RuntimeContract):
    """What Docker and Podman show beside the port's own suite."""

    system: Literal["docker", "podman"]
    location: EngineLocation
    ends_within_s: float = 5
    """How long an instruction goes on after its build was cancelled."""

    tells_out_of_memory: bool = True

    @pytest.fixture
    def engine(self, folder: Path) -> Iterator[Engine]:
        runtime = connect(self.system, None, self.location, redact=_redact)
        try:
            endpoint = runtime.describe().endpoint
        except StepError as error:
            absent(self.system, error.message)
        vendor = docker.DockerClient(base_url=endpoint, timeout=60)
        made: list[str] = []

        def add_foreign(name: str) -> str:
            repository, _, tag = BASE.partition(":")
            vendor.images.pull(repository, tag)
            made.append(str(vendor.containers.create(BASE, ["sleep", "60"], name=name).id))
            return made[-1]

        engine = Engine(runtime=runtime, folder=folder, registry=REGISTRY, add_foreign=add_foreign)
        yield engine
        engine.clear()
        for each in made:
            vendor.containers.get(each).remove(force=True)
        for image in vendor.images.list(filters={"label": "org.opencontainers.image.revision=abc"}):
            if any(engine.mark in tag for tag in image.tags):
                vendor.images.remove(str(image.id), force=True)
        vendor.close()

    def networks(self, engine: Engine, name: str) -> tuple[str, ...]:
        with self.vendor(engine) as vendor:
            return tuple(str(each.name) for each in vendor.networks.list(names=[name]))

    def test_an_interrupted_build_is_not_carried_on(self, engine: Engine) -> None:
        request, first, second = self._sleeper(engine)
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt), interrupted_after(4):
            engine.runtime.build(request=request, progress=engine.sink, timeout_s=60)
        assert time.monotonic() - started < 6
        self.ends(first)
        assert processes(second) == []
        assert engine.runtime.find(build_key=request.key) is None

    def test_a_build_past_its_deadline_is_unavailable_and_not_carried_on(self, engine: Engine) -> None:
        request, first, second = self._sleeper(engine)
        started = time.monotonic()
        with pytest.raises(Unavailable, match="4 s"):
            engine.runtime.build(request=request, progress=engine.sink, timeout_s=4)
        assert time.monotonic() - started < 6
        self.ends(first)
        assert processes(second) == []

    def test_a_sink_that_raises_stops_the_build_too(self, engine: Engine) -> None:
        request, first, _ = self._sleeper(engine)

        class Cancelled(BaseException):
            pass

        class Sink:
            def report(self, *, progress: Progress) -> None:
                if "sleep" in progress.message:
                    raise Cancelled

        with pytest.raises(Cancelled):
            engine.runtime.build(request=request, progress=Sink(), timeout_s=60)
        self.ends(first)

    def test_the_same_content_in_another_checkout_hits_the_cache(self, engine: Engine, tmp_path: Path) -> None:
        text = f"FROM {BASE}\nWORKDIR /srv\nCOPY app.py .\nRUN echo {engine.mark}\n"
        (engine.folder / "app.py").write_text("print()\n")
        engine.build(text)
        other = tmp_path / "other" / "context"
        other.mkdir(parents=True)
        (other / "app.py").write_text("print()\n")
        (other / "app.py").chmod(0o600)
        os.utime(other / "app.py", (1, 1))
        engine.folder = other
        request = engine.request(text)
        engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        log = request.log_file.read_text()
        assert "CACHED" in log or "Using cache" in log
        assert not any(line.endswith(engine.mark) and "RUN" not in line for line in log.splitlines())

    def test_links_long_names_and_bits_arrive_as_they_are(self, engine: Engine) -> None:
        long = "/".join(["a-folder-with-a-long-name"] * 8)
        (engine.folder / long).mkdir(parents=True)
        (engine.folder / long / "file").write_text("long")
        (engine.folder / "run.sh").write_text("#!/bin/sh\necho it runs\n")
        (engine.folder / "run.sh").chmod(0o755)
        (engine.folder / "link").symlink_to("./run.sh")
        (engine.folder / "absolute").symlink_to("/etc/shadow")
        (engine.folder / "übung.txt").write_text("umlaut")
        os.mkfifo(engine.folder / "pipe")
        request = engine.request(
            f"FROM {BASE}\nWORKDIR /srv\nCOPY . .\n"
            f"RUN : {engine.mark}; ./run.sh && cat {long}/file *bung.txt"
            " && readlink link absolute && stat -c '%u:%g %a %Y' run.sh\n"
        )
        image = engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        log = request.log_file.read_text()
        for expected in ("it runs", "longumlaut", "./run.sh", "/etc/shadow", "0:0 755 315619200"):
            assert expected in log
        assert any("pipe" in warning for warning in image.warnings)

    def test_a_link_out_of_the_context_stays_a_link_or_is_left_out_with_a_warning(self, engine: Engine) -> None:
        (engine.folder / "out").symlink_to("../../etc/shadow")
        request = engine.request(
            f"FROM {BASE}\nWORKDIR /srv\nCOPY . .\nRUN : {engine.mark}; readlink out || echo none\n"
        )
        image = engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        kept = "../../etc/shadow" in request.log_file.read_text()
        assert kept is (image.builder == "buildkit")
        assert kept is not any("'out'" in warning for warning in image.warnings)

    def test_secrets_are_nowhere_in_what_a_build_or_a_container_said(self, engine: Engine, base: str) -> None:
        request = engine.request(f"FROM {BASE}\nRUN echo {engine.mark} it is {SECRET}; exit 1\n")
        with pytest.raises(StepError) as caught:
            engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        whole = f"{caught.value} {caught.value.failure} {request.log_file.read_text()} {engine.sink.seen}"
        assert SECRET not in whole
        assert "it is [redacted]" in whole
        container = engine.ended(engine.run(base, command=(*SHELL, f"echo {SECRET}")))
        assert engine.runtime.logs(container_id=container.id) == "[redacted]\n"

    def test_a_line_that_is_written_in_parts_is_in_the_log_as_one(self, engine: Engine, base: str) -> None:
        written = "printf 'web '; sleep 0.2; printf 'begins'; sleep 0.2; echo; echo listening"
        container = engine.ended(engine.run(base, command=(*SHELL, written)))
        assert engine.runtime.logs(container_id=container.id) == "web begins\nlistening\n"
        assert engine.runtime.logs(container_id=container.id, tail_lines=1) == "listening\n"

    def test_an_image_that_was_downloaded_is_never_taken_for_one_of_ours(self, engine: Engine) -> None:
        request = engine.request(f"FROM {BASE}\nRUN echo poisoned\n")
        image = engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        reference = engine.reference("poisoned")
        engine.runtime.tag(image_id=image.id, reference=reference)
        engine.runtime.push(reference=reference, progress=engine.sink, timeout_s=120)
        assert engine.runtime.find(build_key=request.key) is not None
        with self.vendor(engine) as vendor:
            vendor.images.remove(str(request.name))
            vendor.images.remove(str(reference))
        engine.runtime.pull(reference=reference, platform=None, progress=engine.sink, timeout_s=60)
        assert engine.runtime.find(build_key=request.key) is None

    def test_it_is_confined(self, engine: Engine, base: str) -> None:
        container = engine.ended(engine.run(base, command=("python3", "-c", _CONFINEMENT), user="10001:10001"))
        seen = json.loads(engine.runtime.logs(container_id=container.id))
        assert seen == {
            "user": 10001,
            "capabilities": "0000000000000000",
            "no_new_privileges": "1",
            "root": "Read-only file system",
            "memory": "written",
            "mode": "1777",
            "size": 64 * 1024 * 1024,
            "executes": 0,
            "limit": 64 * 1024 * 1024,
        }

    def test_running_out_of_memory_is_told_from_being_killed(self, engine: Engine, base: str) -> None:
        greedy = ("python3", "-c", "held = [bytearray(8 * 1024 * 1024) for _ in range(64)]")
        container = engine.ended(engine.run(base, command=greedy, resources=Resources(memory_bytes=48 * 1024 * 1024)))
        assert container.exit_code == 137
        assert container.oom_killed is self.tells_out_of_memory

    def test_containers_of_one_network_find_each_other_by_alias(self, engine: Engine, base: str) -> None:
        network = engine.name("net")
        engine.run(base, "one", network=network, alias="web", port=8000)
        program = (
            "import time, urllib.request, urllib.error\n"
            "for _ in range(100):\n"
            "    try:\n"
            "        print(urllib.request.urlopen('http://web:8000', timeout=5).status)\n"
            "        break\n"
            "    except urllib.error.URLError:\n"
            "        time.sleep(0.1)\n"
        )
        asking = engine.run(base, "two", network=network, command=("python3", "-c", program))
        engine.ended(asking)
        assert engine.runtime.logs(container_id=asking.id) == "200\n"

    @contextmanager
    def vendor(self, engine: Engine) -> Iterator[docker.DockerClient]:
        """The SDK itself, for what the port does not do."""
        client = docker.DockerClient(base_url=engine.runtime.describe().endpoint, timeout=60)
        try:
            yield client
        finally:
            client.close()

    def ends(self, mark: str) -> None:
        """Wait until no process has this text."""
        eventually(lambda: not processes(mark) or None, within_s=self.ends_within_s)

    def _sleeper(self, engine: Engine) -> tuple[BuildRequest, str, str]:
        """A build of two long instructions, and what their command lines hold."""
        first, second = f"sleep 8.{int(engine.mark, 16)}", f"sleep 9.{int(engine.mark, 16)}"
        return engine.request(f"FROM {BASE}\nRUN {first}\nRUN {second}\n"), first, second


_CONFINEMENT = """
import json, os, subprocess
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
def error(path):
    try:
        open(path, "w").write("x")
    except OSError as error:
        return error.strerror
    return "written"
def limit():
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        if os.path.exists(path):
            return int(open(path).read())
found = os.statvfs("/tmp")
open("/tmp/run.sh", "w").write("#!/bin/sh\\nexit 0\\n")
os.chmod("/tmp/run.sh", 0o755)
print(json.dumps({
    "user": os.getuid(),
    "capabilities": status["CapEff"].strip(),
    "no_new_privileges": status["NoNewPrivs"].strip(),
    "root": error("/srv/file"),
    "memory": error("/tmp/file"),
    "mode": oct(os.stat("/tmp").st_mode)[-4:],
    "size": found.f_blocks * found.f_frsize,
    "executes": subprocess.run(["/tmp/run.sh"]).returncode,
    "limit": limit(),
}))
"""
