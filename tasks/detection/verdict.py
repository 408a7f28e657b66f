"""What the components come to: deployable, ambiguous, unsupported or nothing found, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from tasks.detection.developing import is_for_development
from tasks.detection.ecosystems import COMPLETE
from tasks.detection.evidence import best, rivals
from tasks.detection.exercises import collection
from tasks.detection.files import FileTree
from tasks.detection.foreign import foreign_languages, written_languages
from tasks.detection.projects import named
from tasks.detection.versions import languages
from tasks.models import AppProfile, Checkout, Component, Evidence, Verdict

STARTED = ("web", "worker", "job")
"""Kinds that have a process."""
_TOOL: Final = "a command-line tool ({file}), which has to be told at each call what to do"
_REFUSALS: Final = {
    ".usage": _TOOL,
    ".arguments": _TOOL,
    ".desktop": "a program of {title} ({file}) that needs a screen or a keyboard",
    ".no_build": "sources of {title} ({file}) that no file says how to build",
}
"""What the end of a rule's name says about a component that is not deployed."""


def judge(
    components: tuple[Component, ...], tree: FileTree, checkout: Checkout, warnings: tuple[str, ...]
) -> AppProfile:
    """The profile with verdict and message."""
    verdict, message = _verdict(components, tree)
    return AppProfile(verdict=verdict, message=message, components=components, checkout=checkout, warnings=warnings)


def contradiction(component: Component) -> str | None:
    """The sentence about start commands of equal rank; None when one is stronger than the others."""
    found = rivals(component.evidence, "start_command")
    if not found or component.kind not in STARTED:
        return None
    commands = " or ".join(f"`{each.value}` ({each.file})" for each in found)
    return f"{component.name} can be started in more than one way: {commands}; say which with --start"


def describe(component: Component) -> str:
    """Name, kind, and what it is made with."""
    made_with = component.framework or component.language
    return f"{component.name} ({', '.join(dict.fromkeys((component.kind, made_with)))})"


def _verdict(components: tuple[Component, ...], tree: FileTree) -> tuple[Verdict, str]:
    deployed = [each for each in components if each.kind in {*STARTED, "static"} and _can_be_built(each)]
    if deployed:
        contradicting = [sentence for each in deployed if (sentence := contradiction(each))]
        unclear = len(contradicting) == len(deployed)
        return (
            ("ambiguous", "; ".join(contradicting))
            if unclear
            else ("deployable", f"found {', '.join(describe(each) for each in components)}")
        )
    project = named(tree)
    libraries = [each for each in components if _can_be_built(each) and (not project or _is_written(each, tree))]
    counted = collection(tree)
    known = [each for each in libraries if not (counted and _is_loose(each))]
    reasons = [*(_refusal(each) for each in known), *foreign_languages(tree)]
    reasons = reasons or ([counted.sentence] if counted else [*written_languages(tree)])
    is_apart = project and any(each.path == "." and each.language in project.project.languages for each in known)
    if project and not is_apart and (project.project.languages or not reasons):
        return project.project.verdict, f"found {project.sentence}"
    if reasons:
        return "unsupported", f"found {'; '.join(dict.fromkeys(reasons))}"
    return "nothing_found", _nothing(tree)


def _is_written(component: Component, tree: FileTree) -> bool:
    """Whether there are sources of it, not only a list of tools; of a language that is known by its sources."""
    row = languages().get(component.language)
    prefix = "" if component.path == "." else f"{component.path}/"
    return (
        row is None
        or component.dockerfile is not None
        or not row.extensions
        or any(path.endswith(row.extensions) for path in tree.paths if path.startswith(prefix))
    )


def _is_loose(component: Component) -> bool:
    """Whether it is a heap of sources that no file says how to build."""
    return any(each.rule.endswith(".no_build") for each in component.evidence)


def _can_be_built(component: Component) -> bool:
    """Whether there is a template for the language, or a Dockerfile."""
    return component.language in COMPLETE or component.dockerfile is not None


def _refusal(component: Component) -> str:
    place = component.evidence[0].file if component.evidence else component.path
    said = next((each.file for each in component.evidence if each.field == "language"), place)
    if any(each.rule.endswith(".device") for each in component.evidence):
        return f"{component.framework} ({said}), which is made for another place than a container"
    title = languages()[component.language].title if component.language in languages() else component.language
    for ending, sentence in _REFUSALS.items():
        file = next((each.file for each in component.evidence if each.rule.endswith(ending)), None)
        if file:
            return sentence.format(title=title, file=file)
    if component.language == "unknown":
        return f"an image ({said}) that starts no program of the repository"
    return f"a library of {title} ({said}), which has no program to start"


def _nothing(tree: FileTree) -> str:
    count = len(tree.paths)
    return "the folder is empty" if count == 0 else f"none of the {count} files shows an application"


def unfit_images(components: tuple[Component, ...]) -> Iterator[str]:
    """A sentence for each Dockerfile that starts its program as those do who write it.

    It is built as it is; pages have no need of one.
    """
    for each in _for_developers(components):
        yield f"{each.file}:{each.line} starts a server for development, by `{each.value}`: the pages are built"
    for component in components:
        said = best(component.evidence, "start_command") if component.dockerfile else None
        if said and said.file == component.dockerfile and is_for_development(said.value):
            yield f"{said.file}:{said.line} starts {component.name} for development, by `{said.value}`"


def _for_developers(components: tuple[Component, ...]) -> tuple[Evidence, ...]:
    """What Dockerfiles start of pages that are built without them."""
    said = (best(each.evidence, "start_command") for each in components if each.kind == "static")
    return tuple(each for each in said if each and each.rule == "dockerfile.command")


def passed_over(tree: FileTree, components: tuple[Component, ...]) -> Iterator[str]:
    """Warnings about other languages beside what can be deployed."""
    if any(each.kind in STARTED and each.dockerfile is None for each in components):
        for sentence in foreign_languages(tree):
            yield f"also found {sentence}"


def left_aside(tree: FileTree, components: tuple[Component, ...], unmade: Container[str]) -> Iterator[str]:
    """A warning for each Dockerfile that tells facts, but starts no application and so is not built, but `unmade`."""
    built = {each.dockerfile for each in components} | {each.file for each in _for_developers(components)}
    said = (one for each in components if each.dockerfile is None for one in each.evidence)
    told = dict.fromkeys(one.file for one in said if one.rule.startswith("dockerfile."))
    yield from (_why_not_built(tree, file) for file in told if file not in built and file not in unmade)


def _why_not_built(tree: FileTree, file: str) -> str:
    from tasks.detection.image_start import why_not_built  # noqa: PLC0415 - its parser is loaded when needed

    return why_not_built(tree, file)
