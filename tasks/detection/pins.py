"""What the user knows better, laid over what was found. What was found stays as evidence."""

from __future__ import annotations

from typing import Final

from tasks.detection.choice import listed, named
from tasks.detection.commands import listening, port_in, server_of
from tasks.detection.evidence import CONVENTION, USER, harmless, say
from tasks.detection.verdict import STARTED, describe
from tasks.detection.versions import languages, resolve
from tasks.errors import Invalid
from tasks.models import (
    AppProfile,
    Component,
    EnvironmentVariable,
    Evidence,
    Limits,
    Overrides,
    Pinned,
    Pins,
    Resources,
)

FIELDS: Final = {
    "name": "name",
    "kind": "kind",
    "language_version": "language_version",
    "framework": "framework",
    "package_manager": "package_manager",
    "port": "port",
    "start": "start_command",
    "build": "build_command",
    "health": "health_path",
    "static_folder": "static_folder",
    "backing_services": "backing_services",
    "build_packages": "build_packages",
    "runtime_packages": "runtime_packages",
    "environment": "settings",
    "required_variables": "env",
    "resources": "resources",
}
"""Of each override the component's field."""
_PACKAGES: Final = ("build_packages", "runtime_packages")
_IN_A_DOCKERFILE: Final = ("language_version", "package_manager", "start", "build", *_PACKAGES)
"""What a repository's own Dockerfile decides, which is built as it is."""


def apply_overrides(profile: AppProfile, overrides: Overrides, component: str | None = None) -> AppProfile:
    """The profile with values from the command line in the named component, or in the only one."""
    return pin(profile, (Pinned(values=pins_of(overrides)),), component)


def pins_of(overrides: Overrides | Pins) -> Pins:
    """The same as what a file can say."""
    if isinstance(overrides, Pins):
        return overrides
    return Pins.model_validate({name: getattr(overrides, name) for name in Overrides.model_fields})


def pin(profile: AppProfile, pinned: tuple[Pinned, ...], component: str | None = None) -> AppProfile:
    """The profile with everything that was pinned, the last one winning; `component` is the chosen one.

    A given start command settles what was ambiguous, and makes a process of what had none. Raises Invalid with file
    and line for a component that there is not, and for values that contradict one another.
    """
    for each in pinned:
        profile = _pin(profile, each, component)
    return profile


def _pin(profile: AppProfile, pinned: Pinned, component: str | None) -> AppProfile:
    if pinned.values == Pins():
        _require_component(profile, pinned)
        return profile
    chosen = _require_component(profile, pinned) or named(profile, component)
    if chosen is None and component is None and len(profile.components) == 1:
        chosen = profile.components[0]
    if chosen is None:
        return _without_effect(profile, pinned)
    changed = override(chosen, pinned.values, pinned)
    components = tuple(changed if each is chosen else each for each in profile.components)
    known = profile.changed(components=components, warnings=(*profile.warnings, *_unused(changed, pinned)))
    starts = pinned.values.start is not None or pinned.values.kind == "static"
    if profile.verdict not in {"ambiguous", "unsupported"} or not starts:
        return known
    return known.changed(verdict="deployable", message=f"found {describe(changed)}, started as you said")


def _require_component(profile: AppProfile, pinned: Pinned) -> Component | None:
    """The component that the table names; None for one that names none."""
    if pinned.component is None:
        return None
    found = named(profile, pinned.component)
    if found is None:
        place = pinned.place("")
        raise Invalid(
            f"{_at(pinned, '')}there is no component {harmless(pinned.component)!r}; there is {listed(profile)}",
            hint=f"correct [components.{harmless(pinned.component)}] in {place.file}",
        )
    return found


def _without_effect(profile: AppProfile, pinned: Pinned) -> AppProfile:
    if not pinned.places or not profile.components:
        return profile
    place = pinned.places[0]
    warning = f"{place.file}:{place.line}: [app] concerns none of several components; use [components.NAME]"
    return profile.changed(warnings=(*profile.warnings, warning))


def _unused(component: Component, pinned: Pinned) -> tuple[str, ...]:
    given = [field for field in _IN_A_DOCKERFILE if field in _given(pinned.values)]
    if component.dockerfile is None or not given:
        return ()
    return (f"{component.dockerfile} decides {', '.join(given)}; --dockerfile generated makes them count",)


def override(component: Component, overrides: Overrides | Pins, pinned: Pinned | None = None) -> Component:
    """The component with the user's values, each recorded as evidence of rule "user"."""
    source = pinned or Pinned(values=pins_of(overrides))
    said_so = source.values
    given = _given(said_so)
    if not given:
        return component
    values, said = _values(component, said_so, source), []
    for field, value in given.items():
        place = source.place(field)
        target = FIELDS[field]
        text = shown(value if target == "env" else values.get(target, value))
        said.append(say(target, text, place.file, "user", USER, place.line))
    if "port" in values and "port" not in given:
        place = source.place("start")
        said.append(say("port", values["port"], place.file, "user", USER, place.line))
    before = _former_name(component, said_so)
    changed = component.changed(**values, evidence=(*said, *before, *component.evidence))
    rewritten = overrides.port is not None and overrides.start is None
    return with_port(changed, changed.port) if rewritten else changed


def with_port(component: Component, port: int | None) -> Component:
    """The component listening at `port`: its start command and the default of PORT say the same."""
    start = component.start_command
    env = tuple(
        EnvironmentVariable(name="PORT", default=None if port is None else str(port)) if each.name == "PORT" else each
        for each in component.env
    )
    return component.changed(port=port, start_command=listening(start, port) if start else None, env=env)


def shown(value: object) -> str:
    """A value as evidence shows it."""
    if isinstance(value, tuple):
        return ", ".join(getattr(each, "name", str(each)) for each in value)
    if isinstance(value, Limits):
        value = value.resources
    if isinstance(value, Resources):
        memory, disk = (size // 2**20 for size in (value.memory_bytes, value.ephemeral_bytes))
        return f"cpu {value.cpu_millicores}m, memory {memory}Mi, disk {disk}Mi"
    return str(value)


def _given(overrides: Pins) -> dict[str, object]:
    return {field: value for field in FIELDS if (value := getattr(overrides, field)) not in {None, ()}}


def _values(component: Component, overrides: Pins, source: Pinned) -> dict[str, object]:
    """The component's fields as they become."""
    implied = _port_of(component, overrides.start) if overrides.start is not None else None
    plain = ("name", "framework", "package_manager", "start", "build", "health", "static_folder", "backing_services")
    given = _given(overrides)
    values: dict[str, object] = {FIELDS[field]: given[field] for field in plain if field in given}
    if port := overrides.port or implied:
        values["port"] = port
    if overrides.language_version is not None:
        values["language_version"] = _release(component, overrides.language_version, _at(source, "language_version"))
    for field in _PACKAGES:
        if added := getattr(overrides, field):
            values[field] = tuple(sorted({*getattr(component, field), *added}))
    if overrides.resources is not None:
        values["resources"] = overrides.resources.resources
    return values | _environment(component, overrides) | _kind(component, overrides, implied, source)


def _environment(component: Component, overrides: Pins) -> dict[str, object]:
    if not overrides.environment and not overrides.required_variables:
        return {}
    settings = {each.name: each for each in (*component.settings, *overrides.environment)}
    env = {each.name: each for each in component.env}
    env |= {each.name: EnvironmentVariable(name=each.name, default=each.value) for each in overrides.environment}
    env |= {name: EnvironmentVariable(name=name, required=True) for name in overrides.required_variables}
    return {
        "settings": tuple(settings[name] for name in sorted(settings)),
        "env": tuple(env[name] for name in sorted(env)),
    }


def _kind(component: Component, overrides: Pins, implied: int | None, source: Pinned) -> dict[str, object]:
    """The kind, and what goes with another one. Raises Invalid for a port of what does not listen."""
    kind = overrides.kind
    if kind is None:
        kind = component.kind
        if kind == "static":
            # a site stays one when its web server is moved; a program of its own makes another kind of it
            kind = "static" if overrides.start is None else "web"
        elif overrides.port is not None or implied is not None:
            kind = "web"
        elif overrides.start is not None and kind not in STARTED:
            kind = "job"
    elif kind not in {"web", "static"} and overrides.port is not None:
        raise Invalid(f"{_at(source, 'port')}a {kind} listens on no port", hint="leave out kind or port")
    values: dict[str, object] = {"kind": kind}
    if kind not in {"web", "static"}:
        values |= {"port": None, "health_path": None, "bind_address": None}
    if kind in {"static", "library"} and overrides.start is None:
        values["start_command"] = None
    return values


def _release(component: Component, wanted: str, place: str) -> str:
    row = languages().get(component.language)
    if row is None or not row.releases:
        return wanted
    found = resolve(component.language, wanted)
    if found is None:
        known = ", ".join(each.version for each in row.releases)
        raise Invalid(
            f"{place}no known release of {row.title} is {harmless(wanted)!r}; known are {known}",
            hint="correct language_version",
        )
    return found


def _at(source: Pinned, field: str) -> str:
    """Where a field was set, in front of a message about it."""
    place = source.place(field)
    return f"{place.file}:{place.line}: " if place.line else ""


def _former_name(component: Component, overrides: Pins) -> tuple[Evidence, ...]:
    """What it was called before stays known, so that it is still found by it."""
    if overrides.name is None or overrides.name == component.name:
        return ()
    return (say("name", component.name, component.path, "name.detected", CONVENTION),)


def _port_of(component: Component, start: str) -> int | None:
    """The port that a given start command says, or its server's own; what is no server may name other ports."""
    server = server_of(start)
    if server is None and component.kind != "web":
        return None
    own = server.default_port if server and "$" not in start else None
    return port_in(start) or own
