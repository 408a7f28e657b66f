"""What a Gradle module makes, where it lies, and the task that makes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tasks.detection.java.gradle_jars import own_jar
from tasks.detection.java.gradle_scripts import Said
from tasks.detection.java.project import QuarkusBuild
from tasks.detection.reading import Dependency

_ARCHIVES: Final = re.compile(r"(?:^|\.)archives(?:BaseName|Name)$")
_BOOT: Final = frozenset({"org.springframework.boot", "org.grails.grails-web", "org.apache.grails.gradle.grails-web"})
_APPLICATIONS: Final = frozenset(
    {
        "application", "io.micronaut.application", "io.micronaut.minimal.application", "io.ratpack.ratpack-java",
        "io.ratpack.ratpack-groovy",
    }
)  # fmt: skip
_QUARKUS_VERSIONS: Final = ("quarkusPluginVersion", "quarkusPlatformVersion", "quarkusVersion")
_SHADOW: Final = (
    "com.github.johnrengelman.shadow", "com.gradleup.shadow", "io.github.goooler.shadow", "io.vertx.vertx-plugin",
)  # fmt: skip
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
    quarkus: QuarkusBuild | None


def packaging(
    said: tuple[Said, ...], plugins: tuple[Dependency, ...], *, name: str, properties: dict[str, str], module: str
) -> Made:
    """The outcome; without a plugin that makes a program it is a jar. `module` stands in front of a task's name."""
    ids = {each.name.removeprefix("plugin:") for each in plugins}
    version = _version(said, properties)
    base = next(
        (value for each in said if _ARCHIVES.search(each.statement.key) and (value := _literal(each, properties))), name
    )
    build = _Build(said, properties, frozenset(ids), name, base, version)
    kind, artifact, task = build.outcome()
    main = None if kind in {"plugin", "quarkus", "war"} else build.main_class()
    quarkus = build.quarkus() if kind == "quarkus" else None
    return Made(kind, artifact, main, f"{module}{task}" if task else None, _literal_version(version), quarkus)


@dataclass(frozen=True, slots=True)
class _Build:
    """What is known about a module."""

    said: tuple[Said, ...]
    properties: dict[str, str]
    ids: frozenset[str]
    name: str
    base: str
    version: str | None

    @property
    def stem(self) -> str:
        """What archives are called."""
        return f"{self.base}-{self.version}" if self.version else self.base

    def outcome(self) -> tuple[str, str | None, str | None]:
        """Packaging, artifact and task, by the first plugin that decides."""
        for decides in (self._none, self._quarkus, self._boot, self._uber, self._war, self._application, self._own):
            found = decides()
            if found:
                return found
        if not self.main_class():
            return "jar", None, None
        return "uber" if self._is_whole() else "jar", self.jar("jar"), "jar"

    def jar(self, task: str, suffix: str = "", ending: str = "jar") -> str:
        """The archive that a task writes."""
        written = _archive(self.said, task, self.properties)
        return f"build/libs/{written or f'{self.stem}{suffix}.{ending}'}"

    def main_class(self) -> str | None:
        """The class that the build names."""
        return _main_class(self.said, self.properties)

    def quarkus(self) -> QuarkusBuild:
        """What decides about a build of Quarkus."""
        wanted = self.properties.get("quarkus.package.jar.type") or self.properties.get("quarkus.package.type")
        statements = (each.statement for each in self.said if "io.quarkus" in each.statement.strings)
        own = next((text for each in statements for text in each.strings if re.match(r"\d", text)), None)
        named = (self.properties.get(each) for each in _QUARKUS_VERSIONS)
        return QuarkusBuild(
            f"build/{self.stem}-runner.jar", wanted, own or next((each for each in named if each), None)
        )

    def _none(self) -> tuple[str, str | None, str | None] | None:
        return ("plugin", None, None) if self.ids & set(_LIBRARIES) else None

    def _quarkus(self) -> tuple[str, str | None, str | None] | None:
        if "io.quarkus" not in self.ids:
            return None
        return "quarkus", "build/quarkus-app/quarkus-run.jar", "quarkusBuild"

    def _boot(self) -> tuple[str, str | None, str | None] | None:
        if not self.ids & _BOOT or _is_off(self.said, "bootJar"):
            return None
        task, ending = (
            ("bootWar", "war") if "war" in self.ids and not _is_off(self.said, "bootWar") else ("bootJar", "jar")
        )
        return "boot", self.jar(task, self._classifier(task, ""), ending), task

    def _uber(self) -> tuple[str, str | None, str | None] | None:
        if "io.ktor.plugin" in self.ids:
            keys = (each for each in self.said if each.statement.key.endswith("fatJar.archiveFileName"))
            written = next((each.statement.value for each in keys), None)
            return "uber", f"build/libs/{written or f'{self.name}-all.jar'}", "buildFatJar"
        if self.ids & set(_SHADOW):
            return "uber", self.jar("shadowJar", self._classifier("shadowJar", "all")), "shadowJar"
        return None

    def _war(self) -> tuple[str, str | None, str | None] | None:
        return ("war", self.jar("war", "", "war"), "war") if "war" in self.ids else None

    def _application(self) -> tuple[str, str | None, str | None] | None:
        if not self.ids & _APPLICATIONS:
            return None
        keys = (each for each in self.said if each.statement.key == "application.applicationName")
        script = next((each.statement.value for each in keys), None) or self.name
        return "application", f"build/install/{script}/bin/{script}", "installDist"

    def _is_whole(self) -> bool:
        """Whether the jar of the task jar takes up what the module depends on."""
        return any(
            re.search(r"zipTree|[rR]untimeClasspath|configurations\.(?:compile|runtime)\b", word)
            for each in self.said
            if any(re.search(r"\b[jJ]ar\b", block) for block in each.statement.blocks)
            for word in (*each.statement.words, *each.statement.blocks)
        )

    def _own(self) -> tuple[str, str | None, str | None] | None:
        made = own_jar(self.said, name=self.name, base=self.base, version=self.version)
        return ("uber", f"build/libs/{made.file}", made.task) if made else None

    def _classifier(self, task: str, default: str) -> str:
        found = (
            each.statement for each in self.said if re.search(rf"{task}\b.*\.archiveClassifier$", each.statement.key)
        )
        value = next((each.value or "" for each in found), default)
        return f"-{value}" if value else ""


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
        if each.statement.key.endswith((".archiveFileName", ".archiveName")) and (
            inside or each.statement.key.startswith(f"{task}.")
        ):
            return _literal(each, properties)
    return None


def _is_off(said: tuple[Said, ...], task: str) -> bool:
    for each in said:
        inside = any(
            re.search(rf"\b{task}\b|\b{task[0].upper()}{task[1:]}\b", block) for block in each.statement.blocks
        )
        if (
            each.statement.key.endswith("enabled")
            and (inside or each.statement.key.startswith(f"{task}."))
            and "false" in each.statement.words
        ):
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
