"""The stable address of an application: a container that forwards to the live release.

It is started from a plain Python image with the program of `forwarder.py` as an argument, so that nothing is built. Its
target is a file inside it: writing that file is the switch, and reading it tells which release is live. The container
is not read-only, because an engine refuses to put files into one that is.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from importlib import resources

from adapters.deadline import Deadline
from adapters.engine_target.pace import Pace
from adapters.engine_target.record import stem
from tasks.errors import Invalid, Rejected
from tasks.models import (
    Application,
    Container,
    ContainerSpec,
    Failure,
    Label,
    Resources,
    Setting,
    label_value,
)
from tasks.models.labels import APPLICATION, NAMESPACE, PUBLISHED_PORT, ROLE, SPEC
from tasks.ports import ContainerRuntime

TARGET_FILE = "/tmp/containerkit-target"  # noqa: S108 - inside the gateway's own container
STATE_FILE = "/tmp/containerkit-state"  # noqa: S108 - the same
_PORT = 8080
_USER = "10001:10001"
_MEMORY_BYTES = 256 * 1024 * 1024
_TARGET = re.compile(rb"r(\d+):\d+ [0-9a-f]+\n")


def gateway_name(application: Application) -> str:
    """The name of the gateway in use."""
    return f"{stem(application)}-gateway"


def next_gateway_name(application: Application) -> str:
    """The name of a gateway that will replace it."""
    return f"{stem(application)}-gateway-next"


def alias(number: int) -> str:
    """The name of a release in its application's network."""
    return f"r{number}"


class Gateways:
    """Starts, points and replaces gateways."""

    def __init__(self, *, runtime: ContainerRuntime, image: str, network_prefix: str, pace: Pace) -> None:
        self._runtime = runtime
        self._image = image
        self._network_prefix = network_prefix
        self._pace = pace

    def network(self, application: Application) -> str:
        """The network that only this application's containers are in."""
        return f"{self._network_prefix}-{stem(application)}"

    def release_number(self, gateway: Container, deadline: Deadline) -> int | None:
        """The release that it forwards to; None when it was never told."""
        match = _TARGET.fullmatch(self._read(gateway, deadline))
        return int(match[1]) if match else None

    def is_current(self, gateway: Container, published_port: int) -> bool:
        """Whether it is as a new one would be, and runs."""
        spec = self._spec(Application(name=gateway.application, namespace=_namespace(gateway)), published_port)
        return gateway.state == "running" and label_value(gateway.labels, SPEC) == label_value(spec.labels, SPEC)

    def point(
        self,
        *,
        gateway: Container | None,
        application: Application,
        target: str,
        published_port: int,
        deadline: Deadline,
    ) -> Container:
        """A gateway on this port that has taken note of its target; another one of ours is replaced.

        With another port the new gateway answers before the former one ends. With the same port there is a moment
        without any; that happens only when containerkit itself or the gateway's image has changed.
        """
        spec = self._spec(application, published_port)
        if gateway and label_value(gateway.labels, SPEC) == label_value(spec.labels, SPEC):
            if gateway.state != "running":
                gateway = self._runtime.start(container_id=gateway.id, timeout_s=deadline.left_s())
            return self._told(gateway, target, deadline)
        if gateway and label_value(gateway.labels, PUBLISHED_PORT) != str(published_port):
            new = self._started(spec.changed(name=next_gateway_name(application)), target, deadline)
            self._runtime.remove(container_id=gateway.id, timeout_s=deadline.left_s())
            self._runtime.rename(container_id=new.id, name=spec.name, timeout_s=deadline.left_s(10))
            return new
        if gateway:
            self._runtime.remove(container_id=gateway.id, timeout_s=deadline.left_s())
        return self._started(spec, target, deadline)

    def drain(self, gateway: Container) -> int:
        """Wait until former releases have no conversations left; how many there still are when time is up."""
        deadline = Deadline(self._pace.drain_s)
        while (left := self._conversations(gateway, self._read(gateway, deadline), deadline)) and not deadline.passed:
            time.sleep(self._pace.poll_s)
        return left or 0

    def _told(self, gateway: Container, target: str, deadline: Deadline) -> Container:
        """The gateway, once it has taken note of this target; it keeps its former one when it does not."""
        former = self._read(gateway, deadline)
        # told apart from every earlier writing: what a stopped gateway once confirmed is still there when it starts
        content = f"{target} {time.time_ns():x}\n".encode()
        self._write(gateway, content, deadline)
        notice = Deadline(self._pace.notice_s)
        while self._conversations(gateway, content, deadline) is None:
            if notice.passed:
                if former:
                    self._write(gateway, former, deadline)
                raise self._not_working(gateway, deadline)
            time.sleep(self._pace.poll_s / 2)
        return gateway

    def _write(self, gateway: Container, content: bytes, deadline: Deadline) -> None:
        self._runtime.write(container_id=gateway.id, path=TARGET_FILE, content=content, timeout_s=deadline.left_s(10))

    def _started(self, spec: ContainerSpec, target: str, deadline: Deadline) -> Container:
        """A new gateway; none is left when it does not work."""
        try:
            new = self._runtime.run(spec=spec, variables=(), timeout_s=deadline.left_s())
        except Invalid as error:
            raise Invalid(
                f"{spec.application.name} cannot have the address 127.0.0.1:{spec.published_port}: {error.message}",
                hint="choose another port with --publish PORT" if "port" in error.message else error.hint,
            ) from error
        try:
            return self._told(new, target, deadline)
        except Rejected:
            self._runtime.remove(container_id=new.id, timeout_s=deadline.left_s())
            raise

    def _read(self, gateway: Container, deadline: Deadline) -> bytes:
        return self._runtime.read(container_id=gateway.id, path=TARGET_FILE, timeout_s=deadline.left_s(10)) or b""

    def _conversations(self, gateway: Container, content: bytes, deadline: Deadline) -> int | None:
        """How many are left with others than this target; None before the gateway knows of it."""
        state = self._runtime.read(container_id=gateway.id, path=STATE_FILE, timeout_s=deadline.left_s(10))
        seen, _, left = (state or b"").strip().rpartition(b" ")
        return int(left) if seen == content.strip() and left.isdigit() else None

    def _not_working(self, gateway: Container, deadline: Deadline) -> Rejected:
        log = self._runtime.logs(container_id=gateway.id, tail_lines=50, timeout_s=deadline.left_s(10))
        message = f"the gateway {gateway.name} did not take note of its target within {self._pace.notice_s:.0f} s"
        return Rejected(
            message,
            hint=f"its image, {self._image}, must have Python 3.11 or newer; what it printed is in the failure's log",
            failure=Failure(step="deploy", message=message, log_tail=log, container_state=gateway.state),
        )

    def _spec(self, application: Application, published_port: int) -> ContainerSpec:
        program = resources.files(__package__).joinpath("forwarder.py").read_text(encoding="utf-8")
        spec = ContainerSpec(
            name=gateway_name(application),
            application=application,
            kind="web",
            image=self._image,
            command=("python", "-I", "-c", program, "0.0.0.0", str(_PORT), TARGET_FILE, STATE_FILE),  # noqa: S104 - inside its container
            # a name that is gone for a moment must not be asked for at name servers outside
            settings=(Setting(name="RES_OPTIONS", value="timeout:1 attempts:1"),),
            port=_PORT,
            published_port=published_port,
            user=_USER,
            read_only=False,
            resources=Resources(memory_bytes=_MEMORY_BYTES),
            network=self.network(application),
        )
        digest = hashlib.sha256(json.dumps(spec.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()
        labels = {
            APPLICATION: application.name,
            NAMESPACE: application.namespace,
            ROLE: "gateway",
            SPEC: digest,
            PUBLISHED_PORT: str(published_port),
        }
        return spec.changed(labels=tuple(Label(key=key, value=value) for key, value in labels.items()))


def _namespace(container: Container) -> str:
    return label_value(container.labels, NAMESPACE) or "default"
