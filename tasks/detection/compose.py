"""Services of a compose file: which folders are built, how they are started, and which images stand beside them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection import shape
from tasks.detection.container_files import find_compose_file, port_of
from tasks.detection.copies import copied, copied_from
from tasks.detection.evidence import is_plain, line_of
from tasks.detection.files import FileTree, is_within, join, parent
from tasks.detection.health import path_in_probe
from tasks.detection.yaml_text import parse_yaml
from tasks.errors import Invalid

_WAITING: Final = re.compile(r"^(?:until|while)\b.+?;[ \t]*done[ \t]*(?:&&|;)[ \t]*")
"""A loop in front of a command that waits for another service with a tool that the image need not have."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a compose file."""

    name: str
    file: str
    line: int | None
    folder: str | None
    """Of the component, relative to the analysed root; None for a service that only names an image."""
    context: str | None
    """What is built; another one than `folder` when the Dockerfile lies in the component below it."""
    dockerfile: str | None
    target: str | None
    """The stage of it that is built, where one is named."""
    image: str | None
    ports: tuple[int, ...]
    """Inside the container."""
    mounts: tuple[str, ...]
    """Folders of the repository that its containers see."""
    command: str | None
    health_path: str | None
    depends_on: tuple[str, ...]
    words: frozenset[str]
    """What the values of its environment are made of: names of other services among them."""
    told: int | None
    """The port that its environment tells its server."""


def read_compose(tree: FileTree) -> tuple[tuple[Service, ...], tuple[str, ...]]:
    """The services of the root's compose file, and a warning when it could not be read."""
    path = find_compose_file(tree)
    text = tree.text(path) if path else None
    if path is None or text is None:
        return (), ()
    try:
        document = shape.table(parse_yaml(text, path))
    except Invalid as error:
        return (), (f"{error.message}: the compose file was left aside",)
    services = shape.table(document.get("services"))
    return tuple(_services(services, path, text)), ()


def at_home(tree: FileTree, service: Service, folders: frozenset[str], running: frozenset[str]) -> Service:
    """The service in the project that its Dockerfile lies in or copies from, when that is not what is built.

    `running` are those of the folders that more is in than a library or the root of a workspace.
    """
    if service.dockerfile is None:
        return service
    if mounted := _mounted(tree, service, running):
        return replace(service, folder=mounted)
    home = parent(service.dockerfile)
    if home in running or (home in folders and home != "."):
        return replace(service, folder=home)
    source = copied_from(tree, service.dockerfile, service.context or ".", running)
    return replace(service, folder=source) if source else service


def holds_nothing(tree: FileTree, service: Service) -> bool:
    """Whether neither the service's own Dockerfile nor a mount brings anything of its folder into the container."""
    if service.folder is None or service.dockerfile not in tree.paths or copied(tree, service.dockerfile or ""):
        return False
    return not any(is_within(service.folder, place) for place in service.mounts)


def _mounted(tree: FileTree, service: Service, running: frozenset[str]) -> str | None:
    """The only one of the folders that is mounted where the image itself brings no code, or all of the repository."""
    places = [each for each in service.mounts if each in running]
    sources = set(copied(tree, service.dockerfile or "")) if service.dockerfile in tree.paths else None
    tells_nothing = sources is not None and (not sources or (sources == {"."} and service.context not in running))
    return places[0] if len(places) == 1 and tells_nothing else None


def _services(services: Mapping[str, object], path: str, text: str) -> Iterator[Service]:
    for name, value in services.items():
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,80}", str(name)):
            continue
        row = shape.table(value)
        folder, dockerfile = _build(row.get("build"), parent(path))
        yield Service(
            name=name,
            file=path,
            line=line_of(text, f"\n  {name}:") and (line_of(text, f"\n  {name}:") or 0) + 1,
            folder=folder,
            context=folder,
            dockerfile=dockerfile,
            target=_target(row.get("build")),
            image=shape.text(row.get("image")),
            ports=tuple(_ports(row)),
            mounts=tuple(_mounts(row.get("volumes"), parent(path))),
            command=_command(row),
            health_path=_health(row),
            depends_on=(*_names(row.get("depends_on")), *_names(row.get("links"))),
            words=frozenset(_environment_words(row.get("environment"))),
            told=port_of(_environment(row.get("environment"))),
        )


def _build(value: object, base: str) -> tuple[str | None, str | None]:
    if value is None:
        return None, None
    table = shape.table(value)
    context = shape.text(value) or shape.text(table.get("context")) or "."
    if "://" in context or context.startswith("/") or "$" in context:
        return None, None
    folder = join(base, context)
    named = shape.text(table.get("dockerfile"))
    return folder or None, (join(folder, named) or None) if named and folder else None


def _target(value: object) -> str | None:
    named = shape.text(shape.table(value).get("target"))
    return named if named and re.fullmatch(r"[A-Za-z][A-Za-z0-9._-]{0,80}", named) else None


def _ports(row: Mapping[str, object]) -> Iterator[int]:
    ports, exposed = row.get("ports"), row.get("expose")
    for each in ports if isinstance(ports, list) else []:
        target = shape.table(each).get("target") if isinstance(each, dict) else str(each).rpartition(":")[2]
        number = str(target).partition("/")[0]
        variable = re.fullmatch(r"\$\{\w+:?-(\d+)\}?", number) or re.fullmatch(r"-?(\d+)\}", number)
        number = variable[1] if variable else number
        if re.fullmatch(r"[1-9]\d{0,4}", number) and int(number) <= 65535:  # noqa: PLR2004 - ports end there
            yield int(number)
    for each in exposed if isinstance(exposed, list) else []:
        if re.fullmatch(r"[1-9]\d{1,4}", str(each)):
            yield int(str(each))


def _mounts(value: object, base: str) -> Iterator[str]:
    for each in value if isinstance(value, list) else []:
        said = shape.text(shape.table(each).get("source")) if isinstance(each, dict) else str(each).partition(":")[0]
        if said and said.startswith(".") and (place := join(base, said)):
            yield place


def _command(row: Mapping[str, object]) -> str | None:
    """What is started, without waiting for other services: what cannot reach them yet is started again."""
    written = _written(row.get("command") or row.get("entrypoint"))
    return _WAITING.sub("", written) if written else None


def _written(value: object) -> str | None:
    if isinstance(value, list):
        words = [str(word) for word in value]
        if words[:2] in (["sh", "-c"], ["bash", "-c"], ["/bin/sh", "-c"]) and len(words) == 3:  # noqa: PLR2004
            return _one_line(words[2])
        joined = shlex.join(words)
        return joined if is_plain(joined) else None
    text = value.strip() if isinstance(value, str) else ""
    shell = re.fullmatch(r"(?:/bin/)?(?:ba)?sh[ \t]+-c\s+([\"'])(.+)\1", text, re.DOTALL)
    command = _one_line(shell[2]) if shell else " ".join(text.split())
    return command if command and is_plain(command) else None


def _one_line(script: str) -> str:
    """The shell's script in one line: a line that is not carried on ends a command."""
    lines = (line.strip() for line in re.sub(r"\\\n", " ", script).splitlines())
    said = [line for line in lines if line and not line.startswith("#")]
    joined = "; ".join(said)
    return " ".join(re.sub(r"(&&|\|\||[;|&]|\b(?:do|then|else))[ \t]*;[ \t]", r"\1 ", joined).split())


def _health(row: Mapping[str, object]) -> str | None:
    test = shape.table(row.get("healthcheck")).get("test")
    return path_in_probe(" ".join(str(word) for word in test) if isinstance(test, list) else str(test or ""))


def _names(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, dict) else shape.texts(value)


def _environment(value: object) -> dict[str, str | None]:
    if isinstance(value, list):
        return {name: text for name, _, text in (str(each).partition("=") for each in value[:200])}
    return {str(name): str(text) for name, text in shape.table(value).items()}


def _environment_words(value: object) -> Iterator[str]:
    written = [str(each) for each in (value if isinstance(value, list) else shape.table(value).values())]
    for each in written[:200]:
        yield from re.split(r"[^A-Za-z0-9_.-]+", each.partition("=")[2] or each)
