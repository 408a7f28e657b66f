"""What Dockerfile, compose file and Procfile say about a folder: its main process, and further ones beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from tasks.detection.commands import listening, port_in, server_of
from tasks.detection.compose import Service, holds_nothing
from tasks.detection.declared_images import image_of_folder, image_of_service, target_of
from tasks.detection.developing import is_for_development, is_served
from tasks.detection.ecosystems import COMPLETE
from tasks.detection.evidence import COMPOSE, CONVENTION, PROCFILE, WEAK, best, say
from tasks.detection.files import FileTree
from tasks.detection.folders import folders
from tasks.detection.mounted import is_empty_image, mounted_evidence
from tasks.detection.named_modules import as_it_lies, names_nothing
from tasks.detection.packages import service_of_image, service_of_server
from tasks.detection.procfile import ProcessLine, helps, read_procfile
from tasks.detection.reading import Process, Reading
from tasks.models import Evidence

_ONCE: Final = re.compile(
    r"^(release|prestart|migrate|migrations?|migrator|seed|init|setup|postdeploy|test|tests|lint|build|console|shell)$"
    r"|\b(migrate|makemigrations|collectstatic|createsuperuser|pytest|db:seed|prisma db|upgrade head)\b"
)
_EVERY_LINE: Final = re.compile(r"(?:^|[\s/])(?:(?:foreman|honcho|goreman|overmind) start|hivemind)\b(?P<rest>[^;&|]*)")
"""Runners of a Procfile; behind their options stand the processes that they start, none for all of them."""
_PROXIES: Final = frozenset({"traefik", "nginx", "haproxy", "caddy", "envoy", "varnish", "adminer", "pgadmin4"})
_IMAGE: Final = frozenset({"dockerfile", "dockerfile_context", "dockerfile_target"})
_BUILT: Final = _IMAGE | {"start_command"}
_SERVED: Final = _IMAGE | {"kind", "port", "health_path"}
_MAIN: Final = ("web", "app", "api", "server", "backend", "site")
_WRITING: Final = re.compile(r"(?:(?<=&&)|(?<=;)|^)[^&;|]*\bcollectstatic\b[^&;|]*(?:&&|;)")

_FIRST_UNPRIVILEGED_PORT: Final = 1024


def with_declared(
    tree: FileTree,
    reading: Reading,
    services: tuple[Service, ...],
    projects: frozenset[str],
    adopted: str | None = None,
    *,
    is_left_aside: bool = False,
) -> list[tuple[str, Reading]]:
    """The reading with what deployment files add, and one for each further process; each with its name's suffix.

    `projects` are the folders of all readings; `adopted` is a Dockerfile of another folder, which counts where the
    reading's has none. One that is left aside says nothing about how the folder is built and started.
    """
    here = [_answering(tree, service) for service in services if service.folder == reading.folder]
    built = [service for service in here if _holds_code(tree, service)] or here
    main, others = _split(built)
    written = [line for line in read_procfile(tree, reading.folder, projects) if not _is_once(line.name, line.command)]
    lines = [line for line in written if not (helps(line) or service_of_server(line.command))]
    web = next((line for line in lines if line.name == "web"), lines[0] if lines else None)
    own_file = [*image_of_folder(tree, reading, main, adopted)]
    if is_left_aside:
        own_file = [each for each in own_file if each.field not in _BUILT]
    elif is_empty_image(tree, reading.folder, _value(own_file, "dockerfile"), here) and reading.language in COMPLETE:
        own_file = [each for each in own_file if each.field not in _IMAGE]
    kind = best(reading.evidence, "kind")
    is_site = kind is not None and kind.value == "static"
    if is_site and not is_served(tree, reading, own_file):
        # what starts a site without an image that serves it is its developers' server
        own_file, main = [each for each in own_file if each.field not in _SERVED], None
    evidence = [
        *own_file,
        *mounted_evidence(tree, reading, services, projects),
        *((*_service(tree, main), *_waiting(main)) if main else ()),
        *(_line(tree, web) if web else ()),
        *(() if is_site else (*_images(services, built), *_servers(written))),
    ]
    rest = [] if _starts_all(evidence) else [line for line in lines if line is not web]
    beside = (Process(name, said) for name, said in reading.others)
    deployed = [service for service in built if not is_for_development(service.command or "")]
    implied = () if lines or deployed or reading.others else reading.processes
    processes = _merged(
        [*_line_processes(tree, rest), *_service_processes(tree, reading, main, others), *beside, *implied]
    )
    evidence = _opened(reading, evidence)
    own = replace(reading, evidence=(*evidence, *reading.evidence))
    return [("", own), *((f"-{process.name}", _beside(own, process)) for process in processes)]


def _opened(reading: Reading, evidence: list[Evidence]) -> list[Evidence]:
    """Without ports for root alone where the server of the pages is one that the generated image brings."""
    if reading.language != "php" or best(evidence, "dockerfile"):
        return evidence
    return [each for each in evidence if each.field != "port" or int(each.value) >= _FIRST_UNPRIVILEGED_PORT]


def _value(evidence: Iterable[Evidence], field: str) -> str | None:
    said = best(evidence, field)
    return said.value if said else None


def _starts_all(evidence: Iterable[Evidence]) -> bool:
    """Whether the image's own start runs every line of a Procfile, so that none of them stands beside it."""
    said = best(evidence, "start_command")
    match = _EVERY_LINE.search(said.value) if said else None
    return match is not None and not re.sub(r"-{1,2}[\w-]+(?:[ =]\S+)?", "", match["rest"]).strip()


def _started(command: str) -> str:
    """The command without what writes files first: the image is run read-only, and has no use for them afterwards."""
    return _WRITING.sub("", command).strip()


def _answering(tree: FileTree, service: Service) -> Service:
    from tasks.detection.image_start import without_fastcgi  # noqa: PLC0415 - its parser is loaded when needed

    return without_fastcgi(tree, service)


def _holds_code(tree: FileTree, service: Service) -> bool:
    """Whether the service is more than a database, a proxy or a server of others with a Dockerfile of its own."""
    if holds_nothing(tree, service):
        return False
    text = tree.text(service.dockerfile) if service.dockerfile in tree.paths else None
    images = re.findall(r"^FROM[ \t]+(?:--\S+[ \t]+)*(\S+)", text or "", re.MULTILINE | re.IGNORECASE)
    names = [image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower() for image in images]
    return not names or not all(name in _PROXIES or service_of_image(name) for name in names)


def _split(built: list[Service]) -> tuple[Service | None, list[Service]]:
    """The service that is the folder's main process, and those that start its image otherwise, or one of their own."""
    steady = [service for service in built if not _is_once(service.name, service.command or "")]
    main = next(
        (service for service in steady if service.ports),
        next((service for service in steady if service.name in _MAIN), steady[0] if steady else None),
    )
    if main is None:
        return None, []
    others = [service for service in steady if service is not main]
    return main, [each for each in others if each.command or _has_own_image(each, main)]


def _has_own_image(service: Service, main: Service) -> bool:
    """Whether it is built with another Dockerfile, or as far as another stage of it."""
    differs = service.dockerfile is not None and service.dockerfile != main.dockerfile
    return differs or target_of(service) not in {None, target_of(main)}


def _service(tree: FileTree, service: Service) -> Iterator[Evidence]:
    for position, published in enumerate(service.ports):
        yield say("port", published, service.file, "compose.ports", COMPOSE - min(position, 9) / 100, service.line)
    if service.ports:
        yield say("kind", "web", service.file, "compose.ports", COMPOSE, service.line)
    elif service.told:
        yield say("port", service.told, service.file, "compose.environment", COMPOSE - 0.1, service.line)
    if service.command:
        is_weak = is_for_development(service.command) or names_nothing(tree, service.command)
        confidence = WEAK - 0.01 if is_weak else COMPOSE
        command = as_it_lies(tree, _started(service.command))
        yield say("start_command", command, service.file, "compose.command", confidence, service.line)
        port = port_in(service.command)
        if port:
            yield say("port", port, service.file, "compose.command", COMPOSE - 0.01, service.line)
    if service.health_path:
        yield say("health_path", service.health_path, service.file, "compose.healthcheck", COMPOSE, service.line)


def _waiting(service: Service) -> Iterator[Evidence]:
    """What a service is that is started, and listens nowhere that anybody could see."""
    if service.command and not service.ports and not is_for_development(service.command):
        yield say("kind", "worker", service.file, "compose.command", CONVENTION, service.line)


def _line(tree: FileTree, line: ProcessLine) -> Iterator[Evidence]:
    """Kind, start and port; of a line that names what is not there only the kind is believed."""
    web = line.name == "web" or server_of(line.command) is not None or "$PORT" in line.command
    yield say("kind", "web" if web else "worker", line.file, "procfile.process", PROCFILE, line.line)
    confidence = CONVENTION if is_for_development(line.command) else PROCFILE
    confidence = WEAK - 0.01 if names_nothing(tree, line.command) else confidence
    command = as_it_lies(tree, _started(line.command))
    yield say("start_command", command, line.file, "procfile.process", confidence, line.line)
    port = port_in(line.command)
    if port:
        yield say("port", port, line.file, "procfile.process", PROCFILE, line.line)


def _images(services: tuple[Service, ...], built: list[Service]) -> Iterator[Evidence]:
    """Services whose image is a known one; only those that this folder's services name, where any service names one."""
    images = {service.name: service for service in services if service.folder is None}
    named = {service.name: images.keys() & {*service.depends_on, *service.words} for service in services}
    vendored = [service for service in services if set((service.folder or "").split("/")) & folders().generated]
    wanted = {name for service in (*built, *vendored) for name in named[service.name]}
    for service in images.values():
        known = service_of_image(service.image or "")
        if known and (service.name in wanted or not any(named.values())):
            yield say("backing_services", known, service.file, "compose.image", COMPOSE, service.line)


def _servers(lines: Iterable[ProcessLine]) -> Iterator[Evidence]:
    """Services whose servers a Procfile starts beside the application."""
    for line in lines:
        known = service_of_server(line.command)
        if known:
            yield say("backing_services", known, line.file, "procfile.server", PROCFILE, line.line)


def _line_processes(tree: FileTree, lines: Iterable[ProcessLine]) -> Iterator[Process]:
    for line in lines:
        yield Process(line.name, tuple(_line(tree, line)))


def _service_processes(
    tree: FileTree, reading: Reading, main: Service | None, services: Iterable[Service]
) -> Iterator[Process]:
    for service in services:
        kind = "web" if service.ports else "worker"
        said = say("kind", kind, service.file, "compose.service", COMPOSE - 0.02, service.line)
        found = (*image_of_service(tree, reading, service, main), *_service(tree, service), said)
        if best(found, "start_command"):
            yield Process(service.name, found)


def _merged(processes: list[Process]) -> list[Process]:
    """One for each role: a worker that both Procfile and compose file name is one."""
    found: dict[str, Process] = {}
    for process in processes:
        key = next((key for key in found if key == process.name or _role(found[key]) == _role(process)), process.name)
        known = found.get(key)
        found[key] = process if known is None else replace(known, evidence=(*known.evidence, *process.evidence))
    return list(found.values())


def _role(process: Process) -> str:
    command = next((each.value for each in process.evidence if each.field == "start_command"), process.name)
    words = listening(command, None).split()
    part = next((word for word in words if word in {"worker", "beat", "flower"}), "")
    return f"{words[0]} {part}" if words and part else command


def _beside(own: Reading, process: Process) -> Reading:
    """The same code started otherwise: what the main process says about itself, and its Dockerfile, does not hold."""
    kept = tuple(each for each in own.evidence if each.field not in _SERVED | {"start_command"})
    return replace(own, evidence=(*process.evidence, *kept))


def _is_once(name: str, command: str) -> bool:
    """Whether the process ends by its nature: of several commands in a row the last one tells."""
    return bool(_ONCE.search(name.lower()) or _ONCE.search(re.split(r"&&|;", command)[-1]))
