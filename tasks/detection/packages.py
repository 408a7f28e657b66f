"""What dependencies need beside themselves: Debian packages, and services to talk to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from pydantic import Field, TypeAdapter

from tasks.detection.evidence import DEPENDENCY, WEAK, about, say
from tasks.detection.reading import FROM_GIT, Dependency, Reading
from tasks.knowledge import load
from tasks.models import Evidence, Model


class SystemPackages(Model):
    """A row of system_packages.toml."""

    packages: tuple[str, ...]
    unless_extras: tuple[str, ...] = ()
    with_extras: tuple[str, ...] = ()
    build: tuple[str, ...]
    runtime: tuple[str, ...]
    example: str


class BackingService(Model):
    """A row of backing_services.toml."""

    clients: dict[str, tuple[str, ...]]
    """Packages that talk to the service, by language; one with [extra] only where that extra is asked for."""
    brought: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    """Of a language's clients those that a frozen list names for another one's sake, where one of these stands too."""
    schemes: tuple[str, ...] = ()
    """Of addresses, as programs write them."""
    drivers: tuple[str, ...] = ()
    """Names by which frameworks' settings choose it."""
    calls: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Methods by which programs of a language choose it."""
    servers: tuple[str, ...] = ()
    """Programs that are the service, which nobody starts beside an application but those who write it."""
    is_chosen: bool = False
    """Whether it is one of those databases of which a program keeps its data in the one that its settings choose."""
    images: tuple[str, ...]
    example: str


class _BackingServices(Model):
    service: dict[str, BackingService]


@cache
def backing_services() -> dict[str, BackingService]:
    """All services, by name."""
    return _BackingServices.model_validate(load("backing_services")).service


@cache
def _system_packages() -> dict[str, tuple[SystemPackages, ...]]:
    return TypeAdapter(dict[str, tuple[SystemPackages, ...]]).validate_python(dict(load("system_packages")))


@cache
def needing(language: str) -> frozenset[str]:
    """Dependencies of the language that need Debian packages."""
    return frozenset(name for row in _system_packages().get(language, ()) for name in row.packages)


@cache
def clients_of(language: str) -> frozenset[str]:
    """Everything that talks to a service in programs of the language."""
    return frozenset(name for row in backing_services().values() for name in row.clients.get(language, ()))


def packages_for(reading: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Debian packages for the build stage and for the running application, sorted."""
    build: set[str] = set()
    runtime: set[str] = set()
    for row in _system_packages().get(reading.language, ()):
        dependency = reading.depends_on(*row.packages)
        if dependency and _counts(row, frozenset(dependency.extras)):
            build |= set(row.build)
            runtime |= set(row.runtime)
    if any(FROM_GIT in each.extras for each in reading.dependencies):
        build.add("git")
    return tuple(sorted(build)), tuple(sorted(runtime))


def _counts(row: SystemPackages, extras: frozenset[str]) -> bool:
    return not extras & set(row.unless_extras) and (not row.with_extras or bool(extras & set(row.with_extras)))


def service_evidence(reading: Reading) -> Iterator[Evidence]:
    """The services whose clients are declared."""
    for name, service in backing_services().items():
        clients = frozenset(service.clients.get(reading.language, ()))
        companions = service.brought.get(reading.language, {}).items()
        brought = {client for client, others in companions if _client(reading, frozenset(others))}
        dependency = _client(reading, clients - brought)
        if dependency:
            yield say("backing_services", name, dependency.file, "dependency.client", DEPENDENCY, dependency.line)


def services_of(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """The services that are said, sorted; of databases with a declared driver those that a file chooses, if any."""
    said = about(evidence, "backing_services")
    chosen = {each.value for each in said if each.rule != "dependency.client" and each.confidence > WEAK}
    databases = {name for name, service in backing_services().items() if service.is_chosen}
    unchosen = databases - chosen if databases & chosen else frozenset()
    return tuple(sorted({each.value for each in said} - unchosen))


def _client(reading: Reading, clients: frozenset[str]) -> Dependency | None:
    for each in reading.dependencies:
        if each.name in clients or any(f"{each.name}[{extra}]" in clients for extra in each.extras):
            return each
    return None


def service_of_image(image: str) -> str | None:
    """The service that an image of this name provides."""
    last = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    return next((name for name, service in backing_services().items() if last in service.images), None)


def service_of_server(command: str) -> str | None:
    """The service whose own server the command starts."""
    program = command.split(" ", 1)[0].rpartition("/")[2].lower()
    return next((name for name, service in backing_services().items() if program in service.servers), None)
