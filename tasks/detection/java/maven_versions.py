"""Releases of Java that a pom asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tasks.detection.evidence import CONVENTION, MANIFEST
from tasks.detection.java.maven_plugins import settings
from tasks.detection.java.pom import Pom
from tasks.detection.java.project import Asked

_PROPERTIES: Final = {
    "maven.compiler.release": MANIFEST - 0.01,
    "maven.compiler.source": MANIFEST - 0.03,
    "maven.compiler.target": MANIFEST - 0.05,
    "java.version": MANIFEST - 0.06,
    "jdk.version": MANIFEST - 0.06,
    "javaVersion": MANIFEST - 0.06,
    "java-version": MANIFEST - 0.06,
    "kotlin.compiler.jvmTarget": MANIFEST - 0.06,
}
_PARENT: Final = "maven.spring_boot_parent"
_SETS_RELEASE: Final = 17
_IGNORED: Final = CONVENTION - 0.1
_BOOT_DEFAULTS: Final = {"1": "8", "2": "8", "3": "17", "4": "17"}


def asked(pom: Pom) -> tuple[Asked, ...]:
    """Every statement about the release of Java, weighed as Maven ranks them.

    The parent of Spring Boot 3 sets the compiler's release, which holds whatever source and target say: a lower one
    tells nothing.
    """
    found = tuple(_written(pom))
    oldest = next((int(each.value) for each in found if each.rule == _PARENT and int(each.value) >= _SETS_RELEASE), 0)
    return tuple(
        replace(each, confidence=_IGNORED) if each.release and int(each.release) < oldest else each for each in found
    )


def _written(pom: Pom) -> Iterator[Asked]:
    yield from _of_plugin(pom, "maven-compiler-plugin", {"release": 0.0, "source": 0.02, "target": 0.02})
    yield from _of_plugin(pom, "kotlin-maven-plugin", {"jvmTarget": 0.05})
    yield from _of_plugin(pom, "maven-toolchains-plugin", {"toolchains/jdk/version": 0.07})
    yield from _of_plugin(pom, "maven-enforcer-plugin", {"rules/requireJavaVersion/version": 0.1})
    for name, weight in _PROPERTIES.items():
        found = pom.property(name)
        if found:
            yield Asked(*found, f"maven.property.{name}", weight)
    for _, artifact, version, above, line in pom.parents():
        default = _BOOT_DEFAULTS.get(version.partition(".")[0])
        if artifact == "spring-boot-starter-parent" and default:
            yield Asked(default, above.path, line, _PARENT, CONVENTION)


def _of_plugin(pom: Pom, artifact: str, names: dict[str, float]) -> Iterator[Asked]:
    for configuration, path in settings(pom, artifact):
        for name, less in names.items():
            element = configuration.find(name)
            value = pom.filled(element.text) if element and element.text else None
            if element and value:
                lowest = value.strip("[](), ").partition(",")[0]
                yield Asked(lowest, path, element.line, f"{artifact}.{name.rpartition('/')[2]}", MANIFEST - less)
