"""Kind, port, address and health path of a program on the JVM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.detection.commands import EVERY_ADDRESS, LOOPBACK
from tasks.detection.environment import Read
from tasks.detection.evidence import CONFIGURATION, CONVENTION, DEPENDENCY, SOURCE, WEAK, line_of, say
from tasks.detection.frameworks import Framework
from tasks.detection.health import health_rank
from tasks.detection.java.configuration import Configuration
from tasks.detection.java.entries import Entry
from tasks.detection.java.knowledge import jvm
from tasks.detection.java.program import Program
from tasks.detection.java.project import QuarkusBuild, matches
from tasks.detection.java.quarkus import health_path
from tasks.detection.java.source import Listen, SourceFile
from tasks.detection.java.sources import Constant, Sources
from tasks.detection.reading import Dependency
from tasks.models import Evidence

_FREE_PORT = 8080
_PORT = re.compile(r"[1-9]\d{1,4}")
_GUARDED = re.compile(r"SecurityFilterChain|WebSecurityConfigurerAdapter|SecurityWebFilterChain")
_OPEN = re.compile(
    r"actuator|EndpointRequest|/health|anyRequest\(\)\s*\.\s*permitAll|anyExchange\(\)\s*\.\s*permitAll|/\*\*\"\s*\)\s*\.\s*permitAll"
)


@dataclass(frozen=True, slots=True)
class Application:
    """A module as far as it is understood."""

    manifest: str
    dependencies: tuple[Dependency, ...]
    framework: tuple[Framework, Dependency] | None
    sources: Sources
    configuration: Configuration
    quarkus: QuarkusBuild | None = None
    constants: dict[str, Constant] = field(default_factory=dict)
    """Ports by names that the files with the calls do not explain."""

    @property
    def name(self) -> str:
        """The framework's name; empty without one."""
        return self.framework[0].name if self.framework else ""

    def depends_on(self, *names: str) -> Dependency | None:
        """The first dependency of one of these names; one that ends in "*" is a prefix."""
        return next((each for each in self.dependencies if any(matches(each.name, name) for name in names)), None)

    def listening(self) -> list[tuple[SourceFile, Listen]]:
        """The calls that listen."""
        return [(each, listen) for each in self.sources.files for listen in each.listens]


def serves(app: Application) -> tuple[str, int | None] | None:
    """File and line of what shows that the module listens; None when nothing does."""
    kind = app.configuration.first(jvm().keys.web_type)
    if kind and kind.resolved.lower() == "none" and kind.profile is None:
        return None
    if app.framework and app.framework[0].kind == "web":
        row, shown = app.framework
        needed = jvm().listening_packages(row.name)
        dependency = app.depends_on(*needed) if needed else shown
        if dependency:
            return dependency.file, dependency.line
        controller = next((each for each in app.sources.files if each.controller), None)
        if controller:
            return controller.path, 1
    return next(((each.path, listen.line) for each, listen in _for_others(app)), None)


def _for_others(app: Application) -> list[tuple[SourceFile, Listen]]:
    """The calls that listen, unless all do on the loopback address of a program that waits for something else."""
    found = app.listening()
    aside = all(listen.host in LOOPBACK for _, listen in found) and any(each.waits for each in app.sources.files)
    return [] if aside else found


def application_evidence(app: Application, program: Program | None) -> Iterator[Evidence]:
    """Framework, kind, port, address and health path."""
    if app.framework:
        row, dependency = app.framework
        yield say("framework", row.name, dependency.file, "jvm.dependency", DEPENDENCY, dependency.line)
    served = serves(app)
    if app.framework and app.framework[0].kind == "library":
        yield say("kind", "library", app.framework[1].file, f"jvm.{app.name}", SOURCE, app.framework[1].line)
    elif program is None:
        yield say("kind", "library", app.manifest, "jvm.no_program", WEAK, 1)
    elif served or program.command == "catalina.sh run":
        file, line = served or (program.file, program.line)
        yield say("kind", "web", file, "jvm.listens", SOURCE, line)
        yield from _ports(app, program)
        yield from _addresses(app)
        yield from _health(app)
    else:
        yield from _program(app, program)


def _program(app: Application, program: Program) -> Iterator[Evidence]:
    """A program that does not listen: none when it opens windows, a worker when it waits for something, else a job."""
    waiting = next((each for each in app.sources.files if each.waits), None)
    window = _window(app, program)
    if window and window.window:
        yield say("kind", "library", window.path, "jvm.desktop", SOURCE, window.window)
    elif waiting and waiting.waits:
        yield say("kind", "worker", waiting.path, "jvm.waits", SOURCE - 0.1, waiting.waits[1])
    elif messaging := app.depends_on(*jvm().waits.packages):
        yield say("kind", "worker", messaging.file, "jvm.messaging", CONVENTION, messaging.line)
    else:
        yield say("kind", "job", program.file, "jvm.program_ends", WEAK, program.line)


def _window(app: Application, program: Program) -> SourceFile | None:
    """What opens windows: the program's own file, or another one where nothing hears messages from elsewhere."""
    if program.source and program.source.window:
        return program.source
    hears = any(each.waits and each.waits[0] in jvm().waits.words for each in app.sources.files)
    return None if hears else next((each for each in app.sources.files if each.window), None)


def _ports(app: Application, program: Program) -> Iterator[Evidence]:
    if program.command == "catalina.sh run":
        yield say("port", 8080, program.file, "jvm.tomcat_default", CONVENTION, program.line)
        return
    for each in app.configuration.find(jvm().keys.port):
        if each.key == "http.port" and app.name not in {"play", "http4s", "akka-http", ""}:
            continue
        if _PORT.fullmatch(each.resolved):
            yield say("port", each.resolved, each.file, "jvm.configuration", each.confidence, each.line)
        elif re.fullmatch(r"\$\{\??PORT\}", each.value):
            yield say("port", _FREE_PORT, each.file, "jvm.port_variable", CONVENTION, each.line)
    if app.name not in {"spring-boot", "quarkus", "micronaut"}:
        yield from _called_ports(app, program)
    if app.framework and app.framework[0].port:
        yield say(
            "port", app.framework[0].port, app.framework[1].file, f"jvm.{app.name}_default", WEAK, app.framework[1].line
        )


def _called_ports(app: Application, program: Program) -> Iterator[Evidence]:
    """Those of the calls that listen."""
    for source, listen in app.listening():
        asked = next((each for each in app.configuration.find(listen.keys) if _PORT.fullmatch(each.resolved)), None)
        if asked:
            yield say("port", asked.resolved, asked.file, "jvm.asked_port", SOURCE + 0.01, asked.line)
        named = next((app.constants[name] for name in listen.names if name in app.constants), None)
        if named:
            yield say("port", named.port, named.file, "jvm.named_port", SOURCE - 0.03, named.line)
        if listen.port:
            weight = SOURCE if program.source is None or source is program.source else SOURCE - 0.02
            yield say("port", listen.port, source.path, "jvm.listens", weight, listen.line)
        elif listen.variable:
            yield say("port", _FREE_PORT, source.path, "jvm.port_variable", CONVENTION, listen.line)


def _addresses(app: Application) -> Iterator[Evidence]:
    entry = app.configuration.first(jvm().keys.address)
    if entry and entry.resolved in LOOPBACK and entry.confidence >= CONFIGURATION - 0.01:
        yield say("bind_address", EVERY_ADDRESS, entry.file, "jvm.configuration", CONFIGURATION, entry.line)


def port_variables(app: Application) -> tuple[str, ...]:
    """Variables that the sources read for the port, or name in quotes as such."""
    read = [listen.variable for _, listen in app.listening() if listen.variable]
    wanted = ("PORT", *jvm().named_port.names)
    named = [name for name in wanted if any(f'"{name}"' in each.text for each in app.sources.files)]
    return tuple(dict.fromkeys((*read, *named)))


def port_reads(app: Application, given: frozenset[str]) -> Iterator[Read]:
    """The variables for the port that the sources name and a file of variables gives: something reads them for both."""
    for name in port_variables(app):
        quoted = f'"{name}"'
        place = next((each for each in app.sources.files if quoted in each.text), None)
        if place and name in given:
            yield Read(name, place.path, line_of(place.text, quoted) or 1)


def loopback_warnings(app: Application) -> Iterator[str]:
    """A sentence for each call that listens on this machine only, which no setting changes."""
    for source, listen in app.listening() if serves(app) else ():
        if listen.host in LOOPBACK:
            place = f"{source.path}, line {listen.line}"
            yield f"{place}: it listens on {listen.host}, where nothing outside its container can reach it"


def _health(app: Application) -> Iterator[Evidence]:
    entry = app.configuration.first(jvm().keys.context)
    context = "" if entry is None or not entry.resolved.strip("/") else f"/{entry.resolved.strip('/')}"
    yield from _framework_health(app, context)
    for source in app.sources.files:
        for route, line in source.routes:
            rank = health_rank(route)
            if rank is not None:
                yield say("health_path", f"{context}{route}", source.path, "jvm.route", SOURCE - rank / 1000, line)


def _framework_health(app: Application, context: str) -> Iterator[Evidence]:
    """The health endpoint that a dependency brings, where it is on the application's port and open to all."""
    if app.name == "spring-boot":
        actuator = app.depends_on("org.springframework.boot:spring-boot-starter-actuator")
        port = app.configuration.first(jvm().keys.management_port)
        if actuator is None or (port and port.resolved and not _is_own_port(app, port)) or _is_guarded(app):
            return
        path = app.configuration.first(jvm().keys.management_path)
        base = f"/{path.resolved.strip('/')}" if path and path.resolved else "/actuator"
        yield say(
            "health_path",
            f"{context}{base.rstrip('/')}/health",
            actuator.file,
            "jvm.actuator",
            SOURCE + 0.01,
            actuator.line,
        )
    elif app.name == "quarkus":
        health = app.depends_on("io.quarkus:quarkus-smallrye-health")
        if health:
            told = f"{context}{health_path(app.quarkus)}"
            yield say("health_path", told, health.file, "jvm.quarkus_health", SOURCE + 0.01, health.line)
    elif app.name == "micronaut":
        management = app.depends_on("io.micronaut:micronaut-management")
        if management:
            yield say(
                "health_path",
                f"{context}/health",
                management.file,
                "jvm.micronaut_health",
                SOURCE + 0.01,
                management.line,
            )


def _is_own_port(app: Application, management: Entry) -> bool:
    own = app.configuration.first(jvm().keys.port)
    return management.resolved == (own.resolved if own else "8080")


def _is_guarded(app: Application) -> bool:
    """The application has its own rules about who may ask, and they say nothing about health."""
    guards = [each for each in app.sources.files if _GUARDED.search(each.text)]
    return bool(guards) and not any(_OPEN.search(each.text) for each in guards)
