"""Elixir: a release made in its own stage, which brings its own Erlang and needs no Mix at run time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tasks.detection.elixir.manifests import release_name, without_comments
from tasks.dockerfiles import bases
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.probe import probe
from tasks.dockerfiles.recipe import Recipe
from tasks.dockerfiles.shared import share
from tasks.errors import Invalid
from tasks.models import Component, ImageRef, Setting

_COMPILER = ("build-essential", "git")
_RUNTIME = ("ca-certificates", "libncurses6", "libstdc++6", "openssl")


@dataclass(frozen=True, slots=True, kw_only=True)
class ElixirRecipe(Recipe):
    """How a release is made."""

    template: ClassVar[str] = "elixir"
    builder: ImageRef
    locked: bool
    assets: bool
    """There is an alias that builds what browsers get."""
    release: str


def recipe(component: Component, root: Folder, folder: Folder) -> ElixirRecipe:
    """The recipe for this component, whose files lie in `folder` below the context."""
    project = without_comments(folder.text("mix.exs") or "")
    name = _release(component, project)
    shared = share(component, root, f"bin/{name} start")
    builder = bases.builder_image("elixir", component.package_manager or "mix", shared.release)
    fields = shared.fields()
    fields["build_packages"] = tuple(sorted({*_COMPILER, *fields["build_packages"]}))
    fields["runtime_packages"] = tuple(sorted({*_RUNTIME, *fields["runtime_packages"]}))
    fields["settings"] = tuple(sorted((*fields["settings"], *_settings(component)), key=lambda each: each.name))
    return ElixirRecipe(
        **fields,
        probe=probe(component, "bash"),
        preload=None,
        builders=(builder,),
        builder=builder,
        locked=component.lock_file is not None,
        assets="assets.deploy" in project,
        release=name,
    )


def _release(component: Component, project: str) -> str:
    named = release_name(project)
    if named:
        return named
    raise Invalid(
        f"{component.name}: mix.exs names no release",
        hint="name one in mix.exs: releases: [NAME: [applications: […]]]",
        reason="unsupported",
    )


def _settings(component: Component) -> tuple[Setting, ...]:
    """A Phoenix release starts its server only when it is told to."""
    return (Setting(name="PHX_SERVER", value="true"),) if component.framework == "phoenix" else ()
