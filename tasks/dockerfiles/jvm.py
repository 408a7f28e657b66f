"""What Java, Scala and Clojure have in common: built in a stage of its own, only what it made is run, on a JRE."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from typing import ClassVar

from tasks.detection.evidence import about
from tasks.detection.java.knowledge import jvm
from tasks.detection.variable_files import SUGGESTED
from tasks.detection.versions import languages
from tasks.dockerfiles import bases
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.layout import ROOT, arrange
from tasks.dockerfiles.probe import probe
from tasks.dockerfiles.recipe import Layout, Recipe
from tasks.dockerfiles.shared import share
from tasks.errors import Invalid
from tasks.models import Component, ImageRef, Setting

_OUTPUT = re.compile(r"(?<![\w./-])(?:target|build|out)(?:/[\w.+@-]+)*/?")
_CLASS_PATH = re.compile(r"-(?:cp|classpath)\s+(?P<quote>['\"]?)(?P<path>[\w./*:@+-]+)(?P=quote)\s")
_WHOLE = re.compile(
    r"(?P<folder>(?:target|build)/quarkus-app|build/install/[\w.+-]+|(?:target|[\w/-]+/target)/universal/stage)/.*"
)
_SCRIPTED = re.compile(r"/build/install/[^/]+$|/target/universal/stage$")


@dataclass(frozen=True, slots=True)
class Output:
    """What the build made, and where the application finds it: both absolute."""

    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JvmRecipe(Recipe):
    """How an application on the JVM is built."""

    template: ClassVar[str] = "jvm"
    builder: ImageRef
    build_settings: tuple[Setting, ...]
    caches: tuple[str, ...]
    """Folders that are kept between builds."""
    prepare: str | None
    """Run on the manifests alone, before the source is there."""
    wrapper: str | None
    """A program of the repository that builds."""
    outputs: tuple[Output, ...]
    opened: tuple[str, ...]
    """Folders of the build with start scripts in them, which some plugins let only their owner run."""
    extracted: Output | None
    """A jar of Spring Boot that is taken apart, so that its dependencies are a layer of their own; and its folder."""
    war: str | None
    """The archive that a servlet container serves."""
    container: ImageRef | None
    """The image that the servlet container is copied from."""


@dataclass(frozen=True, slots=True)
class Tooling:
    """How one package manager builds: image, cache folders, variables, the step before the source."""

    builder: ImageRef
    caches: tuple[str, ...]
    settings: tuple[Setting, ...] = ()
    prepare: str | None = None
    wrapper: str | None = None


def runnable(component: Component) -> Component:
    """The component with a release that there is an image for: the next one above what it asks for."""
    wanted = component.language_version
    known = bases.known(component.language).versions
    if wanted is None or wanted in known or not wanted.isdigit():
        return component
    above = [each for each in known if int(each) > int(wanted)]
    listed = {each.version for each in languages()[component.language].releases}
    if not above or wanted not in listed:
        return component
    return component.changed(language_version=min(above, key=int))


def build_root(component: Component) -> str:
    """The folder, relative to the context, that holds every manifest of the build."""
    files = [posixpath.normpath(posixpath.join(component.path, each)) for each in component.dependency_files]
    folders = [posixpath.dirname(each) or "." for each in files]
    if not folders or "." in folders or component.path == ".":
        return "." if folders and "." in folders else component.path
    return posixpath.commonpath([component.path, *folders]) or "."


def placed(component: Component, context: Folder) -> Layout:
    """/app mirrors the build's root; the application runs in its module's folder."""
    root = build_root(component)
    here = posixpath.relpath(component.path, root)
    files = tuple(posixpath.normpath(posixpath.join(here, each)) for each in component.dependency_files)
    layout = arrange(component.changed(path=root, dependency_files=files), context)
    return replace(layout, folder=posixpath.normpath(posixpath.join(ROOT, here)), root=ROOT)


def jvm_recipe(component: Component, context: Folder, tooling: Tooling, *, boot: bool = False) -> JvmRecipe:
    """The recipe for a component whose tooling is decided. Raises Invalid for one that nothing builds."""
    shared = share(component, context, component.start_command)
    if component.build_command is None:
        raise Invalid(
            f"it is not known how {component.name} is built",
            hint="name it: --build-command 'mvn package'",
            reason="unsupported",
        )
    fields = shared.fields()
    layout = placed(component, context)
    fields["layout"] = layout
    fields["build_folder"] = layout.root
    fields["build_command"] = component.build_command
    fields["settings"] = tuple(sorted((*fields["settings"], *_told(component)), key=lambda each: each.name))
    served = "catalina.sh" in shared.start
    made = (
        ()
        if served
        else (
            *outputs(shared.start, layout.folder),
            *_files(shared.start, context.below(component.path), layout.folder),
        )
    )
    jar = next((each for each in made if each.source.endswith(".jar")), None) if boot and len(made) == 1 else None
    return JvmRecipe(
        **fields,
        probe=probe(component, "bash"),
        preload=None,
        builders=(tooling.builder,),
        builder=tooling.builder,
        build_settings=tooling.settings,
        caches=tooling.caches,
        prepare=tooling.prepare,
        wrapper=tooling.wrapper,
        outputs=made,
        opened=tuple(each.source for each in made if _SCRIPTED.search(each.source)),
        extracted=Output(jar.source, posixpath.dirname(jar.target)) if jar else None,
        war=None,
        container=None,
    )


def outputs(start: str, folder: str) -> tuple[Output, ...]:
    """What of the build the start command needs; all of the module's folder when it names nothing that is known."""
    found: dict[str, None] = {}
    named = _CLASS_PATH.search(start)
    for each in named["path"].split(":") if named else ():
        found[each.removesuffix("*").rstrip("/") or "."] = None
    for match in () if named else _OUTPUT.finditer(start):
        whole = _WHOLE.fullmatch(match[0])
        if start[match.end() :].startswith("*"):
            found[posixpath.dirname(match[0])] = None
            continue
        found[whole["folder"] if whole else match[0].rstrip("/")] = None
    paths = [posixpath.join(folder, each) for each in found] or [folder]
    return tuple(Output(each, each) for each in paths if not any(each.startswith(f"{other}/") for other in paths))


def _files(start: str, folder: Folder, place: str) -> tuple[Output, ...]:
    """Configuration files of the module that the start command names."""
    names = re.findall(r"(?<![\w./-])(?:[\w-]+/){0,6}[\w-]+\.(?:ya?ml|conf|properties|json|xml)(?![\w/])", start)
    paths = [posixpath.join(place, name) for name in dict.fromkeys(names) if folder.has(name)]
    return tuple(Output(path, path) for path in paths)


def _told(component: Component) -> tuple[Setting, ...]:
    """The variables by which the framework, or the program itself, is told port and address."""
    row = next((each for each in jvm().port_variable if each.framework == component.framework), None)
    if component.port is None:
        return ()
    if row is None:
        return _named_port(component)
    said = (Setting(name=row.name, value=str(component.port)),)
    if component.bind_address is None:
        return said
    return (*said, Setting(name=row.address, value=component.bind_address))


def _named_port(component: Component) -> tuple[Setting, ...]:
    """The variable for the port that the program reads without a default, where nothing in it says another port."""
    if any(each.confidence > SUGGESTED and each.rule != "user" for each in about(component.evidence, "port")):
        return ()
    names = [each.name for each in component.env if each.name in jvm().named_port.names and each.default is None]
    return tuple(Setting(name=name, value=str(component.port)) for name in names)
