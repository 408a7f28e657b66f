"""What is recorded about a release, and where: in the name and the labels of its container.

Names say how far a release has come, because a name is all that an engine lets us change:

    shop-r3-candidate   not yet ready             shop-r3-restoring   a former release on its way back
    shop-r3             was live, or is           shop-r3-failed      did not become ready
    shop-gateway        the stable address        shop-gateway-next   the gateway that will replace it

In a namespace other than `default` they begin with it and a dot. Labels say what does not change.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Literal

from tasks.errors import Invalid
from tasks.models import Application, Container, ContainerSpec, Label, Model, Variable, label_value
from tasks.models.labels import (
    APPLICATION,
    COMMIT,
    NAMESPACE,
    RELEASE,
    ROLE,
    SOURCE,
    SPEC,
    SPEC_TEXT,
    VARIABLES,
    VERSION,
)
from tasks.models.release import DeployRequest

Mark = Literal["candidate", "restoring", "failed", "none"]

_MARKS: tuple[Mark, ...] = ("candidate", "restoring", "failed", "none")
_NOT_PART_OF_A_RELEASE = {
    # decided by the target, or about how the value came about
    "name", "application", "network", "alias", "labels", "reused", "not_needed", "warnings",
}  # fmt: skip
_THE_GATEWAYS = "published_port"
# more than a label should cost nobody, and too slow to try every short password
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**12, 8, 1


class Recorded(Model):
    """A release, as its container tells it."""

    container: Container
    number: int
    mark: Mark
    spec: ContainerSpec

    @property
    def running(self) -> bool:
        """Whether it runs now."""
        return self.container.state == "running"

    @property
    def may_run(self) -> bool:
        """Whether it runs now, or its engine will see to it."""
        return self.container.state in {"running", "restarting", "paused"}

    @property
    def completed(self) -> bool:
        """Whether it is a job that has done its work."""
        return self.spec.kind == "job" and self.container.state == "exited" and self.container.exit_code == 0

    @property
    def started(self) -> float:
        """When it was last started, in seconds of the engine's clock."""
        return seconds(self.container.started or self.container.created)

    def label(self, key: str) -> str | None:
        """One of its labels."""
        return label_value(self.container.labels, key)


def stem(application: Application) -> str:
    """What the names of all its containers begin with."""
    return application.name if application.namespace == "default" else f"{application.namespace}.{application.name}"


def release_name(application: Application, number: int, mark: Mark) -> str:
    """The name of a release that has come this far."""
    suffix = "" if mark == "none" else f"-{mark}"
    return f"{stem(application)}-r{number}{suffix}"


def recorded(container: Container) -> Recorded:
    """What the container of a release tells. Raises Invalid when its labels are not as we write them."""
    namespace = label_value(container.labels, NAMESPACE) or "default"
    try:
        application = Application(name=container.application, namespace=namespace)
        number = int(label_value(container.labels, RELEASE) or "")
        fields = _fields(label_value(container.labels, SPEC_TEXT) or "")
        spec = ContainerSpec.model_validate({**fields, "name": application.name, "application": application})
    except (ValueError, TypeError) as error:
        raise Invalid(
            f"the container {container.name} bears our label, but not what we record of a release",
            hint=f"look at it with `docker inspect {container.name}`, and remove it if it is not needed",
        ) from error
    names = {release_name(application, number, mark): mark for mark in _MARKS}
    return Recorded(container=container, number=number, mark=names.get(container.name, "none"), spec=spec)


def release_labels(
    request: DeployRequest, spec: ContainerSpec, number: int, variables: tuple[Variable, ...]
) -> tuple[Label, ...]:
    """All that will be known about the release later."""
    application = spec.application
    values = {
        APPLICATION: application.name,
        NAMESPACE: application.namespace,
        ROLE: "release",
        RELEASE: str(number),
        SOURCE: request.source,
        COMMIT: request.commit,
        VERSION: request.version,
        SPEC: spec_hash(spec),
        SPEC_TEXT: spec_text(spec),
        VARIABLES: variables_digest(application, variables),
    }
    return tuple(Label(key=key, value=value) for key, value in values.items() if value is not None)


def spec_text(spec: ContainerSpec) -> str:
    """The spec as canonical JSON, without what belongs to one container only."""
    return _canonical(spec, _NOT_PART_OF_A_RELEASE)


def spec_hash(spec: ContainerSpec) -> str:
    """Equal for specs that need no new release: the port on the host is the gateway's."""
    return hashlib.sha256(_canonical(spec, {*_NOT_PART_OF_A_RELEASE, _THE_GATEWAYS}).encode()).hexdigest()


def variables_digest(application: Application, variables: tuple[Variable, ...]) -> str:
    """Equal for equal values, and of no use to whoever reads the label."""
    if not variables:
        return "none"
    values = sorted((each.name, each.value.get_secret_value()) for each in variables)
    salt = hashlib.sha256(stem(application).encode()).digest()
    content = json.dumps(values).encode()
    return hashlib.scrypt(content, salt=salt, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P, dklen=16).hex()


def differences(former: ContainerSpec, wanted: ContainerSpec) -> tuple[str, ...]:
    """One line for each part in which they differ."""
    before, after = (json.loads(spec_text(each)) for each in (former, wanted))
    return tuple(
        f"{field}: {_shown(before.get(field))} → {_shown(after.get(field))}"
        for field in sorted(before.keys() | after.keys())
        if before.get(field) != after.get(field)
    )


def seconds(time: str) -> float:
    """An RFC 3339 time as a number: engines write fractions of different length, which do not sort as text."""
    return datetime.fromisoformat(time).timestamp()


def _fields(text: str) -> dict[str, object]:
    """What the label says of a spec; what another version of ours recorded besides is not needed."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise TypeError(text)
    return {key: value for key, value in found.items() if key in ContainerSpec.model_fields}


def _canonical(spec: ContainerSpec, without: set[str]) -> str:
    return json.dumps(spec.model_dump(mode="json", exclude=without), sort_keys=True, separators=(",", ":"))


def _shown(node: object) -> str:
    if node is None:
        return "none"
    return node if isinstance(node, str) else json.dumps(node, sort_keys=True)
