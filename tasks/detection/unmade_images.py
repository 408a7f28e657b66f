"""Dockerfiles that copy what only a build outside of them writes: from a checkout nobody can build those."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.container_files import container_files, find_dockerfile
from tasks.detection.evidence import best
from tasks.detection.files import FileTree, join
from tasks.detection.reading import Reading
from tasks.errors import Invalid

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
    from tasks.detection.copies import context_of  # noqa: PLC0415 - its parser is loaded when needed

    context = context_of(tree, path, folder)
    for line, source in _copied(tree.text(path) or ""):
        whole = re.split(r"[*?\[]", source, maxsplit=1)[0]
        place = join(context, source if whole == source else whole.rpartition("/")[0])
        if place and _is_output(source) and not tree.holds(place):
            return f"{path}:{line} copies {source}, which is built outside of it: it is left aside for one that builds"
    return None


def _is_output(source: str) -> bool:
    folders = source.rstrip("/").split("/")
    return bool(_ARCHIVE.search(source)) or any(each in container_files().outputs for each in folders)


def _copied(text: str) -> Iterator[tuple[int, str]]:
    """Line and source of everything that is copied out of the context."""
    from tasks.dockerfiles.parse import exec_form, parse  # noqa: PLC0415 - loaded when a Dockerfile is there
    from tasks.dockerfiles.variables import assignments, expand  # noqa: PLC0415

    try:
        parsed = parse(text)
    except Invalid:
        return
    values: dict[str, str | None] = {}
    for each in parsed.instructions:
        if each.kind == "FROM":
            values = dict(parsed.arguments)
        elif each.kind in {"ARG", "ENV"}:
            values = assignments(each.kind, (each.arguments,), values)
        elif each.kind in {"COPY", "ADD"} and not any(flag.strip().startswith("--from=") for flag in each.flags):
            for word in (exec_form(each.arguments) or each.arguments.split())[:-1]:
                source = expand(word.strip("\"'"), values)
                if source and "://" not in source and "<<" not in source:
                    yield each.first + 1, source.removeprefix("./").lstrip("/")
