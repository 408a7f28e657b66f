"""The table jvm.toml."""

from __future__ import annotations

from functools import cache

from tasks.knowledge import load
from tasks.models import Model


class Keys(Model):
    """Keys of configuration files, by what they say."""

    port: tuple[str, ...]
    address: tuple[str, ...]
    context: tuple[str, ...]
    management_port: tuple[str, ...]
    management_path: tuple[str, ...]
    web_type: tuple[str, ...]
    example: str


class PortVariable(Model):
    """The variables of the environment that a framework takes its port and its address from."""

    framework: str
    name: str
    address: str
    example: str


class NamedPort(Model):
    """What programs call the variable that they take their port from."""

    names: tuple[str, ...]
    example: str


class ConfiguredService(Model):
    """How a configuration names a service."""

    addresses: tuple[str, ...]
    kinds: tuple[str, ...]
    keys: tuple[str, ...]
    example: str


class Waits(Model):
    """What a program that does not listen waits for."""

    words: tuple[str, ...]
    packages: tuple[str, ...]
    patterns: tuple[str, ...]
    example: str


class GradleRuns(Model):
    """The releases of Java that a version of Gradle runs on."""

    since: str
    newest: int
    oldest: int
    example: str


class Compiles(Model):
    """The newest release of Java that a version of Scala or sbt compiles on."""

    tool: str
    since: str
    newest: int
    example: str


class Jvm(Model):
    """The whole table."""

    web: dict[str, tuple[str, ...] | str]
    ends: dict[str, tuple[str, ...] | str]
    keys: Keys
    port_variable: tuple[PortVariable, ...]
    named_port: NamedPort
    service: dict[str, ConfiguredService]
    waits: Waits
    gradle: tuple[GradleRuns, ...]
    compiles: tuple[Compiles, ...]

    def listening_packages(self, framework: str) -> tuple[str, ...]:
        """The packages without one of which the framework listens on nothing; empty where it always listens."""
        found = self.web.get(framework, ())
        return found if isinstance(found, tuple) else ()


@cache
def jvm() -> Jvm:
    """The validated table."""
    return Jvm.model_validate(dict(load("jvm")))
