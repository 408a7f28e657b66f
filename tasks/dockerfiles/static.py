"""A static site: built by what it is made with, if by anything, and served by an unprivileged web server."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from tasks.detection.static.generators import generator
from tasks.dockerfiles import bases, node, ruby
from tasks.dockerfiles import generator as generators
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.generator import GeneratorRecipe
from tasks.dockerfiles.node import NodeRecipe
from tasks.dockerfiles.probe import probe
from tasks.dockerfiles.recipe import Recipe
from tasks.dockerfiles.routing import routing
from tasks.dockerfiles.ruby import RubyRecipe
from tasks.dockerfiles.shared import labels, share
from tasks.dockerfiles.web_server import SITE, configuration
from tasks.errors import Invalid
from tasks.models import Component

_LANGUAGE: Final = "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticRecipe(Recipe):
    """How a site is built and served."""

    template: ClassVar[str] = "static"
    builder: NodeRecipe | RubyRecipe | GeneratorRecipe | None
    """What the build stage is made from; None where the files are served as they are."""
    site: str
    """The folder that is served: of the build stage, or of the context where nothing is built."""
    configuration: str
    """Of the web server."""


def recipe(component: Component, root: Folder, folder: Folder) -> StaticRecipe:
    """The recipe for this site. Raises Invalid or Rejected for one that nobody here can build, and says why."""
    if component.kind != "static" or component.port is None:
        raise Invalid(
            f"{component.name} is a site of plain files: it has no program to start",
            hint="leave --start out; --port alone moves the web server",
            reason="unsupported",
        )
    builder = _builder(component, root, folder)
    base = bases.base_image(_LANGUAGE, bases.release(_LANGUAGE, None))
    served = component if builder is None else component.changed(build_packages=(), runtime_packages=())
    fields = share(served.changed(language=_LANGUAGE, language_version=None), root, None).fields()
    fields["layout"] = replace(fields["layout"], folder=SITE)
    fields["labels"] = labels(component, base)
    fields["warnings"] = builder.warnings if builder else ()
    return StaticRecipe(
        **fields,
        probe=probe(component, "bash"),
        preload=None,
        builders=(builder.base,) if builder else (),
        builder=builder,
        site=_site(component, builder.layout.folder if builder else component.path),
        configuration=configuration(
            component.port, routing=routing(component, folder), hashed=component.build_command is not None
        ),
    )


def _builder(component: Component, root: Folder, folder: Folder) -> NodeRecipe | RubyRecipe | GeneratorRecipe | None:
    if component.build_command is None:
        return None
    row = generator(component.framework)
    if component.language == "node":
        return node.recipe(component, root, folder)
    if component.language == "ruby" and component.package_manager == "bundler":
        return ruby.recipe(component, root, folder)
    if row is not None:
        return generators.recipe(component, row, root, folder)
    bases.known(component.language)
    raise Invalid(
        f"it is not known what the build of {component.name} needs: {component.build_command}",
        hint="add a Dockerfile to the repository",
        reason="unsupported",
    )


def _site(component: Component, folder: str) -> str:
    """The served folder. Raises Invalid when it is unknown, or lies outside of the component."""
    below = component.static_folder
    if below is None:
        raise Invalid(
            f"it is not known which folder the build of {component.name} writes",
            hint="add a Dockerfile to the repository",
            reason="unsupported",
        )
    normal = posixpath.normpath(below)
    if normal.startswith(("/", "../")) or normal == "..":
        raise Invalid(f"the served folder {below!r} lies outside of {component.name}")
    return posixpath.normpath(posixpath.join(folder, normal))
