"""What the user decides: which component, and what they know better."""

from __future__ import annotations

from tasks.detection.commands import listening, port_in, server_of
from tasks.detection.evidence import USER, harmless
from tasks.detection.verdict import STARTED, contradiction, describe
from tasks.errors import Invalid, Rejected
from tasks.models import AppProfile, Component, EnvironmentVariable, Evidence, Kind, Overrides

LIKELY_PORT = 8080
"""Where what listens and says nowhere where is told to listen, by PORT, and asked: its log tells when that is wrong."""
_FLAGS = "command line or containerkit.toml"


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
    component = _named(profile, name)
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


def _unsupported(message: str) -> Rejected:
    return Rejected(
        message,
        hint="add a Dockerfile to the repository, or name a start command with --start COMMAND",
        reason="unsupported",
    )


def _named(profile: AppProfile, name: str | None) -> Component:
    listed = ", ".join(f"{describe(each)} in {each.path}" for each in profile.components)
    if name is None and len(profile.components) == 1:
        return profile.components[0]
    chosen = next((each for each in profile.components if name in {each.name, each.path}), None)
    if chosen is not None:
        return chosen
    first = profile.components[0].name
    raise Invalid(
        f"{profile.checkout.location} has several components: {listed}"
        if name is None
        else f"there is no component {harmless(name)!r}; there is {listed}",
        hint=f"containerkit run . --component NAME, such as --component {first}",
        reason="several_components",
    )


def apply_overrides(profile: AppProfile, overrides: Overrides, component: str | None = None) -> AppProfile:
    """The profile with the user's values in the named component, or in the only one.

    A given start command settles what was ambiguous, and makes a process of what had none.
    """
    chosen = next((each for each in profile.components if component in {each.name, each.path}), None)
    if chosen is None and component is None and len(profile.components) == 1:
        chosen = profile.components[0]
    if chosen is None or overrides == Overrides():
        return profile
    changed = override(chosen, overrides)
    components = tuple(changed if each is chosen else each for each in profile.components)
    if profile.verdict not in {"ambiguous", "unsupported"} or overrides.start is None:
        return profile.changed(components=components)
    return profile.changed(
        components=components, verdict="deployable", message=f"found {describe(changed)}, started as you said"
    )


def override(component: Component, overrides: Overrides) -> Component:
    """The component with the user's values, each recorded as evidence of rule "user"."""
    implied = _port_of(component, overrides.start) if overrides.start is not None else None
    given = {
        "name": overrides.name,
        "port": overrides.port or implied,
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
    kind = _kind(component, overrides, implied)
    changed = component.changed(**values, kind=kind, evidence=(*said, *component.evidence))
    return with_port(changed, changed.port) if overrides.port is not None and overrides.start is None else changed


def _kind(component: Component, overrides: Overrides, implied: int | None) -> Kind:
    """A site stays one when its web server is moved; a program of its own makes another kind of it."""
    if component.kind == "static":
        return "static" if overrides.start is None else "web"
    if overrides.port is not None or implied is not None:
        return "web"
    return "job" if overrides.start is not None and component.kind not in STARTED else component.kind


def _port_of(component: Component, start: str) -> int | None:
    """The port that a given start command says, or its server's own; what is no server may name other ports."""
    server = server_of(start)
    if server is None and component.kind != "web":
        return None
    own = server.default_port if server and "$" not in start else None
    return port_in(start) or own


def with_port(component: Component, port: int | None) -> Component:
    """The component listening at `port`: its start command and the default of PORT say the same."""
    start = component.start_command
    env = tuple(
        EnvironmentVariable(name="PORT", default=None if port is None else str(port)) if each.name == "PORT" else each
        for each in component.env
    )
    return component.changed(port=port, start_command=listening(start, port) if start else None, env=env)
