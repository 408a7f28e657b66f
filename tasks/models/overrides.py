"""What the user knows better than detection, and where they said it."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from tasks.models.model import Form, Model, Name
from tasks.models.profile import Kind
from tasks.models.provision import DebianPackage, Resources, Setting

_JAVASCRIPT = Literal["npm", "yarn", "pnpm", "bun", "deno"]
_PYTHON = Literal["pip", "uv", "poetry", "pdm", "pipenv", "conda"]
_OTHERS = Literal["go", "maven", "gradle", "sbt", "nuget", "bundler", "composer", "cargo", "mix"]
PackageManager = Literal[_JAVASCRIPT, _PYTHON, _OTHERS]
_VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,80}$")]
_Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
_UNITS = {"Mi": 2**20, "Gi": 2**30, "M": 10**6, "G": 10**9}
_BYTES = r"^[1-9]\d{0,5}(Mi|Gi|M|G)$"
_LEAST = Resources(cpu_millicores=10, memory_bytes=4 * 2**20)


def _settings(value: object) -> object:
    """A table of names and texts as a list of settings; a list of settings as it is."""
    if not isinstance(value, dict):
        return value
    for name, text in value.items():
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,80}", name):
            raise ValueError("a variable's name holds letters, digits and _ only")
        if not isinstance(text, str):
            raise ValueError(f"{name} must be a text: put it in quotation marks")  # noqa: TRY004 - pydantic's own
        if name == "PORT":
            raise ValueError("PORT follows from the field port: set that one")
    return tuple(Setting(name=name, value=text) for name, text in sorted(value.items()))


class Limits(Model):
    """Upper limits as people write them. What is left out stays as it is."""

    cpu: Annotated[str, StringConstraints(pattern=r"^([1-9]\d{1,5}m|\d{1,3}(\.\d{1,3})?)$")] | None = None
    """Cores, such as "0.5" or "500m"."""
    memory: Annotated[str, StringConstraints(pattern=_BYTES)] | None = None
    disk: Annotated[str, StringConstraints(pattern=_BYTES)] | None = None

    @model_validator(mode="after")
    def _large_enough(self) -> Self:
        if (
            self._cpu_millicores < _LEAST.cpu_millicores
            or _bytes(self.memory, _LEAST.memory_bytes) < _LEAST.memory_bytes
        ):
            raise ValueError("nothing can run with less than 10m of cpu or 4Mi of memory")
        return self

    @property
    def resources(self) -> Resources:
        """The same as numbers."""
        usual = Resources()
        return Resources(
            cpu_millicores=self._cpu_millicores,
            memory_bytes=_bytes(self.memory, usual.memory_bytes),
            ephemeral_bytes=_bytes(self.disk, usual.ephemeral_bytes),
        )

    @property
    def _cpu_millicores(self) -> int:
        if self.cpu is None:
            return Resources().cpu_millicores
        number, milli, _ = self.cpu.partition("m")
        return int(number) if milli else round(float(number) * 1000)


class _Basics(Model):
    """What a form and a file can both say."""

    name: Name | None = Field(
        default=None, title="Name", description="The application's name on the target: lower-case letters, digits, -"
    )
    port: int | None = Field(
        default=None, ge=1, le=65535, title="Port", description="The port that the application listens on"
    )
    start: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,500}$")] | None = Field(
        default=None, title="Start command", description="The command that starts the application"
    )
    build: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,500}$")] | None = Field(
        default=None, title="Build command", description="The command that builds the application"
    )
    health: Annotated[str, StringConstraints(pattern=r"^/[^\x00-\x20\x7f]{0,200}$")] | None = Field(
        default=None, title="Health path", description="The path that answers 2xx when the application is well"
    )


class Overrides(_Basics, Form):
    """What you know better than detection. Leave empty what was found right."""


class Pins(_Basics):
    """The same and the rest, as a file says it. Every field is optional."""

    kind: Kind | None = Field(default=None, description="web, worker, job, static or library")
    language_version: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,60}$")] | None = Field(
        default=None, description="The release of the language, or a range"
    )
    framework: _Word | None = Field(default=None, description="The framework")
    package_manager: PackageManager | None = Field(default=None, description="The package manager")
    static_folder: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.][A-Za-z0-9_./-]{0,200}$")] | None = Field(
        default=None, description="The folder that a static site is served from"
    )
    backing_services: tuple[_Word, ...] | None = Field(default=None, description="What it talks to, all of it")
    build_packages: tuple[DebianPackage, ...] = Field(default=(), description="Further Debian packages for the build")
    runtime_packages: tuple[DebianPackage, ...] = Field(
        default=(), description="Further Debian packages for the running application"
    )
    environment: Annotated[tuple[Setting, ...], BeforeValidator(_settings)] = Field(
        default=(), description="Variables with a default that is no secret"
    )
    required_variables: tuple[_VariableName, ...] = Field(default=(), description="Variables it cannot do without")
    resources: Limits | None = Field(default=None, description="Limits of cpu, memory and disk")


class Place(Model):
    """Where a field was set."""

    field: str
    file: str
    line: int | None = None


class Pinned(Model):
    """Overrides for one component, and where each was read."""

    component: str | None = None
    """Its name or folder; None is the chosen one."""
    values: Pins
    places: tuple[Place, ...] = ()

    def place(self, field: str) -> Place:
        """Where the field was set; the table itself is the field ""."""
        found = next((each for each in self.places if each.field == field), None)
        return found or Place(field=field, file="command line")


def _bytes(text: str | None, usual: int) -> int:
    match = re.fullmatch(r"(\d+)([A-Za-z]+)", text or "")
    return int(match[1]) * _UNITS[match[2]] if match else usual
