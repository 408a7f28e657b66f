"""Ruby: gems installed from the lock file in the build stage, assets built there, a plain Ruby at run time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tasks.dockerfiles.assets import Assets, assets
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.probe import probe
from tasks.dockerfiles.recipe import Recipe
from tasks.dockerfiles.shared import share
from tasks.models import Component

_COMPILER = ("build-essential", "git", "libyaml-dev", "pkg-config")


@dataclass(frozen=True, slots=True, kw_only=True)
class RubyRecipe(Recipe):
    """How a Ruby application is installed."""

    template: ClassVar[str] = "ruby"
    installs: bool
    """There is a Gemfile."""
    locked: bool
    writable: tuple[str, ...]
    """Folders that the application writes into; each becomes a link to where a read-only container may write."""
    assets: Assets | None


def recipe(component: Component, root: Folder, folder: Folder) -> RubyRecipe:
    """The recipe for this component, whose files lie in `folder` below the context."""
    shared = share(component, root, component.start_command)
    fields = shared.fields()
    fields["build_packages"] = tuple(sorted({*_COMPILER, *fields["build_packages"]}))
    built = assets(component, folder)
    return RubyRecipe(
        **fields,
        probe=probe(component, "bash"),
        preload=None,
        builders=(built.base,) if built else (),
        assets=built,
        installs=component.package_manager == "bundler",
        locked=component.lock_file is not None,
        writable=("log", "tmp") if component.framework in {"rails", "hanami", "padrino"} else (),
    )
