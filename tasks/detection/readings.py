"""Everything that is read: each folder in its languages, with what other platforms' files say about it."""

from __future__ import annotations

from dataclasses import replace

from tasks.detection.ecosystems import ecosystems
from tasks.detection.evidence import best
from tasks.detection.files import FileTree
from tasks.detection.foreign import foreign_language
from tasks.detection.packages import service_evidence
from tasks.detection.places import below, container_places, places
from tasks.detection.platforms import read_platforms
from tasks.detection.reading import Reading
from tasks.detection.static.generators import fitting

_RUNTIMES = ("node", "tsx", "ts-node", "bun")


def read_all(tree: FileTree) -> list[Reading]:
    """One for each language of each folder that is a project."""
    found = places(tree, ecosystems(tree))
    every = frozenset(folder for _, folder in found)
    readings = [ecosystem.read(tree, folder, below(folder, every)) for ecosystem, folder in found]
    readings += [_contained(tree, folder) for folder in container_places(tree, every)]
    return [_with_platforms(tree, _own(tree, each)) for each in readings]


def _with_platforms(tree: FileTree, reading: Reading) -> Reading:
    """The reading with its clients' services, and with what files of other platforms say about its folder."""
    declared = read_platforms(tree, reading.folder, reading.language)
    return replace(
        reading,
        evidence=(*reading.evidence, *fitting(reading.evidence, declared.evidence), *service_evidence(reading)),
        others=declared.others,
        warnings=(*reading.warnings, *declared.warnings),
    )


def _own(tree: FileTree, reading: Reading) -> Reading:
    """The reading; of its folder's own language where package.json only names tools for that one."""
    kind, start = best(reading.evidence, "kind"), best(reading.evidence, "start_command")
    runs = start is not None and start.value.partition(" ")[0] in _RUNTIMES
    if reading.language != "node" or reading.dependencies or runs or (kind and kind.value == "web"):
        return reading
    contained = _contained(tree, reading.folder)
    return reading if contained.language == "unknown" else contained


def _contained(tree: FileTree, folder: str) -> Reading:
    """A folder of which only its Dockerfile is understood."""
    prefix = "" if folder == "." else f"{folder}/"
    names = [path[len(prefix) :] for path in tree.ordered if path.startswith(prefix)]
    language = next((key for name in names if "/" not in name and (key := foreign_language(name))), None)
    return Reading(language=language or "unknown", folder=folder)
