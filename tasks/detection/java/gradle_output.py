"""What a Gradle module makes, where it lies, and the task that makes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tasks.detection.java.gradle_scripts import Said
from tasks.detection.reading import Dependency

_SHADOW: Final = ("com.github.johnrengelman.shadow", "com.gradleup.shadow", "io.github.goooler.shadow")
_LIBRARIES: Final = (
    "com.android.application", "com.android.library", "org.jetbrains.intellij", "org.jetbrains.intellij.platform",
    "java-gradle-plugin", "kotlin-dsl", "fabric-loom", "net.minecraftforge.gradle", "net.neoforged.moddev",
    "io.papermc.paperweight.userdev", "xyz.jpenilla.run-paper", "net.neoforged.gradle.userdev", "groovy-gradle-plugin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """The outcome of a module's build."""

    packaging: str
    artifact: str | None
    main_class: str | None
    task: str | None
    version: str | None


def packaging(
    said: tuple[Said, ...], plugins: tuple[Dependency, ...], *, name: str, properties: dict[str, str], module: str
) -> Made:
    """The outcome; without a plugin that makes a program it is a jar."""
    ids = {each.name.removeprefix("plugin:") for each in plugins}
    version = _version(said, properties)
    main = _main_class(said, properties)
    base = next((value for each in said if each.statement.key.rpartition(".")[2] in {"archivesBaseName", "archivesName"} and (value := _literal(each, properties))), None) or name
    stem = f"{base}-{version}" if version else base

    def jar(task: str, suffix: str = "", ending: str = "jar") -> str:
        written = _archive(said, task, properties)
        return f"build/libs/{written or f'{stem}{suffix}.{ending}'}"

    if ids & set(_LIBRARIES):
        return Made("plugin", None, None, None, _literal_version(version))
    if "io.quarkus" in ids:
        uber = "uber-jar" in {properties.get("quarkus.package.type"), properties.get("quarkus.package.jar.type")}
        artifact = f"build/{stem}-runner.jar" if uber else "build/quarkus-app/quarkus-run.jar"
        return Made("quarkus", artifact, None, f"{module}quarkusBuild", _literal_version(version))
    if "org.springframework.boot" in ids and not _is_off(said, "bootJar"):
        war = "war" in ids and not _is_off(said, "bootWar")
        task = "bootWar" if war else "bootJar"
        classifier = next((value for each in said if each.statement.key == f"{task}.archiveClassifier" and (value := each.statement.value)), "")
        artifact = jar(task, f"-{classifier}" if classifier else "", "war" if war else "jar")
        return Made("boot", artifact, main, f"{module}{task}", _literal_version(version))
    if "io.ktor.plugin" in ids and "build/install" not in name:
        written = next((each.statement.value for each in said if each.statement.key.endswith("fatJar.archiveFileName")), None)
        return Made("uber", f"build/libs/{written or f'{name}-all.jar'}", main, f"{module}buildFatJar", _literal_version(version))
    if ids & set(_SHADOW):
        classifier = next((each.statement.value or "" for each in said if re.search(r"shadowJar.*\.archiveClassifier$", each.statement.key)), "all")
        return Made("uber", jar("shadowJar", f"-{classifier}" if classifier else ""), main, f"{module}shadowJar", _literal_version(version))
    if "war" in ids:
        return Made("war", jar("war", "", "war"), None, f"{module}war", _literal_version(version))
    if ids & {"application", "io.micronaut.application", "io.micronaut.minimal.application"} or (main and "application" in ids):
        script = next((value for each in said if each.statement.key == "application.applicationName" and (value := each.statement.value)), None) or name
        return Made("application", f"build/install/{script}/bin/{script}", main, f"{module}installDist", _literal_version(version))
    if main:
        return Made("jar", jar("jar"), main, f"{module}jar", _literal_version(version))
    return Made("jar", None, None, None, _literal_version(version))


def _version(said: tuple[Said, ...], properties: dict[str, str]) -> str | None:
    """The version; "*" where only the build knows it."""
    for each in said:
        if each.statement.key in {"version", "project.version"} and len(each.statement.tokens) > 1:
            return _literal(each, properties) or "*"
    return properties.get("version")


def _literal_version(version: str | None) -> str | None:
    return version if version and re.fullmatch(r"[0-9A-Za-z.+_-]{1,60}", version) else None


def _literal(said: Said, properties: dict[str, str]) -> str | None:
    """The text of a statement, when it is written there or in gradle.properties."""
    tokens = [each for each in said.statement.tokens[1:] if each.kind != "mark"]
    if len(tokens) != 1:
        return None
    if tokens[0].kind == "word":
        return properties.get(re.sub(r"^(?:project|rootProject)\.", "", tokens[0].text))
    filled = re.sub(r"\$\{?(?:project\.)?(\w+)\}?", lambda match: properties.get(match[1], "\0"), tokens[0].text)
    return filled if re.fullmatch(r"[\w.+-]{1,100}", filled) else None


def _archive(said: tuple[Said, ...], task: str, properties: dict[str, str]) -> str | None:
    for each in said:
        blocks = each.statement.blocks
        inside = any(re.search(rf"\b{task}\b|\b{task[0].upper()}{task[1:]}\b", block) for block in blocks)
        if each.statement.key.endswith((".archiveFileName", ".archiveName")) and (inside or each.statement.key.startswith(f"{task}.")):
            return _literal(each, properties)
    return None


def _is_off(said: tuple[Said, ...], task: str) -> bool:
    for each in said:
        inside = any(re.search(rf"\b{task}\b|\b{task[0].upper()}{task[1:]}\b", block) for block in each.statement.blocks)
        if each.statement.key.endswith("enabled") and (inside or each.statement.key.startswith(f"{task}.")) and "false" in each.statement.words:
            return True
    return False


def _main_class(said: tuple[Said, ...], properties: dict[str, str]) -> str | None:
    for each in said:
        last = each.statement.key.rpartition(".")[2]
        if last in {"mainClass", "mainClassName"}:
            value = _literal(each, properties) or next(iter(each.statement.strings), None)
        elif "Main-Class" in each.statement.strings:
            value = next((text for text in each.statement.strings if text != "Main-Class"), None)
        else:
            continue
        if value and re.fullmatch(r"[\w.$]{1,200}", value):
            return value
    return None
