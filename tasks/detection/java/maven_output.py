"""What a Maven module makes, where it lies, and the class that it starts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tasks.detection.java.maven_plugins import is_told, plugin, setting
from tasks.detection.java.pom import Pom
from tasks.detection.java.project import QuarkusBuild

_BOOT: Final = "spring-boot-maven-plugin"
_QUARKUS: Final = "quarkus-maven-plugin"
_QUARKUS_VERSIONS: Final = ("quarkus.platform.version", "quarkus-plugin.version", "quarkus.version")
_SHADE: Final = "maven-shade-plugin"
_ASSEMBLY: Final = "maven-assembly-plugin"
_LIBRARIES: Final = frozenset({"maven-plugin", "hpi", "jpi", "bundle", "aar", "apk", "eclipse-plugin", "nar"})
_MAIN_PLUGINS: Final = (_BOOT, _SHADE, _ASSEMBLY, "maven-jar-plugin", "exec-maven-plugin")
_MAIN_PLACES: Final = (
    "mainClass",
    "archive/manifest/mainClass",
    "transformers/transformer/mainClass",
    "archive/manifestEntries/Main-Class",
)
_MAIN_PROPERTIES: Final = ("exec.mainClass", "start-class", "main.class", "mainClass", "main.verticle", "mainVerticle")


@dataclass(frozen=True, slots=True)
class MavenOutput:
    """The outcome of a module's build."""

    packaging: str
    artifact: str | None = None
    main_class: str | None = None
    quarkus: QuarkusBuild | None = None


def output(pom: Pom) -> MavenOutput:
    """The outcome; without a plugin that makes a program it is a jar."""
    packaging = pom.filled(pom.root.value("packaging")) or "jar"
    if packaging in {"pom", *_LIBRARIES}:
        return MavenOutput("pom" if packaging == "pom" else "library")
    name = _final_name(pom)
    if plugin(pom, _QUARKUS):
        return MavenOutput("quarkus", "target/quarkus-app/quarkus-run.jar", quarkus=_quarkus(pom, name))
    if plugin(pom, _BOOT) and is_told(pom, _BOOT, "repackage") and not _is_skipped(pom):
        classifier = setting(pom, _BOOT, "classifier")
        stem = setting(pom, _BOOT, "finalName") or name
        return MavenOutput(
            "boot", f"target/{stem}{f'-{classifier}' if classifier else ''}.{packaging}", main_class(pom)
        )
    if packaging == "war":
        return MavenOutput("war", f"target/{name}.war")
    uber = _uber(pom, name)
    return MavenOutput("uber" if uber else "jar", uber or f"target/{name}.jar", main_class(pom))


def main_class(pom: Pom) -> str | None:
    """The class that some plugin or property names."""
    for artifact in _MAIN_PLUGINS:
        for place in _MAIN_PLACES:
            value = setting(pom, artifact, place)
            if value:
                return value
    named = next((found for name in _MAIN_PROPERTIES if (found := pom.property(name))), None)
    return named[0] if named else None


def _final_name(pom: Pom) -> str:
    """What artifacts are called; "*" where only the build knows it."""
    written = next((name for each in pom.lineage() if (name := each.root.value("build/finalName"))), None)
    if written:
        return pom.filled(written) or "*"
    return f"{pom.artifact}-{pom.version}" if pom.version else "*"


def _quarkus(pom: Pom, name: str) -> QuarkusBuild:
    found = pom.property("quarkus.package.jar.type") or pom.property("quarkus.package.type")
    versions = (named[0] for each in _QUARKUS_VERSIONS if (named := pom.property(each)))
    element = plugin(pom, _QUARKUS)
    own = pom.filled(element.value("version")) if element else None
    return QuarkusBuild(f"target/{name}-runner.jar", found[0] if found else None, own or next(versions, None))


def _is_skipped(pom: Pom) -> bool:
    element = plugin(pom, _BOOT)
    written = [] if element is None else [element.value("configuration/skip")]
    written += (
        [] if element is None else [each.value("configuration/skip") for each in element.every("executions/execution")]
    )
    skipped = pom.property("spring-boot.repackage.skip")
    return any(pom.filled(each) == "true" for each in written if each) or bool(skipped and skipped[0] == "true")


def _uber(pom: Pom, name: str) -> str | None:
    """The jar that holds its dependencies."""
    if plugin(pom, _SHADE):
        return f"target/{_shaded(pom, name)}"
    if plugin(pom, _ASSEMBLY) and setting(pom, _ASSEMBLY, "descriptorRefs/descriptorRef") == "jar-with-dependencies":
        appended = setting(pom, _ASSEMBLY, "appendAssemblyId") != "false"
        return (
            f"target/{setting(pom, _ASSEMBLY, 'finalName') or name}{'-jar-with-dependencies' if appended else ''}.jar"
        )
    if any(artifact == "micronaut-parent" for _, artifact, _, _, _ in pom.parents()):
        return f"target/{name}.jar"
    return None


def _shaded(pom: Pom, name: str) -> str:
    written = setting(pom, _SHADE, "outputFile")
    file = re.fullmatch(r"target/([\w.+-]+)", written) if written else None
    if file:
        return file[1]
    attached = setting(pom, _SHADE, "shadedArtifactAttached") == "true"
    suffix = f"-{setting(pom, _SHADE, 'shadedClassifierName') or 'shaded'}" if attached else ""
    return f"{setting(pom, _SHADE, 'finalName') or name}{suffix}.jar"
