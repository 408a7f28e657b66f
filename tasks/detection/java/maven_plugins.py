"""Plugins of a pom: those that take part in the build, and how they are configured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tasks.detection.java.pom import Pom
from tasks.detection.xml_text import Element

_PLACES: Final = ("build/plugins/plugin", "build/pluginManagement/plugins/plugin")


def plugins(pom: Pom) -> Iterator[tuple[Element, Pom]]:
    """The plugins that take part in the build, the module's own first, with the pom that names each."""
    for above in pom.lineage():
        yield from ((each, above) for each in above.root.every("build/plugins/plugin"))
        for profile in above.active_profiles():
            yield from ((each, above) for each in profile.every("build/plugins/plugin"))


def plugin(pom: Pom, artifact: str) -> Element | None:
    """The first plugin of that name which takes part."""
    return next((each for each, _ in plugins(pom) if each.value("artifactId") == artifact), None)


def is_told(pom: Pom, artifact: str, goal: str) -> bool:
    """Whether an execution runs the plugin's goal; one of a parent from elsewhere may, and is trusted to."""
    for above in pom.lineage():
        if above.root.find("parent") and above.parent is None:
            return True
        for each in (each for place in _PLACES for each in above.root.every(place)):
            goals = each.every("executions/execution/goals/goal")
            if each.value("artifactId") == artifact and any(found.text == goal for found in goals):
                return True
    return False


def settings(pom: Pom, artifact: str) -> Iterator[tuple[Element, str]]:
    """Every configuration of a plugin with its file: of the build, then as it is managed."""
    for above in pom.lineage():
        for each in (each for place in _PLACES for each in above.root.every(place)):
            if each.value("artifactId") == artifact:
                for place in ("configuration", "executions/execution/configuration"):
                    yield from ((found, above.path) for found in each.every(place))


def setting(pom: Pom, artifact: str, path: str) -> str | None:
    """The first value at the path in a plugin's configuration, filled in."""
    found = (element.text for each, _ in settings(pom, artifact) for element in each.every(path))
    return next((value for text in found if text and (value := pom.filled(text))), None)
