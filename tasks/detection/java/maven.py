"""Maven: one module of a build as a project."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from tasks.detection.files import FileTree, join, parent
from tasks.detection.java.maven_output import output
from tasks.detection.java.maven_plugins import plugin, plugins
from tasks.detection.java.maven_versions import asked
from tasks.detection.java.pom import Pom, read_pom
from tasks.detection.java.project import JvmProject
from tasks.detection.reading import Dependency
from tasks.detection.xml_text import parse_xml

_LEFT_OUT: Final = frozenset({"test", "import", "system"})
_PUBLISHING: Final = ("maven-gpg-plugin", "nexus-staging-maven-plugin", "central-publishing-maven-plugin")
_MAX_SIBLINGS: Final = 60


def read_maven(tree: FileTree, folder: str) -> JvmProject:
    """The project of the folder's pom.xml. Raises Invalid for a pom that cannot be read."""
    path = join(folder, "pom.xml")
    pom = read_pom(tree, path)
    root = reactor(tree, folder)
    made = output(pom)
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
        asked=asked(pom),
        packaging=made.packaging,
        artifact=made.artifact,
        main_class=made.main_class,
        build_command=_build_command(folder, root, made.packaging),
        manager_version=None,
        manager_file=path,
        dependency_files=_dependency_files(tree, folder, root, (*siblings, folder)),
        siblings=siblings,
        publishes=any(each.root.find("distributionManagement") for each in pom.lineage())
        or any(plugin(pom, name) for name in _PUBLISHING)
        or any(each.value("id") == "release" for each in pom.root.every("profiles/profile")),
        quarkus=made.quarkus,
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
        active = [
            each for each in above.root.every("profiles/profile") if each.value("activation/activeByDefault") == "true"
        ]
        written = [*above.root.every("dependencies/dependency")]
        written += [each for profile in active for each in profile.every("dependencies/dependency")]
        for each in written:
            name = f"{pom.filled(each.value('groupId')) or ''}:{pom.filled(each.value('artifactId')) or ''}"
            scope = each.value("scope") or managed.get(name)
            if scope not in _LEFT_OUT:
                yield Dependency(name, above.path, each.line, ("provided",) if scope == "provided" else ())


def _plugins_as_dependencies(pom: Pom) -> Iterator[Dependency]:
    for each, above in plugins(pom):
        yield Dependency(f"plugin:{each.value('artifactId') or ''}", above.path, each.line)
    for _, artifact, _, above, line in pom.parents():
        yield Dependency(f"parent:{artifact}", above.path, line)


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
        if path.endswith("pom.xml")
        and path.rpartition("/")[2] == "pom.xml"
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
        wanted += [path for path in tree.ordered if path.endswith("/pom.xml") and path.startswith(prefix)]
    wanted += [join(each, "pom.xml") for each in (root, *modules)]
    found = [posixpath.relpath(path, folder) for path in dict.fromkeys(wanted) if path in tree.paths]
    return tuple(found)
