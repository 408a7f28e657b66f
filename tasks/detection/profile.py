"""The whole repository: which folders are components, what each one says, and the verdict."""

from __future__ import annotations

from dataclasses import replace

from tasks.detection.decide import decide
from tasks.detection.evidence import rivals
from tasks.detection.files import FileTree, list_files
from tasks.detection.foreign import foreign_languages
from tasks.detection.node.ecosystem import ECOSYSTEM as NODE
from tasks.detection.packages import service_evidence
from tasks.detection.python.ecosystem import ECOSYSTEM as PYTHON
from tasks.detection.reading import Ecosystem, Reading
from tasks.models import AppProfile, Checkout, Component

ECOSYSTEMS: tuple[Ecosystem, ...] = (PYTHON, NODE)


def analyze(checkout: Checkout) -> AppProfile:
    """Everything that can be known about the repository without running it.

    Raises Invalid with reason "unreadable" when a project file is broken.
    """
    tree = list_files(checkout.root)
    readings = _readings(tree)
    fallback = checkout.location.rstrip("/").rpartition("/")[2].removesuffix(".git") or checkout.root.name
    components = tuple(decide(reading, fallback) for reading in readings)
    warnings = (*tree.warnings, *(warning for reading in readings for warning in reading.warnings))
    return judge(components, tree, checkout, warnings)


def _readings(tree: FileTree) -> list[Reading]:
    places = {ecosystem.language: ecosystem.folders(tree) for ecosystem in ECOSYSTEMS}
    every = frozenset(folder for found in places.values() for folder in found)
    readings = []
    for ecosystem in ECOSYSTEMS:
        for folder in places[ecosystem.language]:
            others = frozenset(each for each in every if each != folder and _is_below(each, folder))
            reading = ecosystem.read(tree, folder, others)
            readings.append(replace(reading, evidence=(*reading.evidence, *service_evidence(reading))))
    return readings


def _is_below(path: str, folder: str) -> bool:
    return folder == "." or path.startswith(f"{folder}/")


def judge(
    components: tuple[Component, ...], tree: FileTree, checkout: Checkout, warnings: tuple[str, ...]
) -> AppProfile:
    """The verdict on what was found, and the sentence that says it."""
    deployable = [each for each in components if each.kind not in {"library", "static"}]
    for component in deployable:
        contradicting = rivals(component.evidence, "start_command")
        if contradicting:
            commands = " or ".join(f"`{each.value}` ({each.file})" for each in contradicting)
            message = f"{component.name} can be started in more than one way: {commands}; say which with --start"
            return AppProfile(
                verdict="ambiguous", message=message, components=components, checkout=checkout, warnings=warnings
            )
    if deployable:
        said = ", ".join(f"{each.name} ({each.kind}, {each.framework or each.language})" for each in deployable)
        return AppProfile(
            verdict="deployable", message=f"found {said}", components=components, checkout=checkout, warnings=warnings
        )
    foreign = foreign_languages(tree)
    verdict = "unsupported" if foreign or components else "nothing_found"
    message = foreign or "nothing that could be deployed was found"
    return AppProfile(verdict=verdict, message=message, components=components, checkout=checkout, warnings=warnings)
