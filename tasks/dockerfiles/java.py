"""Java and Kotlin: built by Maven or Gradle, run from the jar that they wrote, or served by Tomcat."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from tasks.detection.java.knowledge import jvm
from tasks.dockerfiles import bases
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.jvm import JvmRecipe, Tooling, build_root, jvm_recipe, runnable
from tasks.errors import Invalid
from tasks.models import Component, Setting

_TIMESTAMP = "1980-01-01T00:00:02Z"
_BOOT = (
    re.compile(r"<artifactId>spring-boot-starter-parent</artifactId>\s*<version>(\d+)\.(\d+)"),
    re.compile(r"org\.springframework\.boot['\")\s]+version\s+['\"](\d+)\.(\d+)"),
)
_WRAPPER = re.compile(r"(?:^|\s)\./gradlew\s")
_TAKES_APART_SINCE = (3, 3)
_NEW_GRADLE = 25
_FIRST_JAKARTA_JAVA = 11


def recipe(component: Component, root: Folder, folder: Folder) -> JvmRecipe:
    """The recipe for this component, whose files lie in `folder` below the context."""
    built = runnable(component)
    home = root.below(build_root(component))
    tooling = _gradle(built, home) if component.package_manager == "gradle" else _maven(built)
    made = jvm_recipe(built, root, tooling, boot=_takes_apart(built, home, folder))
    return _served(made, built, folder) if "catalina.sh" in (built.start_command or "") else made


def _maven(component: Component) -> Tooling:
    release = bases.release("java", component.language_version)
    arguments = f"-Dproject.build.outputTimestamp={_TIMESTAMP}"
    return Tooling(
        builder=bases.builder_image("java", "maven", release),
        caches=("/root/.m2",),
        settings=(Setting(name="MAVEN_ARGS", value=arguments), Setting(name="MAVEN_CONFIG", value="")),
        prepare=None,
    )


def _gradle(component: Component, home: Folder) -> Tooling:
    wrapped = bool(_WRAPPER.search(component.build_command or "")) and home.has("gradlew")
    release = _gradle_java(component, wrapped=wrapped)
    number = int(release)
    key = "gradle-wrapper" if wrapped else "gradle-9" if number >= _NEW_GRADLE else "gradle-8"
    return Tooling(
        builder=bases.builder_image("java", key, release),
        caches=("/root/.gradle",),
        settings=(Setting(name="GRADLE_USER_HOME", value="/root/.gradle"),),
        prepare="./gradlew --no-daemon --version" if wrapped else None,
        wrapper="gradlew" if wrapped else None,
    )


def _gradle_java(component: Component, *, wrapped: bool) -> str:
    """The release that builds: the asked one, as far as the wrapper's Gradle runs on it."""
    release = bases.release("java", component.language_version)
    version = component.package_manager_version
    if not wrapped or version is None:
        return release
    numbers = _numbers(version)
    row = next((each for each in jvm().gradle if numbers >= _numbers(each.since)), None)
    if row is None or row.oldest <= int(release) <= row.newest:
        return release
    fitting = [each for each in bases.known("java").versions if row.oldest <= int(each) <= row.newest]
    return max(fitting, key=int) if int(release) > row.newest else min(fitting, key=int)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


def _takes_apart(component: Component, home: Folder, folder: Folder) -> bool:
    """Whether the jar is one of Spring Boot that its own tools take apart."""
    if component.framework != "spring-boot" or not (component.start_command or "").startswith("java -jar "):
        return False
    texts = [
        place.text(name) or "" for place in (folder, home) for name in ("pom.xml", "build.gradle", "build.gradle.kts")
    ]
    if any(re.search(r"<layers>|\blayered\b|includeTools", text) for text in texts):
        return False
    found = next((match for text in texts for pattern in _BOOT if (match := pattern.search(text))), None)
    return found is not None and (int(found[1]), int(found[2])) >= _TAKES_APART_SINCE


def _served(made: JvmRecipe, component: Component, folder: Folder) -> JvmRecipe:
    """A web archive, unpacked where the servlet container that fits its API finds it."""
    archive = _archive(component)
    old = "jakarta" not in (folder.text("pom.xml") or folder.first("build.gradle", "build.gradle.kts") or "")
    release = bases.release("java", component.language_version)
    if not old and int(release) < _FIRST_JAKARTA_JAVA:
        raise Invalid(f"{component.name} needs Tomcat 10, which needs Java 11", hint="raise the version of Java")
    container = bases.builder_image("java", "tomcat-9" if old else "tomcat-10", release)
    return replace(
        made,
        outputs=(),
        war=posixpath.join(made.layout.folder, archive),
        container=container,
        builders=(*made.builders, container),
        command=("/opt/tomcat/bin/catalina.sh", "run"),
    )


def _archive(component: Component) -> str:
    return "build/libs" if component.package_manager == "gradle" else "target"
