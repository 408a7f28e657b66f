"""Clojure: built by Leiningen or the Clojure tools, run from a standalone jar."""

from __future__ import annotations

from tasks.dockerfiles import bases
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.jvm import JvmRecipe, Tooling, jvm_recipe, runnable
from tasks.models import Component

_PREPARE = {"leiningen": "lein deps", "deps": "clojure -P"}
_CACHES = {"leiningen": ("/root/.m2",), "deps": ("/root/.m2", "/root/.gitlibs")}


def recipe(component: Component, root: Folder, folder: Folder) -> JvmRecipe:  # noqa: ARG001 - as every recipe
    """The recipe for this component below the context."""
    built = runnable(component)
    manager = component.package_manager or "leiningen"
    tooling = Tooling(
        builder=bases.builder_image("clojure", manager, bases.release("clojure", built.language_version)),
        caches=_CACHES[manager],
        prepare=_PREPARE[manager],
    )
    return jvm_recipe(built, root, tooling)
