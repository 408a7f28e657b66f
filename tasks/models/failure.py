"""What went wrong, and what may be done about it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tasks.models.model import Model, StepName
from tasks.models.provision import DebianPackage

AdviceVerdict = Literal["auto", "transient", "needs_human"]
_ONE_LINE = r"^[^\x00-\x1f\x7f]{1,500}$"


class AddSystemPackages(Model):
    """Install Debian packages: to compile (build) or to run (runtime)."""

    type: Literal["add_system_packages"] = "add_system_packages"
    packages: tuple[DebianPackage, ...] = Field(min_length=1, max_length=20)
    stage: Literal["build", "runtime"]


class SetStartCommand(Model):
    """Start the application with this command."""

    type: Literal["set_start_command"] = "set_start_command"
    command: str = Field(pattern=_ONE_LINE)


class SetPort(Model):
    """The port that the application really listens on."""

    type: Literal["set_port"] = "set_port"
    port: int = Field(ge=1, le=65535)


class SetBindAddress(Model):
    """Tell the application to listen on every address."""

    type: Literal["set_bind_address"] = "set_bind_address"
    address: Literal["0.0.0.0", "::"] = "0.0.0.0"  # noqa: S104 - inside a container, behind a published loopback port


class SetRuntimeVersion(Model):
    """Use another release of the language."""

    type: Literal["set_runtime_version"] = "set_runtime_version"
    version: str = Field(pattern=r"^[0-9]+(\.[0-9]+){0,2}$")


class AddWritableMount(Model):
    """Give the application a path that it may write to."""

    type: Literal["add_writable_mount"] = "add_writable_mount"
    path: str = Field(pattern=r"^/[A-Za-z0-9._/-]{1,200}$")


class SetResources(Model):
    """Raise the memory limit."""

    type: Literal["set_resources"] = "set_resources"
    memory_bytes: int = Field(ge=16 * 1024 * 1024, le=4 * 1024 * 1024 * 1024)


Amendment = Annotated[
    AddSystemPackages
    | SetStartCommand
    | SetPort
    | SetBindAddress
    | SetRuntimeVersion
    | AddWritableMount
    | SetResources,
    Field(discriminator="type"),
]
"""The closed set of things that may be changed without a person. Never a shell string, never a weaker policy."""


class Failure(Model):
    """The evidence of one failed attempt. Text is redacted before it gets here."""

    step: StepName
    message: str
    command: str | None = None
    exit_code: int | None = None
    first_error: str | None = None
    log_tail: str = ""
    whole_log: str | None = None
    """Where all of the log can be read: a file, or the command that prints it."""
    oom_killed: bool = False
    container_state: str | None = None
    events: tuple[str, ...] = ()
    architecture: str | None = None
    user: str | None = None
    port: int | None = None
    memory_bytes: int | None = None
    """The limit that was in force."""
    dockerfile: str | None = None
    earlier: tuple[str, ...] = ()
    """Messages of the attempts before this one, oldest first."""
    tried: tuple[Amendment, ...] = ()
    """What was changed before this attempt: an advisor that has nothing else to say should say something else."""


class Advice(Model):
    """What an advisor says about a failure."""

    error_class: str = "unknown"
    """One of the published error classes."""
    cause: str = ""
    verdict: AdviceVerdict
    hint: str
    amendment: Amendment | None = None
    confidence: float = Field(ge=0, le=1)
    evidence_lines: tuple[str, ...] = ()
    rule: str | None = None
    """The id of the knowledge row, when one spoke."""
    ends_waiting: bool = False
    """What says this while it starts will never be ready."""


class AppliedAmendment(Model):
    """A repair that was tried, and on whose word."""

    step: StepName
    amendment: Amendment
    cause: str
    rule: str | None = None
