"""The whole repository: folders are read, what they say is put together, and each becomes a component or several."""

from __future__ import annotations

from dataclasses import replace

from tasks.detection.adoption import adoptions, is_given, moved
from tasks.detection.belonging import without_callers, without_parts
from tasks.detection.commands import server_of
from tasks.detection.compose import Service, at_home, read_compose
from tasks.detection.decide import decide, name_from
from tasks.detection.ecosystems import ecosystems
from tasks.detection.evidence import best
from tasks.detection.exercises import collection, is_exercise
from tasks.detection.files import FileTree, list_files
from tasks.detection.folders import folders as known_folders
from tasks.detection.foreign import foreign_components, foreign_language
from tasks.detection.missing_copies import missing_copies
from tasks.detection.packages import service_evidence
from tasks.detection.places import below, container_places, places
from tasks.detection.platforms import read_platforms
from tasks.detection.processes import with_declared
from tasks.detection.projects import is_part, sights
from tasks.detection.reading import Reading
from tasks.detection.spoken import language_of
from tasks.detection.started import started_in
from tasks.detection.static.generators import fitting
from tasks.detection.unmade_images import makes_itself, unmade_image, unmade_images
from tasks.detection.verdict import STARTED, judge, left_aside, passed_over, unfit_images
from tasks.detection.versions import languages
from tasks.models import AppProfile, Checkout, Component

_RUNTIMES = ("node", "tsx", "ts-node", "bun")
_WEIGHT = {"web": 3, "worker": 2, "job": 1, "static": 0, "library": -1}


def analyze(checkout: Checkout) -> AppProfile:
    """Everything that can be known about the repository without running it.

    Raises Invalid with reason "unreadable" when a project file is broken.
    """
    tree = list_files(checkout.root)
    services, compose_warnings = read_compose(tree)
    readings = _readings(tree)
    fallback = _fallback_name(checkout)
    unmade = unmade_images(tree, readings)
    components = _components(tree, readings, services, fallback) or foreign_components(tree, fallback)
    warnings = (
        *tree.warnings,
        *compose_warnings,
        *(warning for reading in readings for warning in reading.warnings),
        *unmade.values(),
        *missing_copies(tree, components),
        *passed_over(tree, components),
        *left_aside(components, unmade),
        *unfit_images(components),
    )
    return judge(components, tree, checkout, warnings)


def _readings(tree: FileTree) -> list[Reading]:
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


def _components(
    tree: FileTree, readings: list[Reading], services: tuple[Service, ...], fallback: str
) -> tuple[Component, ...]:
    found: list[Component] = []
    folders = frozenset(reading.folder for reading in readings)
    running = frozenset(reading.folder for reading in readings if _runs(reading))
    services = tuple(at_home(tree, service, folders, running) for service in services)
    adopted = adoptions(tree, readings)
    services = tuple(moved(tree, service, adopted) for service in services)
    readings = [each for each in readings if not is_given(tree, each.folder, adopted)]
    for folder in dict.fromkeys(reading.folder for reading in readings):
        here = [reading for reading in readings if reading.folder == folder]
        file = adopted.get(folder)
        aside = any(makes_itself(reading) for reading in here) and unmade_image(tree, folder) is not None
        declared = [
            part
            for reading in here
            for part in with_declared(tree, reading, services, folders, file, is_left_aside=aside)
        ]
        decided = [(reading, decide(reading, fallback, suffix)) for suffix, reading in declared]
        spoken = {reading.language for reading in here}
        own = [part for reading, part in decided if part.language == reading.language and _speaks_its_own(part, spoken)]
        idle = frozenset(reading.language for reading in here if not _starts_itself(reading))
        found += _leading(_of_one_command(own or [component for _, component in decided], idle))
    found = [each for each in without_parts(tree, found, readings) if not _is_anothers(tree, each, readings)]
    found = _deployed(tree, found)
    started = [each for each in found if each.kind in {*STARTED, "static"} and each.language != "unknown"]
    kept = started or [each for each in found if each.kind in STARTED and each.path == "."] or found
    return _named(without_callers(kept, readings))


def _runs(reading: Reading) -> bool:
    said = best(reading.evidence, "kind")
    return said is not None and said.value != "library"


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


def _starts_itself(reading: Reading) -> bool:
    """Whether there is a process of that language without what deployment files say."""
    said = best(reading.evidence, "kind")
    return said is not None and said.value in STARTED


def _of_one_command(components: list[Component], idle: frozenset[str]) -> list[Component]:
    """A command that a file says of a folder is of one of its languages: of those that start something themselves."""
    busy = {each.start_command for each in components if each.language not in idle}
    return [
        each
        for each in components
        if each.language not in idle or each.dockerfile or not each.start_command or each.start_command not in busy
    ]


def _leading(components: list[Component]) -> list[Component]:
    """Of the languages of one folder the one with the strongest process: assets beside a server are a part of it."""
    spoken = dict.fromkeys(each.language for each in components)
    weights = {
        language: max(_WEIGHT[each.kind] for each in components if each.language == language) for language in spoken
    }
    top = max(weights.values(), default=0)
    leading = [each for each in components if weights[each.language] == top]
    if any(each.dockerfile for each in leading):
        return _of_one_image(leading)
    return _of_one_site(leading) if leading and top == _WEIGHT["static"] else leading


def _speaks_its_own(component: Component, spoken: set[str]) -> bool:
    """Whether the start is not that of another language in the folder: a file that names processes tells all of it."""
    said = best(component.evidence, "start_command")
    speaker = language_of(said.value) if said and component.kind in STARTED else None
    return speaker is None or speaker == component.language or speaker not in spoken


def _of_one_site(components: list[Component]) -> list[Component]:
    """Of what several languages say of one site the word of what makes it; where nothing does, of the pages."""
    maker = max(components, key=lambda each: (each.framework is not None, each.language == "static"))
    return [maker]


def _of_one_image(components: list[Component]) -> list[Component]:
    """Of languages that one Dockerfile builds together the one of the image that runs."""
    bases = [
        each
        for component in components
        for each in component.evidence
        if (each.field, each.rule) == ("language", "dockerfile.from")
    ]
    running = max(bases, key=lambda each: each.confidence).value if bases else None
    found = [each.language for each in components]
    compiled = (each for each in found if running and each in languages() and languages()[each].runs_on == running)
    language = running if running in found else next(compiled, found[0])
    return [each for each in components if each.language == language]


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
