"""What Maven and Gradle projects have in common once they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection.evidence import say
from tasks.detection.reading import Dependency
from tasks.detection.versions import resolve, unknown_release
from tasks.models import Evidence

INIT_SCRIPT: Final = "/tmp/application.gradle"  # noqa: S108 - a file of the image that builds
_LOWER: Final = 0.1
_TARGETS: Final = (".release", ".source", ".target")


@dataclass(frozen=True, slots=True)
class Asked:
    """A release of Java that a file asks for."""

    value: str
    file: str
    line: int | None
    rule: str
    confidence: float

    @property
    def release(self) -> str | None:
        """The release; "1.8", "VERSION_17" and "temurin-21.0.2+13" are 8, 17 and 21."""
        return release_of(self.value)


@dataclass(frozen=True, slots=True)
class QuarkusBuild:
    """What decides about the outcome of a build of Quarkus."""

    runner: str
    """The jar that is made where no folder is."""
    packaging: str | None
    """As the build's properties name it."""
    version: str | None


@dataclass(frozen=True, slots=True)
class JvmProject:
    """One module of a build."""

    folder: str
    path: str
    """Its manifest."""
    root: str
    """The folder that the build is started in."""
    manager: str
    name: str
    """As artifacts are named."""
    version: str | None
    dependencies: tuple[Dependency, ...]
    """Of the running application, as "group:artifact"; plugins of the build as "plugin:id"."""
    asked: tuple[Asked, ...]
    packaging: str
    """What the build makes: jar, boot, uber, application, quarkus, war, pom, library, plugin."""
    artifact: str | None
    """The file or folder that is started, relative to the module."""
    main_class: str | None
    build_command: str | None
    """Of a module that makes something that can be started."""
    manager_version: str | None
    manager_file: str
    """What shows the package manager."""
    dependency_files: tuple[str, ...]
    """Relative to the module."""
    scripts_command: str | None = None
    """Of Gradle: what makes start scripts, once the module is made an application by the init script of the name."""
    siblings: tuple[str, ...] = ()
    """Folders of the modules that it depends on, directly or not."""
    publishes: bool = False
    """The build speaks to a repository of artifacts."""
    quarkus: QuarkusBuild | None = None

    def depends_on(self, *names: str) -> Dependency | None:
        """The first dependency of one of these names; one that ends in "*" is a prefix."""
        return next((each for each in self.dependencies if any(matches(each.name, name) for name in names)), None)


def matches(name: str, pattern: str) -> bool:
    """Whether the name is meant by the pattern."""
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def release_of(wanted: str) -> str | None:
    """The number of the release that a project writes in one of many ways; None for none."""
    text = re.sub(r"(?i)^(?:.*?\b)?(?:JavaVersion\.)?(?:VERSION|JVM)_", "", wanted.strip()).replace("_", ".")
    text = re.sub(r"^[a-z][a-z-]*?-(?:ce-|jre-|jdk-?|java)?(?=\d)", "", text)
    text = re.sub(r"^(?:jdk|java)-?(?=\d)", "", text, flags=re.IGNORECASE)
    match = re.match(r"(\d{1,2})(?:\.(\d{1,2}))?(?![\d])", text)
    if match is None:
        return None
    number = match[2] if match[1] == "1" and match[2] else match[1]
    return resolve("java", number)


def highest_first(asked: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """What several compilers of one module are told: a target below the highest tells less, since that one must run."""
    targets = {each: int(each.release) for each in asked if each.rule.endswith(_TARGETS) and each.release}
    highest = max(targets.values(), default=0)
    return tuple(
        replace(each, confidence=each.confidence - _LOWER) if targets.get(each, highest) < highest else each
        for each in asked
    )


def version_evidence(asked: tuple[Asked, ...]) -> Iterator[Evidence]:
    """A statement for each release that is asked for."""
    for each in asked:
        if each.release:
            yield say("language_version", each.release, each.file, each.rule, each.confidence, each.line)


def version_warnings(asked: tuple[Asked, ...]) -> Iterator[str]:
    """A sentence for each that does not exist."""
    for each in asked:
        if each.release is None and re.search(r"\d", each.value):
            yield unknown_release("java", each.value, each.file, each.line)
