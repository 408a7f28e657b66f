"""Which of a folder's languages speaks for it, where several do."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.detection.evidence import best
from tasks.detection.reading import Reading
from tasks.detection.spoken import language_of
from tasks.detection.verdict import STARTED
from tasks.detection.versions import languages
from tasks.models import Component

_WEIGHT = {"web": 3, "worker": 2, "job": 1, "static": 0, "library": -1}


def leading(readings: Sequence[Reading], decided: Sequence[tuple[Reading, Component]]) -> list[Component]:
    """Of what the languages of one folder say, the components of the one with the strongest process.

    Assets beside a server are a part of it, and a command that a file says of the folder is of one language only.

    readings: as the folder's own files say; decided: with what deployment files say, and what became of it.
    """
    spoken = {reading.language for reading in readings}
    idle = frozenset(reading.language for reading in readings if not _starts_itself(reading))
    own = [part for reading, part in decided if part.language == reading.language and _speaks_its_own(part, spoken)]
    return _strongest(_of_one_command(own or [component for _, component in decided], idle))


def _strongest(components: list[Component]) -> list[Component]:
    """Of the languages of one folder the one with the strongest process: assets beside a server are a part of it.

    Scripts that end beside a site are tools of who writes it, where no deployment file starts them.
    """
    if any(each.kind == "static" and each.framework for each in components):
        components = [each for each in components if not _is_tool(each)]
    spoken = dict.fromkeys(each.language for each in components)
    weights = {
        language: max(_WEIGHT[each.kind] for each in components if each.language == language) for language in spoken
    }
    top = max(weights.values(), default=0)
    strongest = [each for each in components if weights[each.language] == top]
    if any(each.dockerfile for each in strongest):
        return _of_one_image(strongest)
    return _of_one_site(strongest) if strongest and top == _WEIGHT["static"] else strongest


def _is_tool(component: Component) -> bool:
    said = best(component.evidence, "start_command")
    own = said is not None and said.rule.startswith(f"{component.language}.")
    return component.kind == "job" and component.dockerfile is None and own


def _starts_itself(reading: Reading) -> bool:
    """Whether there is a process of that language without what deployment files say."""
    said = best(reading.evidence, "kind")
    return said is not None and said.value in STARTED


def _speaks_its_own(component: Component, spoken: set[str]) -> bool:
    """Whether the start is not that of another language in the folder: a file that names processes tells all of it."""
    said = best(component.evidence, "start_command")
    speaker = language_of(said.value) if said and component.kind in STARTED else None
    return speaker is None or speaker == component.language or speaker not in spoken


def _of_one_command(components: list[Component], idle: frozenset[str]) -> list[Component]:
    """A command that a file says of a folder is of one of its languages: of those that start something themselves."""
    busy = {each.start_command for each in components if each.language not in idle}
    return [
        each
        for each in components
        if each.language not in idle or each.dockerfile or not each.start_command or each.start_command not in busy
    ]


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
