"""Dockerfiles that copy what only a build outside of them writes: from a checkout nobody can build those."""

from __future__ import annotations

import re
from typing import Final

from tasks.detection.container_files import container_files, find_dockerfile
from tasks.detection.copies import context_of
from tasks.detection.copy_lines import copy_lines
from tasks.detection.evidence import best
from tasks.detection.files import FileTree, join
from tasks.detection.reading import Reading

_ARCHIVE: Final = re.compile(r"\.[jw]ar$")


def unmade_images(tree: FileTree, readings: list[Reading]) -> dict[str, str]:
    """A sentence for each Dockerfile that is left aside, by its path: the folder's project, or one below, is built."""
    folders = dict.fromkeys(reading.folder for reading in readings)
    making = {reading.folder for reading in readings if makes_itself(reading)}
    aside = [each for each in (".", *folders) if each in making or (each not in folders and making)]
    found = ((find_dockerfile(tree, each), unmade_image(tree, each)) for each in aside)
    return {path: sentence for path, sentence in found if path and sentence}


def makes_itself(reading: Reading) -> bool:
    """Whether it is known how to build and start what lies in the folder without what deployment files say."""
    said = best(reading.evidence, "kind")
    return said is not None and said.value != "library"


def unmade_image(tree: FileTree, folder: str) -> str | None:
    """The sentence about the folder's Dockerfile; None for one whose copies are there, or might be."""
    path = find_dockerfile(tree, folder)
    return tree.survey(f"unmade.{path}", lambda known: _sentence(known, path, folder)) if path else None


def _sentence(tree: FileTree, path: str, folder: str) -> str | None:
    context = context_of(tree, path, folder)
    for line, source, _ in copy_lines(tree, path):
        whole = re.split(r"[*?\[]", source, maxsplit=1)[0]
        place = join(context, source if whole == source else whole.rpartition("/")[0])
        if place and _is_output(source) and not tree.holds(place):
            return f"{path}:{line} copies {source}, which is built outside of it: it is left aside for one that builds"
    return None


def _is_output(source: str) -> bool:
    folders = source.rstrip("/").split("/")
    return bool(_ARCHIVE.search(source)) or any(each in container_files().outputs for each in folders)
