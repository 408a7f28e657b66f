"""Why a component's field has its value: what spoke for it, and what lost against what."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final, Literal

from tasks.detection.evidence import about
from tasks.detection.pins import FIELDS, shown
from tasks.errors import Invalid
from tasks.models import Component, Evidence, Model

EXPLAINED: Final = (
    *("name", "kind", "language", "language_version", "framework", "package_manager", "package_manager_version"),
    *("port", "start_command", "build_command", "static_folder", "health_path", "bind_address", "backing_services"),
    *(
        "env",
        "settings",
        "resources",
        "build_packages",
        "runtime_packages",
        "dockerfile",
        "dockerfile_context",
        "dockerfile_target",
    ),
)
"""The fields that can be asked for, in the order in which they are read."""
_LISTS: Final = frozenset({"backing_services", "env", "settings", "build_packages", "runtime_packages"})
"""Several values, each with a statement of its own."""
_UNSAID: Final = {
    "name": "the project does not name itself here: it is that of its metadata or of its folder",
    "kind": "nothing says that it is started or listens",
    "language_version": "the project does not say; the Dockerfile takes the release that is recommended now",
    "port": "no statement names it: it follows from the start command's server",
    "start_command": "nothing says how it is started",
    "build_packages": "what the dependencies need",
    "runtime_packages": "what the dependencies need",
    "health_path": "no route says that it means health: any answer below 500 at / will do",
}
_COMPUTED: Final = {"port": "a mere default gives way to the start command"}
_ADAPTED: Final = (
    "the strongest statement, adapted: listening on every address at the port, and what a script runs in its place"
)


class Reason(Model):
    """One statement and what became of it."""

    evidence: Evidence
    role: Literal["chosen", "agrees", "lost"]
    why: str = ""


class Explanation(Model):
    """One field."""

    field: str
    value: str | None
    """As text; None where nothing was found."""
    note: str = ""
    """How the value follows, where no statement holds it as it is."""
    reasons: tuple[Reason, ...] = ()


def explain(component: Component, field: str) -> Explanation:
    """Why the field has its value. Raises Invalid with the list for a field that there is not."""
    field = FIELDS.get(field, field)
    if field not in EXPLAINED:
        close = get_close_matches(field, EXPLAINED, 1)
        raise Invalid(
            f"there is no field {field!r}{f'; did you mean {close[0]}?' if close else ''}",
            hint=f"one of {', '.join(EXPLAINED)}",
        )
    value = getattr(component, field)
    text = None if value in {None, ()} else shown(value)
    spoken = about(component.evidence, field)
    reasons = _of_a_list(component, field, spoken) if field in _LISTS else _ranked(spoken, field, text)
    return Explanation(field=field, value=text, note=_note(field, text, reasons), reasons=reasons)


def _of_a_list(component: Component, field: str, spoken: tuple[Evidence, ...]) -> tuple[Reason, ...]:
    names = {getattr(each, "name", each) for each in getattr(component, field)}
    names.add(shown(getattr(component, field)))
    return tuple(
        Reason(evidence=each, role="chosen")
        if each.value in names
        else Reason(evidence=each, role="lost", why="it was replaced by what you said")
        for each in spoken
    )


def _ranked(spoken: tuple[Evidence, ...], field: str, value: str | None) -> tuple[Reason, ...]:
    """The first statement that holds the value is the chosen one; of one that was adapted it is the strongest."""
    adapted = spoken[0] if spoken and value and field not in _COMPUTED else None
    chosen = next((each for each in spoken if each.value == value), adapted)
    missing = _COMPUTED.get(field, "") if value else "a component of this kind has no such field"
    return tuple(_judged(each, chosen, missing) for each in spoken)


def _judged(evidence: Evidence, chosen: Evidence | None, missing: str) -> Reason:
    if chosen is None:
        return Reason(evidence=evidence, role="lost", why=missing)
    if evidence is chosen:
        return Reason(evidence=evidence, role="chosen")
    if evidence.value == chosen.value:
        return Reason(evidence=evidence, role="agrees", why="says the same")
    if evidence.confidence > chosen.confidence:
        why = f"a mere default gives way to {chosen.rule}"
    elif evidence.confidence == chosen.confidence:
        why = f"as strong as {chosen.rule}, which was read first"
    else:
        why = f"{evidence.confidence:.2f} is weaker than {chosen.confidence:.2f} of {chosen.rule}"
    return Reason(evidence=evidence, role="lost", why=why)


def _note(field: str, value: str | None, reasons: tuple[Reason, ...]) -> str:
    chosen = next((each for each in reasons if each.role == "chosen"), None)
    if chosen is None:
        return _UNSAID.get(field, "nothing was found" if value is None else "it follows from the other fields")
    if field in _LISTS or chosen.evidence.value == value:
        return ""
    return _ADAPTED if field == "start_command" else "worked out from the strongest statement"
