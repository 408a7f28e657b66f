"""What the user decides: which component, and what they know better."""

from __future__ import annotations

from tasks.detection.commands import listening
from tasks.detection.evidence import USER, harmless
from tasks.errors import Invalid, Rejected
from tasks.models import AppProfile, Component, EnvironmentVariable, Evidence, Overrides

_FLAGS = "command line or containerkit.toml"


def choose(profile: AppProfile, name: str | None) -> Component:
    """The one component to go on with.

    Raises Invalid (nothing_found, ambiguous, several_components) or Rejected (unsupported), as exit codes need it.
    """
    if profile.verdict == "nothing_found":
        raise Invalid(
            f"{profile.checkout.location}: {profile.message}",
            hint="name the folder that holds the application, or its start command with --start",
            reason="nothing_found",
        )
    if profile.verdict == "unsupported":
        raise Rejected(
            f"{profile.checkout.location}: {profile.message}",
            hint="add a Dockerfile to the repository and run the same command again",
            reason="unsupported",
        )
    component = _named(profile, name)
    if profile.verdict == "ambiguous" and component.name in profile.message:
        raise Invalid(profile.message, hint="add --start COMMAND", reason="ambiguous")
    return component


def _named(profile: AppProfile, name: str | None) -> Component:
    deployable = [each for each in profile.components if each.kind != "library"]
    listed = ", ".join(f"{each.name} ({each.kind}, {each.path})" for each in deployable)
    if name is None:
        if len(deployable) == 1:
            return deployable[0]
        raise Invalid(
            f"{profile.checkout.location} has several components: {listed}",
            hint="containerkit run . --component NAME",
            reason="several_components",
        )
    chosen = next((each for each in profile.components if name in {each.name, each.path}), None)
    if chosen is None:
        raise Invalid(
            f"there is no component {harmless(name)!r}; there is {listed}",
            hint="containerkit run . --component NAME",
            reason="several_components",
        )
    return chosen


def apply_overrides(profile: AppProfile, overrides: Overrides, component: str | None = None) -> AppProfile:
    """The profile with the user's values in the named component, or in the only one; a given start settles ambiguity."""
    if overrides == Overrides():
        return profile
    deployable = [each for each in profile.components if each.kind != "library"] or list(profile.components)
    chosen = next((each for each in profile.components if component in {each.name, each.path}), None)
    if chosen is None and len(deployable) == 1 and component is None:
        chosen = deployable[0]
    if chosen is None:
        return profile
    changed = override(chosen, overrides)
    components = tuple(changed if each is chosen else each for each in profile.components)
    settled = profile.verdict in {"ambiguous", "unsupported"} and overrides.start is not None
    return profile.changed(
        components=components,
        verdict="deployable" if settled else profile.verdict,
        message=f"{changed.name} is started as you said" if settled else profile.message,
    )


def override(component: Component, overrides: Overrides) -> Component:
    """The component with the user's values, each recorded as evidence of rule "user"."""
    given = {
        "name": overrides.name,
        "port": overrides.port,
        "start_command": overrides.start,
        "build_command": overrides.build,
        "health_path": overrides.health,
    }
    said = [
        Evidence(field=field, value=harmless(str(value)), file=_FLAGS, rule="user", confidence=USER)
        for field, value in given.items()
        if value is not None
    ]
    if not said:
        return component
    values = {field: value for field, value in given.items() if value is not None}
    kind = component.kind
    if overrides.port is not None:
        kind = "web"
    elif overrides.start is not None and kind == "library":
        kind = "job"
    changed = component.changed(**values, kind=kind, evidence=(*said, *component.evidence))
    return with_port(changed, changed.port) if overrides.port is not None and overrides.start is None else changed


def with_port(component: Component, port: int | None) -> Component:
    """The component listening at `port`: its start command and the default of PORT say the same."""
    start = component.start_command
    env = tuple(
        EnvironmentVariable(name="PORT", default=None if port is None else str(port)) if each.name == "PORT" else each
        for each in component.env
    )
    return component.changed(port=port, start_command=listening(start, port) if start else None, env=env)
