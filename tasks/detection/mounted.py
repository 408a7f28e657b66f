"""What compose files tell of a project that is mounted into an image without code of its own: what that is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tasks.detection.compose import Service
from tasks.detection.container_files import find_dockerfile
from tasks.detection.copies import copied
from tasks.detection.evidence import CONFIGURATION, say
from tasks.detection.files import FileTree, is_within
from tasks.detection.php.extensions import installed
from tasks.detection.reading import Reading
from tasks.detection.versions import resolve
from tasks.models import Evidence

_FETCHES: Final = re.compile(r"\bgit clone\b|^FROM\b.*\bonbuild\b", re.MULTILINE)
"""How an image comes to its code without a copy."""


def mounted_evidence(
    tree: FileTree, reading: Reading, services: Iterable[Service], projects: frozenset[str]
) -> Iterator[Evidence]:
    """The release of the reading's language, and extensions of PHP, in the images that its folder is mounted into."""
    for service in services:
        if service.folder in projects or not any(is_within(reading.folder, place) for place in service.mounts):
            continue
        path = service.dockerfile or (find_dockerfile(tree, service.folder) if service.folder else None)
        if path in tree.paths and path is not None and not _brings_code(tree, service, path, reading.folder):
            yield from _of_file(tree, reading, path)
        elif service.image and service.folder is None:
            yield from _release(reading, service.image, service.file, service.line)


def is_empty_image(tree: FileTree, folder: str, path: str | None, services: Iterable[Service]) -> bool:
    """Whether the Dockerfile brings no code into its image because a service mounts the folder there."""
    if path not in tree.paths or path is None or copied(tree, path) or _FETCHES.search(tree.text(path) or ""):
        return False
    of_it = (each for each in services if path == (each.dockerfile or find_dockerfile(tree, each.folder or ".")))
    return any(is_within(folder, place) for each in of_it for place in each.mounts)


def _brings_code(tree: FileTree, service: Service, path: str, folder: str) -> bool:
    """Whether something of the project may be in the image, and not only settings out of a folder beside it."""
    return is_within(folder, service.folder or ".") and bool(copied(tree, path))


def _of_file(tree: FileTree, reading: Reading, path: str) -> Iterator[Evidence]:
    text = tree.text(path) or ""
    bases = list(re.finditer(r"^FROM[ \t]+(?:--\S+[ \t]+)*(\S+)", text, re.MULTILINE | re.IGNORECASE))
    if bases:
        yield from _release(reading, bases[-1][1], path, text.count("\n", 0, bases[-1].start()) + 1)
    if reading.language == "php":
        yield from installed(text, path, reading.evidence)


def _release(reading: Reading, image: str, file: str, line: int | None) -> Iterator[Evidence]:
    from tasks.detection.dockerfile import language_of_base  # noqa: PLC0415 - its parser is loaded when needed

    language, version = language_of_base(image) or ("", "")
    release = resolve(language, version) if version and language == reading.language else None
    if release:
        yield say("language_version", release, file, "compose.mounted", CONFIGURATION - 0.1, line)
