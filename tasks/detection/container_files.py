"""Where a repository's own Dockerfiles and compose files lie: the table container_files.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from tasks.detection.files import FileTree, join
from tasks.knowledge import load
from tasks.models import Model

_ADDRESS: Final = re.compile(r"(?:https?://[^/:\s]*:|https?://\[[^\]\s]*\]:)?(\d{1,5})/?")
_MAX_PORT: Final = 65535


class Interpreter(Model):
    """What an image's entry point puts in front of a command that is no program."""

    program: str
    words: tuple[str, ...]


class Told(Model):
    """From which release on an image tells servers to listen at a port."""

    image: str
    since: int
    port: int


class ContainerFiles(Model):
    """The table."""

    dockerfiles: tuple[str, ...]
    compose: tuple[str, ...]
    idle: tuple[str, ...]
    prompts: tuple[str, ...]
    fastcgi: tuple[str, ...]
    http_servers: tuple[str, ...]
    listens: dict[str, int]
    waiting: tuple[str, ...]
    interprets: dict[str, Interpreter]
    outputs: tuple[str, ...]
    addresses: tuple[str, ...]
    tells: tuple[Told, ...]
    example: str


@cache
def container_files() -> ContainerFiles:
    """The validated table."""
    return ContainerFiles.model_validate(load("container_files"))


def port_of(settings: Mapping[str, str | None]) -> int | None:
    """The port that variables of the environment tell a server to listen at; plain HTTP before what is encrypted."""
    for name in container_files().addresses:
        for written in sorted(
            re.split(r"[;,\s]", settings.get(name) or ""), key=lambda each: each.startswith("https:")
        ):
            match = _ADDRESS.fullmatch(written.strip("\"'"))
            if match and 0 < int(match[1]) <= _MAX_PORT:
                return int(match[1])
    return None


def told_port(image: str, tag: str) -> int | None:
    """Where a server listens that is built upon this image and told nothing else."""
    release = re.match(r"\d{1,3}", tag)
    rows = [each for each in container_files().tells if each.image == image]
    since = [each for each in rows if release and each.since <= int(release[0])]
    return max(since, key=lambda each: each.since).port if since else None


def find_dockerfile(tree: FileTree, folder: str) -> str | None:
    """The folder's Dockerfile for production, relative to the analysed root."""
    return _first(tree, folder, container_files().dockerfiles)


def find_compose_file(tree: FileTree, folder: str = ".") -> str | None:
    """The folder's compose file."""
    return _first(tree, folder, container_files().compose)


def _first(tree: FileTree, folder: str, names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := join(folder, name)) in tree.paths), None)
