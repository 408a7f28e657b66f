"""Where a repository's own Dockerfiles and compose files lie: the table container_files.toml."""

from __future__ import annotations

from functools import cache

from tasks.detection.files import FileTree, join
from tasks.knowledge import load
from tasks.models import Model


class Interpreter(Model):
    """What an image's entry point puts in front of a command that is no program."""

    program: str
    words: tuple[str, ...]


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
    example: str


@cache
def container_files() -> ContainerFiles:
    """The validated table."""
    return ContainerFiles.model_validate(load("container_files"))


def find_dockerfile(tree: FileTree, folder: str) -> str | None:
    """The folder's Dockerfile for production, relative to the analysed root."""
    return _first(tree, folder, container_files().dockerfiles)


def find_compose_file(tree: FileTree, folder: str = ".") -> str | None:
    """The folder's compose file."""
    return _first(tree, folder, container_files().compose)


def _first(tree: FileTree, folder: str, names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := join(folder, name)) in tree.paths), None)
