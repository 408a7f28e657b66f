"""Dockerfiles that lie above the project they are written for, and the compose services that build them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tasks.detection.compose import Service
from tasks.detection.container_files import find_dockerfile
from tasks.detection.copies import context_of, homes_of_copies
from tasks.detection.evidence import WEAK, best
from tasks.detection.files import FileTree, parent
from tasks.detection.reading import Reading
from tasks.detection.started import started_in
from tasks.detection.unmade_images import unmade_image

_STARTED: Final = ("web", "worker", "job")


def adoptions(tree: FileTree, readings: list[Reading]) -> dict[str, str]:
    """Dockerfiles by the folder of the project that each runs, where that lies below and has none itself."""
    projects = {reading.folder: reading for reading in readings if reading.language != "unknown"}
    below: dict[str, list[Reading]] = {}
    for folder in sorted(projects):
        place = folder
        while place != "." and find_dockerfile(tree, place) is None:
            place = parent(place)
        if place not in projects and find_dockerfile(tree, place) and unmade_image(tree, place) is None:
            below.setdefault(place, []).append(projects[folder])
    found: dict[str, str] = {}
    for place, candidates in below.items():
        file = find_dockerfile(tree, place) or ""
        run = _run(tree, place, file, candidates, frozenset(projects))
        if run:
            found[run] = file
    return found or _of_root(tree, readings)


def is_given(tree: FileTree, folder: str, adopted: Mapping[str, str]) -> bool:
    """Whether the folder's Dockerfile is now that of a project below it."""
    return folder not in adopted and find_dockerfile(tree, folder) in adopted.values()


def moved(tree: FileTree, service: Service, adopted: Mapping[str, str]) -> Service:
    """The service; one that builds a folder whose Dockerfile is a project's builds that project."""
    for folder, file in adopted.items():
        builds = service.folder is not None and find_dockerfile(tree, service.folder) == file
        if builds or service.dockerfile == file:
            return replace(service, folder=folder, dockerfile=service.dockerfile or file)
    return service


def _of_root(tree: FileTree, readings: list[Reading]) -> dict[str, str]:
    """The root's Dockerfile by the folder whose program it starts, where the root has none of its own."""
    file = find_dockerfile(tree, ".")
    said = (best(reading.evidence, "kind") for reading in readings if reading.folder == ".")
    is_run = any(kind and kind.value in _STARTED and kind.confidence > WEAK for kind in said)
    if file is None or is_run or unmade_image(tree, "."):
        return {}
    from tasks.detection.dockerfile import dockerfile_evidence  # noqa: PLC0415 - its parser is loaded when needed

    command = best(dockerfile_evidence(tree, file, idle_left_aside=False), "start_command")
    home = started_in(command.value, tree, (reading.folder for reading in readings)) if command else None
    return {home: file} if home and find_dockerfile(tree, home) is None else {}


def _run(tree: FileTree, place: str, file: str, candidates: list[Reading], projects: frozenset[str]) -> str | None:
    """The only project below the place; of several the one that is copied from and started, where there is one."""
    every = [folder for folder in projects if place == "." or folder.startswith(f"{place}/")]
    if len(every) == 1:
        return every[0]
    homes = homes_of_copies(tree, file, context_of(tree, file, place), projects)
    started = [each.folder for each in candidates if each.folder in homes and _is_started(each)]
    return started[0] if len(started) == 1 else None


def _is_started(reading: Reading) -> bool:
    said = best(reading.evidence, "kind")
    return said is not None and said.value in _STARTED
