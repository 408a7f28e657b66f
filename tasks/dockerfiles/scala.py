"""Scala: built by sbt or mill, run from what they staged or assembled."""

from __future__ import annotations

from tasks.dockerfiles import bases
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.jvm import JvmRecipe, Tooling, jvm_recipe, runnable
from tasks.models import Component


def recipe(component: Component, root: Folder, folder: Folder) -> JvmRecipe:  # noqa: ARG001 - as every recipe
    """The recipe for this component below the context."""
    built = runnable(component)
    release = bases.release("scala", built.language_version)
    if component.package_manager == "mill":
        tooling = Tooling(
            builder=bases.builder_image("scala", "mill", release), caches=("/root/.cache",), wrapper="mill"
        )
    else:
        tooling = Tooling(
            builder=bases.builder_image("scala", f"sbt-{release}", release),
            caches=("/root/.cache", "/root/.ivy2", "/root/.sbt"),
            prepare="sbt -batch update",
        )
    return jvm_recipe(built, root, tooling)
