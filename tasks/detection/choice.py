"""Which component to go on with."""

from __future__ import annotations

from tasks.detection.evidence import about, harmless
from tasks.detection.verdict import STARTED, contradiction, describe
from tasks.errors import Invalid, Rejected
from tasks.models import AppProfile, Component

LIKELY_PORT = 8080
"""Where what listens and says nowhere where is told to listen, by PORT, and asked: its log tells when that is wrong."""


def choose(profile: AppProfile, name: str | None) -> Component:
    """The one component to go on with; one that listens has a port, a likely one where nothing says which.

    Raises Invalid (nothing_found, ambiguous, several_components) or Rejected (unsupported), as exit codes need it.
    """
    if profile.verdict == "nothing_found":
        raise Invalid(
            f"{profile.checkout.location}: {profile.message}",
            hint="name the folder that holds the application",
            reason="nothing_found",
        )
    if profile.verdict == "unsupported":
        raise _unsupported(f"{profile.checkout.location}: {profile.message}")
    component = _chosen(profile, name)
    if component.kind not in {*STARTED, "static"}:
        raise _unsupported(f"{describe(component)} in {component.path} has no process that could be started")
    unclear = contradiction(component)
    if unclear:
        raise Invalid(unclear, hint=f'containerkit run . --start "{component.start_command}"', reason="ambiguous")
    return _listening(component)


def _listening(component: Component) -> Component:
    """The component with the port that it is asked at; a site's first page shows whether it is there at all."""
    if component.kind not in {"web", "static"}:
        return component
    path = "/" if component.kind == "static" else None
    return component.changed(port=component.port or LIKELY_PORT, health_path=component.health_path or path)


def named(profile: AppProfile, name: str | None) -> Component | None:
    """The component of this name, of the one that it had before the user gave it another, or in this folder."""
    for each in profile.components:
        if name is not None and name in {each.name, each.path, *(said.value for said in about(each.evidence, "name"))}:
            return each
    return None


def listed(profile: AppProfile) -> str:
    """All of them, for a message."""
    return ", ".join(f"{describe(each)} in {each.path}" for each in profile.components) or "none"


def _unsupported(message: str) -> Rejected:
    return Rejected(
        message,
        hint="add a Dockerfile to the repository, or name a start command with --start COMMAND",
        reason="unsupported",
    )


def _chosen(profile: AppProfile, name: str | None) -> Component:
    if name is None and len(profile.components) == 1:
        return profile.components[0]
    chosen = named(profile, name)
    if chosen is not None:
        return chosen
    first = profile.components[0].name
    raise Invalid(
        f"{profile.checkout.location} has several components: {listed(profile)}"
        if name is None
        else f"there is no component {harmless(name)!r}; there is {listed(profile)}",
        hint=f"containerkit run . --component NAME, such as --component {first}",
        reason="several_components",
    )
