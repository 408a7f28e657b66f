"""The whole repository: folders are read, what they say is put together, and each becomes a component or several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tasks.detection.adoption import adoptions, is_given, moved
from tasks.detection.belonging import unbuilt, without_callers, without_errands, without_parts
from tasks.detection.commands import server_of
from tasks.detection.compose import Service, at_home, read_compose
from tasks.detection.decide import decide, name_from
from tasks.detection.evidence import best
from tasks.detection.exercises import collection, is_exercise
from tasks.detection.files import FileTree, list_files, parent
from tasks.detection.folders import folders as known_folders
from tasks.detection.foreign import foreign_components
from tasks.detection.leading import leading
from tasks.detection.missing_copies import missing_copies
from tasks.detection.processes import with_declared
from tasks.detection.projects import is_part, sights
from tasks.detection.reading import Reading
from tasks.detection.readings import read_all
from tasks.detection.shape import unreadable_file
from tasks.detection.started import started_in
from tasks.detection.unmade_images import makes_itself, unmade_image, unmade_images
from tasks.detection.verdict import STARTED, judge, left_aside, passed_over, unfit_images
from tasks.errors import Invalid
from tasks.models import AppProfile, Checkout, Component

_MOST_LEFT_ASIDE: Final = 20


def analyze(checkout: Checkout) -> AppProfile:
    """Everything that can be known about the repository without running it.

    Raises Invalid with reason "unreadable" when a project file is broken; one among tests and examples is left aside.
    """
    tree = list_files(checkout.root)
    for _ in range(_MOST_LEFT_ASIDE):
        try:
            return _analyzed(tree, checkout)
        except Invalid as error:
            file = unreadable_file(error)
            if file is None or not known_folders().is_aside(parent(file)):
                raise
            tree = tree.without(file, f"{error.message}: it was left aside")
    return _analyzed(tree, checkout)


def _analyzed(tree: FileTree, checkout: Checkout) -> AppProfile:
    services, compose_warnings = read_compose(tree)
    readings = read_all(tree)
    fallback = _fallback_name(checkout)
    unmade = unmade_images(tree, readings)
    components = _components(tree, readings, services, fallback) or foreign_components(tree, fallback)
    warnings = (
        *tree.warnings,
        *compose_warnings,
        *(warning for reading in readings for warning in reading.warnings),
        *unmade.values(),
        *unbuilt(readings),
        *missing_copies(tree, components),
        *passed_over(tree, components),
        *left_aside(tree, components, unmade),
        *unfit_images(components),
    )
    return judge(components, tree, checkout, warnings)


def _components(
    tree: FileTree, readings: list[Reading], services: tuple[Service, ...], fallback: str
) -> tuple[Component, ...]:
    folders = frozenset(reading.folder for reading in readings)
    running = frozenset(reading.folder for reading in readings if makes_itself(reading))
    adopted = adoptions(tree, readings)
    services = tuple(moved(tree, at_home(tree, service, folders, running), adopted) for service in services)
    readings = [each for each in readings if not is_given(tree, each.folder, adopted)]
    found = list(_of_folders(tree, readings, services, adopted, fallback))
    found = [each for each in without_parts(tree, found, readings) if not _is_anothers(tree, each, readings)]
    found = _deployed(tree, found)
    started = [each for each in found if each.kind in {*STARTED, "static"} and each.language != "unknown"]
    kept = started or [each for each in found if each.kind in STARTED and each.path == "."] or found
    return _named(without_errands(without_callers(kept, readings)))


def _of_folders(
    tree: FileTree,
    readings: list[Reading],
    services: tuple[Service, ...],
    adopted: Mapping[str, str],
    fallback: str,
) -> Iterator[Component]:
    """What each folder is, with all that compose files, Procfiles and Dockerfiles say of it."""
    folders = dict.fromkeys(reading.folder for reading in readings)
    for folder in folders:
        here = [reading for reading in readings if reading.folder == folder]
        aside = any(makes_itself(reading) for reading in here) and unmade_image(tree, folder) is not None
        declared = (
            part
            for reading in here
            for part in with_declared(
                tree, reading, services, frozenset(folders), adopted.get(folder), is_left_aside=aside
            )
        )
        yield from leading(here, [(reading, decide(reading, fallback, suffix)) for suffix, reading in declared])


def _deployed(tree: FileTree, found: list[Component]) -> list[Component]:
    """Those that are not parts of something that runs elsewhere, or of a collection; no tools of the repository."""
    seen, counted = sights(tree), collection(tree)
    return [
        each
        for each in found
        if not (is_part(each, seen) or is_exercise(each, counted) or (each.kind == "job" and _is_aside(each)))
    ]


def _is_aside(component: Component) -> bool:
    """Whether it lies in a folder of scripts, tests or examples: what ends there serves the repository itself."""
    return component.dockerfile is None and component.path != "." and known_folders().is_aside(component.path)


def _is_anothers(tree: FileTree, component: Component, readings: list[Reading]) -> bool:
    """Whether a file at the root names the start of a folder's program, with a server that only the folder declares."""
    said = best(component.evidence, "start_command")
    server = server_of(said.value) if said and component.path == "." and component.dockerfile is None else None
    if said is None or server is None or not said.rule.startswith(("platform.", "procfile.")):
        return False
    home = started_in(said.value, tree, (reading.folder for reading in readings))
    declaring = {reading.folder for reading in readings if reading.depends_on(server.program)}
    return home in declaring and "." not in declaring


def _named(components: list[Component]) -> tuple[Component, ...]:
    """No two components have the same name: the second one gets its folder's in front, then a number."""
    taken: set[str] = set()
    named = []
    for component in components:
        options = [component.name, name_from(f"{component.path.replace('/', '-')}-{component.name}")]
        options += [f"{component.name[:50]}-{number}" for number in range(2, len(components) + 2)]
        name = next(option for option in options if option not in taken)
        taken.add(name)
        named.append(component if name == component.name else component.changed(name=name))
    return tuple(named)


def _fallback_name(checkout: Checkout) -> str:
    if "://" in checkout.location or "@" in checkout.location:
        return checkout.location.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return checkout.root.name
