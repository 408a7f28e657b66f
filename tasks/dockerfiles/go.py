"""Go: modules fetched in a layer of their own, one stripped program, run on an image without a shell."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import ClassVar

from tasks.detection.versions import is_supported
from tasks.dockerfiles import bases, compiled
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.recipe import Copy, Recipe
from tasks.dockerfiles.shared import labels, share
from tasks.models import Component, Setting

_BUILD = re.compile(r"go build -o (?P<name>\S+) (?P<package>\.\S*)")
_IN_IMAGE = frozenset({"gcc", "g++", "libc6-dev", "make", "pkg-config", "git"})
"""What the image of Go brings along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoRecipe(Recipe):
    """How a Go program is built."""

    template: ClassVar[str] = "go"
    build_settings: tuple[Setting, ...]
    downloads: bool
    """There are modules to fetch, and they are not in the repository."""
    module: str | None
    """The name to give a module that has none."""
    tidies: bool
    """Nobody wrote down the hashes of the modules."""
    package: str | None
    """What is built; None when the build command is the project's own."""
    program: compiled.Program
    built: str
    """Where the build leaves the program."""
    beside: tuple[Copy, ...]
    left_empty: tuple[str, ...]
    """Those beside it that are made without content."""
    on_debian: bool


def recipe(component: Component, root: Folder, folder: Folder) -> GoRecipe:  # noqa: ARG001 - the module's folder counts
    """The recipe for this component. Raises Invalid for a start command that names no program."""
    placed = _in_module(component, root)
    own = _BUILD.fullmatch(placed.build_command or "")
    shared = share(placed, root, placed.start_command)
    fields = shared.fields()
    layout = fields["layout"]
    program = compiled.program_of(shared.start, layout.folder)
    fields["command"] = program.command
    links_c = "gcc" in placed.build_packages
    release = _release(shared.release)
    text = root.below(placed.path).text("go.mod")
    locked = placed.lock_file is not None
    vendored = root.below(placed.path).has("vendor/modules.txt")
    needs = text is not None and re.search(r"^\s*(?:require\b|[\w./-]+\s+v\d)", text, re.MULTILINE) is not None
    fields["base"] = compiled.run_on(placed, release, small="cc" if links_c else "base")
    fields["labels"] = labels(placed, fields["base"])
    fields["settings"] = compiled.merged(fields["settings"], compiled.address_settings(placed), program.settings)
    fields["build_packages"] = tuple(each for each in placed.build_packages if each not in _IN_IMAGE)
    fields["runtime_packages"] = compiled.debian_packages(placed)
    fields["warnings"] = bases.age_warnings("go", release)
    return GoRecipe(
        **fields,
        builders=(bases.builder_image("go", "go", release),),
        probe=(),
        preload=None,
        build_settings=_build_settings(links_c=links_c),
        downloads=needs and locked and not vendored,
        module=placed.name if text is None else None,
        tidies=needs and not locked and not vendored and not _in_workspace(placed),
        package=own["package"] if own else None if placed.build_command else ".",
        program=program,
        built=f"/out/{program.name}" if own or not placed.build_command else program.target,
        beside=compiled.beside(placed, layout),
        left_empty=compiled.left_empty(placed, root.below(placed.path), layout),
        on_debian=bool(placed.runtime_packages),
    )


def _in_module(component: Component, root: Folder) -> Component:
    """The component in the folder of its module: there the program is built, and there it is started."""
    module = component.path
    while module != "." and root.below(module).text("go.mod") is None:
        module = posixpath.dirname(module) or "."
    if module == component.path or root.below(module).text("go.mod") is None:
        return component

    def moved(file: str) -> str:
        return posixpath.relpath(posixpath.join(component.path, file), module)

    files = tuple(moved(file) for file in component.dependency_files)
    lock = moved(component.lock_file) if component.lock_file else None
    return component.changed(path=module, dependency_files=files, lock_file=lock)


def _in_workspace(component: Component) -> bool:
    return any(posixpath.basename(file) == "go.work" for file in component.dependency_files)


def _release(wanted: str) -> str:
    """The image's release: one that gets security fixes, and not older than what the module asks for."""
    default = bases.base_images().base["go"].default
    newer = [int(part) for part in wanted.split(".")] > [int(part) for part in default.split(".")]
    return wanted if newer or is_supported("go", wanted) else default


def _build_settings(*, links_c: bool) -> tuple[Setting, ...]:
    """-trimpath: no path of the build in the program; -s: no tables for debuggers."""
    flags = Setting(name="GOFLAGS", value="-trimpath -ldflags=-s")
    return (Setting(name="CGO_ENABLED", value="1" if links_c else "0"), flags)
