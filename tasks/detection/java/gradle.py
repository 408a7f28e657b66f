"""Gradle: one module of a build as a project."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONFIGURATION, MANIFEST
from tasks.detection.files import FileTree, join, parent
from tasks.detection.java.gradle_catalog import Catalog, read_catalog
from tasks.detection.java.gradle_output import packaging
from tasks.detection.java.gradle_scripts import (
    SCRIPTS,
    SETTINGS,
    Said,
    build_root,
    modules,
    project_name,
    said_about,
    script_of,
    settings_of,
    whole_script,
)
from tasks.detection.java.project import INIT_SCRIPT, Asked, JvmProject, highest_first
from tasks.detection.reading import Dependency

_LEFT_OUT: Final = re.compile(
    r"(?i)test|^kapt|^ksp|annotationProcessor|developmentOnly|^classpath$|checkstyle|detekt|ktlint"
)
_COORDINATES: Final = re.compile(r"([\w.-]+):([\w.-]+)(?::.*)?")
_PLAIN_PROPERTY: Final = re.compile(r"^([\w.]+)\s*[=:]\s*(\S+)\s*$", re.MULTILINE)
_MAX_SIBLINGS: Final = 60


def read_gradle(tree: FileTree, folder: str) -> JvmProject:
    """The project of the folder's build script. Raises Invalid for a broken version catalog."""
    root = build_root(tree, folder)
    script = script_of(tree, folder) or script_of(tree, root) or settings_of(tree, root) or join(root, "build.gradle")
    said = said_about(tree, folder, root)
    catalog = read_catalog(tree, folder, root)
    plugins = tuple(_plugins(said, catalog))
    properties = _properties(tree, root, folder)
    name = project_name(tree, folder, root)
    siblings = _siblings(tree, folder, root)
    dependencies = list(_dependencies(said, catalog))
    for each in siblings:
        dependencies += _dependencies(said_about(tree, each, root), catalog)
    made = packaging(said, plugins, name=name, properties=properties, module=_module(tree, folder, root))
    wrapper = _wrapper(tree, root)
    start = "./gradlew" if wrapper and wrapper[1] else "gradle"
    return JvmProject(
        folder=folder,
        path=script,
        root=root,
        manager="gradle",
        name=name,
        version=made.version,
        dependencies=tuple(dict.fromkeys((*dependencies, *plugins))),
        asked=highest_first(tuple(_asked(said, properties, catalog, _constants((*said, *whole_script(tree, root)))))),
        packaging=made.packaging,
        artifact=made.artifact,
        main_class=made.main_class,
        build_command=f"{start} --no-daemon {made.task}" if made.task else None,
        scripts_command=None
        if _is_a_part(tree, folder, root)
        else f"{start} --no-daemon -I {INIT_SCRIPT} {_module(tree, folder, root)}installDist",
        manager_version=wrapper[0] if wrapper else None,
        manager_file=script,
        dependency_files=_dependency_files(tree, folder, root, (*siblings, folder)),
        siblings=siblings,
        publishes=any(each.name in {"plugin:maven-publish", "plugin:com.vanniktech.maven.publish"} for each in plugins),
        quarkus=made.quarkus,
    )


def _module(tree: FileTree, folder: str, root: str) -> str:
    """The module's path in front of a task, with its colon; empty for the root."""
    if folder == root:
        return ""
    named = next((path for path, place in modules(tree, root).items() if place == folder), None)
    return f"{named or ':' + posixpath.relpath(folder, root).replace('/', ':')}:"


def _is_a_part(tree: FileTree, folder: str, root: str) -> bool:
    """Whether another script of the build names the module, which it does in order to depend on it."""
    if folder == root:
        return False
    path = _module(tree, folder, root).removesuffix(":")
    accessor = re.sub(r"[-_](\w)", lambda match: match[1].upper(), path.strip(":")).replace(":", ".")
    named = re.compile(rf"[\"']{re.escape(path)}[\"']|\bprojects\.{re.escape(accessor)}\b")
    scripts = (each for each in tree.ordered if each.rpartition("/")[2] in SCRIPTS and parent(each) != folder)
    return any(named.search(tree.text(each) or "") for each in scripts)


def _plugins(said: tuple[Said, ...], catalog: Catalog) -> Iterator[Dependency]:
    """The plugins that are applied, as "plugin:id"."""
    for each in said:
        statement = each.statement
        words, strings = statement.words, statement.strings
        if statement.blocks[-1:] == ("plugins",) or words[:1] == ("plugins.apply",):
            if "apply" in words and "false" in words:
                continue
            named = strings[:1] if words[:1] in {("id",), ("plugins.apply",)} else words[:1]
            if words[:1] == ("kotlin",) and strings:
                named = (f"org.jetbrains.kotlin.{strings[0]}",)
            elif words[:1] == ("alias",) and len(words) > 1:
                identity = catalog.plugin(words[1])
                named = (identity,) if identity else ()
            for name in named:
                yield Dependency(f"plugin:{name}", each.file, statement.line)
        elif words[:1] == ("apply",) and "from" not in words and strings:
            yield Dependency(f"plugin:{strings[0]}", each.file, statement.line)


def _dependencies(said: tuple[Said, ...], catalog: Catalog) -> Iterator[Dependency]:
    for each in said:
        statement = each.statement
        if statement.blocks[-1:] != ("dependencies",) or not statement.words or "buildscript" in statement.blocks:
            continue
        configuration = statement.words[0]
        if _LEFT_OUT.search(configuration) or any("test" in block.lower() for block in statement.blocks):
            continue
        provided = ("provided",) if "Only" in configuration and configuration != "runtimeOnly" else ()
        for name in _named(statement.words, statement.strings, catalog):
            yield Dependency(name, each.file, statement.line, provided)


def _named(words: tuple[str, ...], strings: tuple[str, ...], catalog: Catalog) -> Iterator[str]:
    if "group" in words and "name" in words and len(strings) > 1:
        yield f"{strings[0]}:{strings[1]}"
        return
    if "kotlin" in words and strings and ":" not in strings[0]:
        yield f"org.jetbrains.kotlin:kotlin-{strings[0]}"
    for word in words:
        yield from catalog.library(word)
        if word.startswith("ktorLibs.server"):
            yield f"io.ktor:ktor-{word.removeprefix('ktorLibs.').replace('.', '-')}"
        elif word.startswith("compose.desktop"):
            yield "org.jetbrains.compose:desktop"
    for text in strings:
        match = _COORDINATES.fullmatch(text)
        if match and not text.startswith(":"):
            yield f"{match[1]}:{match[2]}"


def _siblings(tree: FileTree, folder: str, root: str) -> tuple[str, ...]:
    """Folders of the modules that it depends on, directly or not."""
    known = modules(tree, root)
    accessors = {re.sub(r"[-_:]+", "", path).lower(): place for path, place in known.items()}
    found: dict[str, None] = {}
    waiting = [folder]
    while waiting and len(found) < _MAX_SIBLINGS:
        for each in said_about(tree, waiting.pop(), root):
            statement = each.statement
            if (
                statement.blocks[-1:] != ("dependencies",)
                or not statement.words
                or _LEFT_OUT.search(statement.words[0])
            ):
                continue
            named = (
                [known.get(text) for text in statement.strings if text.startswith(":")]
                if "project" in statement.words
                else []
            )
            named += [
                accessors.get(word.removeprefix("projects.").replace(".", "").lower())
                for word in statement.words
                if word.startswith("projects.")
            ]
            for place in named:
                if place and place not in found and place != folder:
                    found[place] = None
                    waiting.append(place)
    return tuple(sorted(found))


def _properties(tree: FileTree, root: str, folder: str) -> dict[str, str]:
    """gradle.properties of the root, then of the module."""
    found: dict[str, str] = {}
    for place in dict.fromkeys((root, folder)):
        found |= dict(_PLAIN_PROPERTY.findall(tree.text(join(place, "gradle.properties")) or ""))
    return found


_VERSION_KEYS: Final = re.compile(
    r"(?:^|\.)(?:(?P<toolchain>toolchain\.languageVersion|languageVersion|jvmToolchain)"
    r"|(?P<release>options\.release|release)|(?P<source>sourceCompatibility)|(?P<target>targetCompatibility|jvmTarget))$"
)
_WEIGHTS: Final = {
    "toolchain": MANIFEST,
    "release": MANIFEST - 0.01,
    "source": MANIFEST - 0.02,
    "target": MANIFEST - 0.03,
}


def _asked(
    said: tuple[Said, ...], properties: dict[str, str], catalog: Catalog, constants: dict[str, str]
) -> Iterator[Asked]:
    """Every statement about the release of Java, the toolchain's first."""
    for each in said:
        match = _VERSION_KEYS.search(each.statement.key)
        if match is None or any("test" in block.lower() for block in each.statement.blocks):
            continue
        if match["release"] and match[0].strip(".") == "release" and "options" not in each.statement.key.lower():
            continue
        kind = match.lastgroup or "target"
        value = _release(each, properties, catalog, constants)
        if value:
            yield Asked(value, each.file, each.statement.line, f"gradle.{kind}", _WEIGHTS[kind])
    for name in ("javaVersion", "java.version", "jvmVersion", "jdkVersion", "java_version", "jvm_version"):
        if name in properties:
            yield Asked(properties[name], "gradle.properties", None, "gradle.properties", CONFIGURATION - 0.05)


def _constants(said: tuple[Said, ...]) -> dict[str, str]:
    """Literals by the names that scripts give them."""
    found: dict[str, str] = {}
    for statement in (each.statement for each in said):
        words = [each.text for each in statement.tokens if each.kind == "word"]
        literals = [each.text for each in statement.tokens if each.kind in {"string", "number"}]
        if len(literals) != 1 or not words or all(each.text != "=" for each in statement.tokens):
            continue
        name = words[1] if words[0] in {"val", "def", "var", "const"} and len(words) > 1 else words[0]
        found.setdefault(name.rpartition(".")[2], literals[0])
    return found


def _release(said: Said, properties: dict[str, str], catalog: Catalog, constants: dict[str, str]) -> str | None:
    """The literal behind a key, or what a property, a constant or the catalog holds."""
    statement = said.statement
    literal = next(
        (
            each.text
            for each in statement.tokens[1:]
            if each.kind in {"string", "number"} and re.match(r"\d", each.text)
        ),
        None,
    )
    if literal:
        return literal
    for word in reversed((*statement.words[1:], *statement.strings)):
        if re.search(r"(?:VERSION|JVM)_\d", word):
            return word
        name = re.sub(r"\.(?:get|toInt|toString|asInt).*$", "", word.removeprefix("$"))
        name = re.sub(r"^(?:project|rootProject|rootProject\.ext|ext)\.", "", name)
        found = properties.get(name) or constants.get(name.rpartition(".")[2]) or catalog.version(name)
        if found:
            return found
    return None


def _wrapper(tree: FileTree, root: str) -> tuple[str | None, bool] | None:
    """The version that the wrapper names, and whether all of its files are there."""
    text = tree.text(join(root, "gradle/wrapper/gradle-wrapper.properties"))
    if text is None:
        return None
    match = re.search(r"gradle-(\d{1,2}(?:\.\d{1,3}){1,2})(?:-[\w.-]+?)?-(?:bin|all)\.zip", text)
    complete = all(join(root, name) in tree.paths for name in ("gradlew", "gradle/wrapper/gradle-wrapper.jar"))
    return (match[1] if match else None), complete


def _dependency_files(tree: FileTree, folder: str, root: str, places: tuple[str, ...]) -> tuple[str, ...]:
    wanted = [join(root, name) for name in (*SETTINGS, "gradle.properties", "gradlew")]
    prefix = "" if root == "." else f"{root}/"
    wanted += [path for path in tree.ordered if path.startswith((f"{prefix}gradle/", f"{prefix}buildSrc/"))]
    for place in dict.fromkeys((root, *places)):
        script = script_of(tree, place)
        wanted += [*([script] if script else []), join(place, "gradle.properties"), join(place, "gradle.lockfile")]
    found = dict.fromkeys(path for path in wanted if path in tree.paths)
    return tuple(posixpath.relpath(path, folder) for path in found)
