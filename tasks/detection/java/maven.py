"""Maven: one module of a build as a project."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONVENTION, MANIFEST
from tasks.detection.files import FileTree, join, parent
from tasks.detection.java.pom import Pom, read_pom
from tasks.detection.java.project import Asked, JvmProject
from tasks.detection.java.xml import Element, parse_xml
from tasks.detection.reading import Dependency

_LEFT_OUT: Final = frozenset({"test", "import", "system"})
_COMPILER: Final = "maven-compiler-plugin"
_PUBLISHING: Final = ("maven-gpg-plugin", "nexus-staging-maven-plugin", "central-publishing-maven-plugin")
_LIBRARIES: Final = frozenset({"maven-plugin", "hpi", "jpi", "bundle", "aar", "apk", "eclipse-plugin", "nar", "takari-maven-plugin"})
_PROPERTIES: Final = ("maven.compiler.release", "maven.compiler.source", "maven.compiler.target")
_OTHER_PROPERTIES: Final = ("java.version", "jdk.version", "javaVersion", "java-version", "kotlin.compiler.jvmTarget")
_BOOT_DEFAULTS: Final = {"1": "6", "2": "8", "3": "17", "4": "17"}
_MAX_SIBLINGS: Final = 60


def read_maven(tree: FileTree, folder: str) -> JvmProject:
    """The project of the folder's pom.xml. Raises Invalid for a pom that cannot be read."""
    path = join(folder, "pom.xml")
    pom = read_pom(tree, path)
    root = reactor(tree, folder)
    packaging, artifact, main = _packaging(pom)
    siblings = _siblings(tree, pom) if root != folder or pom.root.find("modules") else ()
    dependencies = list(_dependencies(pom))
    for sibling in siblings:
        dependencies += _dependencies(read_pom(tree, join(sibling, "pom.xml")))
    return JvmProject(
        folder=folder,
        path=path,
        root=root,
        manager="maven",
        name=pom.artifact,
        version=pom.version,
        dependencies=tuple(dict.fromkeys((*dependencies, *_plugins_as_dependencies(pom)))),
        asked=tuple(_asked(pom)),
        packaging=packaging,
        artifact=artifact,
        main_class=main,
        build_command=_build_command(folder, root, packaging),
        manager_version=None,
        manager_file=path,
        dependency_files=_dependency_files(tree, folder, root, (*siblings, folder)),
        siblings=siblings,
        publishes=any(each.root.find("distributionManagement") for each in pom.lineage())
        or any(_plugin(pom, name) for name in _PUBLISHING)
        or any(each.value("id") == "release" for each in pom.root.every("profiles/profile")),
    )


def reactor(tree: FileTree, folder: str) -> str:
    """The topmost folder whose modules lead down to this one."""
    top = here = folder
    while here != ".":
        here = parent(here)
        path = join(here, "pom.xml")
        if path in tree.paths and _lists(tree, path, top):
            top = here
    return top


def _lists(tree: FileTree, path: str, module: str) -> bool:
    root = parse_xml(tree.manifest(path), path)
    listed = [*root.every("modules/module"), *root.every("profiles/profile/modules/module")]
    return any(join(parent(path), each.text.removesuffix("/pom.xml")) == module for each in listed)


def _dependencies(pom: Pom) -> Iterator[Dependency]:
    """What runs with the module, inherited dependencies among it."""
    managed = {
        f"{each.value('groupId')}:{each.value('artifactId')}": each.value("scope")
        for above in pom.lineage()
        for each in above.root.every("dependencyManagement/dependencies/dependency")
    }
    for above in pom.lineage():
        active = [each for each in above.root.every("profiles/profile") if each.value("activation/activeByDefault") == "true"]
        written = [*above.root.every("dependencies/dependency")]
        written += [each for profile in active for each in profile.every("dependencies/dependency")]
        for each in written:
            name = f"{pom.filled(each.value('groupId')) or ''}:{pom.filled(each.value('artifactId')) or ''}"
            scope = each.value("scope") or managed.get(name)
            if scope not in _LEFT_OUT:
                yield Dependency(name, above.path, each.line, ("provided",) if scope == "provided" else ())


def _plugins(pom: Pom) -> Iterator[tuple[Element, Pom]]:
    """The plugins that take part in the build, the module's own first."""
    for above in pom.lineage():
        for each in above.root.every("build/plugins/plugin"):
            yield each, above
        for profile in above.root.every("profiles/profile"):
            if profile.value("activation/activeByDefault") == "true":
                for each in profile.every("build/plugins/plugin"):
                    yield each, above


def _plugin(pom: Pom, artifact: str) -> Element | None:
    return next((each for each, _ in _plugins(pom) if each.value("artifactId") == artifact), None)


def _plugins_as_dependencies(pom: Pom) -> Iterator[Dependency]:
    for each, above in _plugins(pom):
        yield Dependency(f"plugin:{each.value('artifactId') or ''}", above.path, each.line)
    for _, artifact, _, above, line in pom.parents():
        yield Dependency(f"parent:{artifact}", above.path, line)


def _settings(pom: Pom, artifact: str) -> Iterator[Element]:
    """Every configuration of a plugin: of the build, then as it is managed."""
    places = ("build/plugins/plugin", "build/pluginManagement/plugins/plugin")
    for above in pom.lineage():
        for each in (each for place in places for each in above.root.every(place)):
            if each.value("artifactId") == artifact:
                yield from each.every("configuration")
                yield from each.every("executions/execution/configuration")


def _packaging(pom: Pom) -> tuple[str, str | None, str | None]:
    """What the build makes, the file that is started, and the class that it starts."""
    packaging = pom.filled(pom.root.value("packaging")) or "jar"
    final = next((each.root.value("build/finalName") for each in pom.lineage() if each.root.value("build/finalName")), None)
    written = pom.filled(final) if final else (f"{pom.artifact}-{pom.version}" if pom.version else None)
    name = written or "*"
    main = _main_class(pom)
    if packaging in _LIBRARIES:
        return "library", None, None
    if packaging == "pom":
        return "pom", None, None
    if _plugin(pom, "quarkus-maven-plugin"):
        return _quarkus(pom, name)
    boot = _plugin(pom, "spring-boot-maven-plugin")
    if boot and not _is_skipped(pom, boot):
        classifier = next((value for each in _settings(pom, "spring-boot-maven-plugin") if (value := each.value("classifier"))), None)
        return "boot", f"target/{name}{f'-{classifier}' if classifier else ''}.{packaging}", main
    if packaging == "war":
        return "war", f"target/{name}.war", None
    uber = _uber(pom, name)
    if uber is None and any(artifact == "micronaut-parent" for _, artifact, _, _, _ in pom.parents()):
        uber = f"target/{name}.jar"
    if uber:
        return "uber", uber, main
    return "jar", f"target/{name}.jar", main


def _quarkus(pom: Pom, name: str) -> tuple[str, str | None, str | None]:
    kind = (pom.property("quarkus.package.jar.type") or pom.property("quarkus.package.type") or ("fast-jar", "", 0))[0]
    if kind == "uber-jar":
        return "quarkus", f"target/{name}-runner.jar", None
    return "quarkus", "target/quarkus-app/quarkus-run.jar", None


def _is_skipped(pom: Pom, plugin: Element) -> bool:
    written = [plugin.value("configuration/skip")]
    written += [each.value("configuration/skip") for each in plugin.every("executions/execution")]
    skipped = pom.property("spring-boot.repackage.skip")
    return any(pom.filled(each) == "true" for each in written if each) or bool(skipped and skipped[0] == "true")


def _uber(pom: Pom, name: str) -> str | None:
    """The jar that holds its dependencies."""
    if _plugin(pom, "maven-shade-plugin"):
        found = list(_settings(pom, "maven-shade-plugin"))
        attached = any(each.value("shadedArtifactAttached") == "true" for each in found)
        suffix = next((value for each in found if (value := each.value("shadedClassifierName"))), "shaded")
        written = next((pom.filled(each.value("finalName")) for each in found if each.value("finalName")), None)
        file = next((value for each in found if (value := each.value("outputFile"))), "")
        place = re.fullmatch(r"(?:\$\{project\.build\.directory\}|\$\{basedir\}/target|target)/(.+)", file)
        if place and (filled := pom.filled(place[1])):
            return f"target/{filled}"
        return f"target/{written or name}{f'-{suffix}' if attached else ''}.jar"
    if _plugin(pom, "maven-assembly-plugin"):
        found = list(_settings(pom, "maven-assembly-plugin"))
        reference = next((value for each in found if (value := each.value("descriptorRefs/descriptorRef"))), None)
        written = next((pom.filled(each.value("finalName")) for each in found if each.value("finalName")), None)
        appended = not any(each.value("appendAssemblyId") == "false" for each in found)
        if reference == "jar-with-dependencies":
            return f"target/{written or name}{'-jar-with-dependencies' if appended else ''}.jar"
    return None


def _main_class(pom: Pom) -> str | None:
    """The class that some plugin or property names."""
    for artifact in (
        "spring-boot-maven-plugin", "maven-shade-plugin", "maven-assembly-plugin", "maven-jar-plugin", "exec-maven-plugin",
    ):  # fmt: skip
        for each in _settings(pom, artifact):
            for place in ("mainClass", "archive/manifest/mainClass", "transformers/transformer/mainClass", "archive/manifestEntries/Main-Class"):
                for element in each.every(place):
                    value = pom.filled(element.text)
                    if value:
                        return value
    for name in ("exec.mainClass", "start-class", "main.class", "mainClass", "main.verticle", "mainVerticle"):
        named = pom.property(name)
        if named:
            return named[0]
    return None


def _asked(pom: Pom) -> Iterator[Asked]:
    """Every statement about the release of Java, as Maven ranks them."""
    for element, path in _compiler_settings(pom):
        value = pom.filled(element.text)
        if value:
            weight = MANIFEST if element.name == "release" else MANIFEST - 0.02
            yield Asked(value, path, element.line, f"maven.compiler_plugin_{element.name}", weight)
    for position, name in enumerate(_PROPERTIES):
        found = pom.property(name)
        if found:
            yield Asked(*found, f"maven.property.{name}", MANIFEST - 0.01 - position / 50)
    for name in _OTHER_PROPERTIES:
        found = pom.property(name)
        if found:
            yield Asked(*found, f"maven.property.{name}", MANIFEST - 0.06)
    for each in _settings(pom, "kotlin-maven-plugin"):
        value = pom.filled(each.value("jvmTarget"))
        if value:
            yield Asked(value, pom.path, each.line, "maven.kotlin_jvm_target", MANIFEST - 0.05)
    for _, artifact, version, above, line in pom.parents():
        default = _BOOT_DEFAULTS.get(version.partition(".")[0])
        if artifact == "spring-boot-starter-parent" and default:
            yield Asked(default, above.path, line, "maven.spring_boot_parent", CONVENTION)


def _compiler_settings(pom: Pom) -> Iterator[tuple[Element, str]]:
    places = ("build/plugins/plugin", "build/pluginManagement/plugins/plugin")
    for above in pom.lineage():
        for each in (each for place in places for each in above.root.every(place)):
            if each.value("artifactId") == _COMPILER:
                for name in ("release", "source", "target"):
                    element = each.find(f"configuration/{name}")
                    if element:
                        yield element, above.path


def _build_command(folder: str, root: str, packaging: str) -> str | None:
    if packaging in {"pom", "library"}:
        return None
    module = posixpath.relpath(folder, root)
    chosen = "" if module == "." else f"-pl {module} -am "
    return f"mvn -B -ntp -DskipTests {chosen}package"


def _siblings(tree: FileTree, pom: Pom) -> tuple[str, ...]:
    """Folders of the modules that it depends on, directly or not."""
    homes = {
        artifact: parent(path)
        for path in tree.ordered
        if path.rpartition("/")[2] == "pom.xml"
        and (artifact := parse_xml(tree.manifest(path), path).value("artifactId"))
    }
    found: dict[str, None] = {}
    waiting = [pom]
    while waiting and len(found) < _MAX_SIBLINGS:
        here = waiting.pop()
        for each in here.root.every("dependencies/dependency"):
            home = homes.get(here.filled(each.value("artifactId")) or "")
            if home is None or home in found or home == pom.folder or each.value("scope") == "test":
                continue
            other = read_pom(tree, join(home, "pom.xml"))
            if other.group == (here.filled(each.value("groupId")) or ""):
                found[home] = None
                waiting.append(other)
    return tuple(sorted(found))


def _dependency_files(tree: FileTree, folder: str, root: str, modules: tuple[str, ...]) -> tuple[str, ...]:
    """Every pom of the build: Maven reads all modules before it builds one."""
    wanted = [join(root, ".mvn/maven.config"), join(root, ".mvn/extensions.xml"), join(root, ".mvn/jvm.config")]
    if root != folder:
        prefix = "" if root == "." else f"{root}/"
        wanted += [path for path in tree.ordered if path.startswith(prefix) and path.rpartition("/")[2] == "pom.xml"]
    wanted += [join(each, "pom.xml") for each in (root, *modules)]
    found = [posixpath.relpath(path, folder) for path in dict.fromkeys(wanted) if path in tree.paths]
    return tuple(found)
