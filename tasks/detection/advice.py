"""What an advisor may add: a value where no statement speaks, marked as its own; it never replaces one that was found.

What is asked about is hostile, so that what is answered is, too: it is held to what a user's file may say, and more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, get_args

from pydantic import ValidationError

from tasks.detection.commands import is_simple, listening
from tasks.detection.evidence import BELIEVED, LLM, harmless, is_plain, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.pins import with_port
from tasks.detection.ports import speaks_http
from tasks.detection.versions import languages, resolve
from tasks.models import (
    AppProfile,
    Component,
    Evidence,
    Excerpt,
    GapAnswers,
    GapField,
    GapQuestion,
    Kind,
    KnownValue,
    Pins,
)

ORIGIN: Final = "language model"
"""Where such a statement was read: in no file."""
_FIELDS: Final[dict[Kind, tuple[GapField, ...]]] = {
    "web": ("language_version", "framework", "port", "start_command", "health_path"),
    "worker": ("language_version", "framework", "start_command"),
    "job": ("language_version", "framework", "start_command"),
    "static": ("framework", "static_folder"),
    "library": (),
}
_PINS: Final = {"start_command": "start", "health_path": "health"}
"""Of a component's field the override that says what it may look like, where its name is another one."""
_IN_A_DOCKERFILE: Final = frozenset({"language_version", "framework", "start_command"})
"""What is not asked about where a repository's own Dockerfile decides it."""
_MOST_EXCERPTS: Final = 6
_EXCERPT_LENGTH: Final = 2000
_REASON_LENGTH: Final = 160
_READMES: Final = ("README.md", "README.rst", "README.txt", "README", "readme.md", "Readme.md")


def question(component: Component, tree: FileTree, redact: Callable[[str], str]) -> GapQuestion | None:
    """What to ask about the component: its gaps, with heads of the files that tell most. None without a gap."""
    unknown = tuple(field for field in _FIELDS[component.kind] if _is_gap(component, field))
    if not unknown:
        return None
    every: tuple[GapField, ...] = get_args(GapField)
    values = {field: getattr(component, field) for field in every}
    return GapQuestion(
        component=component.name,
        kind=component.kind,
        language=component.language,
        known=tuple(
            KnownValue(field=field, value=redact(harmless(str(value))))
            for field, value in values.items()
            if value is not None
        ),
        unknown=unknown,
        excerpts=tuple(_excerpts(component, tree, redact)),
    )


def answered(profile: AppProfile, component: Component, answers: GapAnswers) -> AppProfile:
    """The profile whose component has the answers: as values where nothing speaks, else as weaker statements beside.

    What cannot be used is left out. There is a warning for each value filled in and for each left out.
    """
    values: dict[str, object] = {}
    said: list[Evidence] = []
    warnings: list[str] = []
    for answer in {each.field: each for each in reversed(answers.answers)}.values():
        field, value = answer.field, answer.value.strip()
        shown = f"{component.name}: {field} {harmless(value)!r}"
        if fault := _fault(component, field, value):
            warnings.append(f"{shown}, as the {ORIGIN} says, was left out: {fault}")
            continue
        value = _usual(component, field, value)
        confidence = min(answer.confidence, LLM)
        said.append(say(field, value, ORIGIN, BELIEVED, confidence))
        if _is_gap(component, field):
            values[field] = value
            reason = harmless(answer.reason)[:_REASON_LENGTH]
            warnings.append(f"{shown} is only what the {ORIGIN} says ({confidence:.2f}): {reason}")
    changed = _filled(component, values).changed(evidence=(*component.evidence, *said))
    return profile.changed(
        components=tuple(changed if each is component else each for each in profile.components),
        warnings=(*profile.warnings, *sorted(warnings)),
    )


def _is_gap(component: Component, field: GapField) -> bool:
    """Whether the field has no value and nothing speaks of it, not even something that was of no use."""
    decided = component.dockerfile is not None and field in _IN_A_DOCKERFILE
    spoken = any(each.field == field and each.rule != BELIEVED for each in component.evidence)
    return getattr(component, field) is None and not spoken and not decided


def _filled(component: Component, values: dict[str, object]) -> Component:
    """The component with values; what listens is told the port, as with every start command and port."""
    if not values:
        return component
    filled = component.changed(**{**values, "port": int(str(values.get("port", component.port) or 0)) or None})
    if "port" in values:
        return with_port(filled, filled.port)
    start = filled.start_command
    return (
        filled.changed(start_command=listening(start, filled.port)) if start and "start_command" in values else filled
    )


def _fault(component: Component, field: GapField, value: str) -> str | None:
    """Why the value cannot be used; None when it can."""
    if field not in _FIELDS[component.kind]:
        return f"a {component.kind} has none"
    if not value or not is_plain(value):
        return "it is no single line of printable text"
    try:
        Pins.model_validate({_PINS.get(field, field): value})
    except ValidationError:
        return "it does not look like one"
    of_its_own: dict[GapField, tuple[bool, str]] = {
        "port": (speaks_http(value), "another protocol is spoken there"),
        "start_command": (is_simple(value), "it is not one program with arguments"),
        "static_folder": (".." not in value.split("/"), "it leads out"),
        "language_version": (_release(component, value) is not None, "there is no such release"),
    }
    fits, why = of_its_own.get(field, (True, ""))
    return None if fits else why


def _usual(component: Component, field: GapField, value: str) -> str:
    """The value as detection would say it."""
    release = _release(component, value) if field == "language_version" else None
    return release or (str(int(value)) if field == "port" else value)


def _release(component: Component, wanted: str) -> str | None:
    row = languages().get(component.language)
    return resolve(component.language, wanted) if row and row.releases else None


def _excerpts(component: Component, tree: FileTree, redact: Callable[[str], str]) -> Iterator[Excerpt]:
    """A README, then the files that spoke about the component, and those that its dependencies stand in."""
    folders = dict.fromkeys((component.path, parent(component.path), "."))
    readme = (join(folder, name) for folder in folders for name in _READMES)
    wanted = [path for path in readme if path in tree.paths][:1]
    wanted += [each.file for each in component.evidence]
    wanted += [join(component.path, name) for name in component.dependency_files]
    lock = join(component.path, component.lock_file) if component.lock_file else ""
    shown = [path for path in dict.fromkeys(wanted) if path in tree.paths and path != lock and not _is_private(path)]
    for path in shown[:_MOST_EXCERPTS]:
        # secrets first: one that is cut in two is none to the redactor
        yield Excerpt(file=redact(path), text=redact(tree.head(path))[:_EXCERPT_LENGTH])


def _is_private(path: str) -> bool:
    """Whether the file holds values of variables, which leave this machine for nobody."""
    name = path.rpartition("/")[2]
    return name.startswith(".env") or name.endswith(".env")
