"""Which Dockerfile a folder is built with, as far as which stage, where it is built, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.compose import Service
from tasks.detection.container_files import find_dockerfile
from tasks.detection.copies import context_of
from tasks.detection.ecosystems import COMPLETE
from tasks.detection.evidence import COMPOSE, CONVENTION, best, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.php.extensions import installed
from tasks.detection.reading import Reading
from tasks.models import Evidence

_SCRIPT: Final = re.compile(r"python[\d.]* (?:-u )?(?:\./)?([\w./-]+\.py)")
_BESIDE_PRODUCTION: Final = re.compile(r"dev|debug|test|local|\bci\b|lint|bench")
"""In the name of a Dockerfile, or of a stage, that a compose file uses although there is one for production."""
_FOR_DEVELOPERS: Final = re.compile(r"\bdev(?:elopment)?\b")
"""In the name of a Dockerfile that is none to deploy, though it were the only one."""


def image_of_folder(tree: FileTree, reading: Reading, main: Service | None, adopted: str | None) -> Iterator[Evidence]:
    """What the folder's Dockerfile says: the one that its main service names, its own, or one of another folder."""
    folder = reading.folder
    named = main.dockerfile if main and _is_deployed(tree, reading, main) else None
    path = named or find_dockerfile(tree, folder) or adopted
    if path:
        meant = main if main and (named or main.dockerfile is None) else None
        yield from _image(tree, reading, path, meant, parent(path) if path == adopted else folder)


def image_of_service(tree: FileTree, reading: Reading, service: Service, main: Service | None) -> Iterator[Evidence]:
    """What the image of a service beside the main one says, where that is another file or another stage of it."""
    if main and (service.dockerfile, target_of(service)) == (main.dockerfile, target_of(main)):
        return
    path = service.dockerfile or find_dockerfile(tree, reading.folder)
    if path and (_is_deployed(tree, reading, service) if service.dockerfile else target_of(service)):
        yield from _image(tree, reading, path, service, reading.folder)


def target_of(service: Service | None) -> str | None:
    """The stage that the service stops at, unless it is one for developers or tests."""
    target = service.target if service else None
    return None if target is None or _BESIDE_PRODUCTION.search(target.lower()) else target


def _image(tree: FileTree, reading: Reading, path: str, meant: Service | None, folder: str) -> Iterator[Evidence]:
    """What a Dockerfile says, and where it is built: the context that is said, else the one that its copies show."""
    from tasks.detection.dockerfile import dockerfile_evidence  # noqa: PLC0415 - its parser is loaded when needed

    target = target_of(meant)
    found = [*dockerfile_evidence(tree, path, target=target, idle_left_aside=reading.language in COMPLETE)]
    if reading.language == "php":
        found += installed(tree.text(path) or "", path, reading.evidence)
    context = (meant.context if meant else None) or context_of(tree, path, folder)
    if reading.language == "python" and _ends_at_once(tree, found, (folder, context)):
        found = [each for each in found if each.field not in {"dockerfile", "start_command"}]
    yield from found
    if not best(found, "dockerfile"):
        return
    if context != ".":
        yield say("dockerfile_context", context, path, "dockerfile.context", CONVENTION, None)
    if target and meant:
        yield say("dockerfile_target", target, meant.file, "compose.target", COMPOSE, meant.line)


def _ends_at_once(tree: FileTree, found: list[Evidence], places: tuple[str, ...]) -> bool:
    """Whether the image runs a file of Python in which only a server would find something to do."""
    from tasks.detection.python.idle import only_defines  # noqa: PLC0415 - it is loaded when needed

    command = best(found, "start_command")
    script = _SCRIPT.fullmatch(command.value) if command else None
    file = next((path for place in places if script and (path := join(place, script[1])) in tree.paths), None)
    return file is not None and only_defines(tree.text(file) or "")


def _is_deployed(tree: FileTree, reading: Reading, service: Service) -> bool:
    """Whether the Dockerfile that the service names is there, and not one for developers or tests."""
    if service.dockerfile is None or service.dockerfile not in tree.paths:
        return False
    name = service.dockerfile.rpartition("/")[2].lower()
    if find_dockerfile(tree, reading.folder) and _BESIDE_PRODUCTION.search(name):
        return False
    return reading.language not in COMPLETE or not _FOR_DEVELOPERS.search(name)
