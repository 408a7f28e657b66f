"""Rust: what Cargo fetched and compiled stays in caches; one stripped program, run on an image without a shell."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import ClassVar

from tasks.detection.commands import EVERY_ADDRESS
from tasks.dockerfiles import bases, compiled
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.recipe import Copy, Recipe
from tasks.dockerfiles.shared import labels, share
from tasks.errors import Invalid
from tasks.models import Component, Setting

_BUILD = re.compile(r"cargo build --release(?: --package (?P<package>[\w-]+))? --bin (?P<name>[\w-]+)")
_PINNED = re.compile(r"^(?:\s*channel\s*=\s*)?\"?(1\.\d{1,3})(?:\.\d{1,3})?(?:-[\w-]+)?\"?\s*$", re.MULTILINE)
_IN_IMAGE = frozenset({"gcc", "libc6-dev"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RustRecipe(Recipe):
    """How a Rust program is built."""

    template: ClassVar[str] = "rust"
    build_settings: tuple[Setting, ...]
    toolchain_files: tuple[str, ...]
    """They ask rustup for what the image has, or for what it cannot have."""
    cargo: str
    """The build, and the program put where no cache hides it."""
    program: compiled.Program
    beside: tuple[Copy, ...]
    left_empty: tuple[str, ...]
    """Those beside it that are made without content."""
    on_debian: bool


def recipe(component: Component, root: Folder, folder: Folder) -> RustRecipe:
    """The recipe for this component. Raises Invalid for what another tool than Cargo builds."""
    if "[package.metadata.leptos]" in (folder.text("Cargo.toml") or ""):
        raise Invalid(
            f"{component.name} is built by cargo-leptos, for which there is no template",
            hint="add a Dockerfile to the repository",
            reason="unsupported",
        )
    placed = _in_workspace(component, root)
    place = root.below(placed.path)
    shared = share(placed, root, placed.start_command)
    fields = shared.fields()
    layout = fields["layout"]
    program = compiled.program_of(shared.start, layout.folder)
    fields["command"] = program.command
    release = _release(place, shared.release)
    fields["base"] = compiled.run_on(placed, release, small="base")
    fields["labels"] = labels(placed, fields["base"])
    fields["settings"] = compiled.merged(
        fields["settings"], _framework_settings(placed, place), compiled.address_settings(placed), program.settings
    )
    fields["build_packages"] = tuple(each for each in placed.build_packages if each not in _IN_IMAGE)
    fields["runtime_packages"] = compiled.debian_packages(placed)
    fields["warnings"] = bases.age_warnings("rust", release)
    return RustRecipe(
        **fields,
        builders=(bases.builder_image("rust", "cargo", release),),
        probe=(),
        preload=None,
        build_settings=_build_settings(place, folder),
        toolchain_files=tuple(name for name in ("rust-toolchain", "rust-toolchain.toml") if place.has(name)),
        cargo=_cargo(placed, program),
        program=program,
        beside=compiled.beside(placed, layout),
        left_empty=compiled.left_empty(placed, place, layout),
        on_debian=bool(placed.runtime_packages),
    )


def _in_workspace(component: Component, root: Folder) -> Component:
    """The component in the folder that Cargo builds in: its workspace's, else its own."""
    place = component.path
    while place != "." and not re.search(r"^\[workspace\b", root.below(place).text("Cargo.toml") or "", re.MULTILINE):
        place = posixpath.dirname(place) or "."
    files = {posixpath.normpath(posixpath.join(component.path, each)) for each in component.dependency_files}
    if place == component.path or posixpath.normpath(posixpath.join(place, "Cargo.toml")) not in files:
        return component
    moved = tuple(posixpath.relpath(each, place) for each in sorted(files))
    lock = component.lock_file and posixpath.relpath(posixpath.join(component.path, component.lock_file), place)
    return component.changed(path=place, dependency_files=moved, lock_file=lock)


def _cargo(component: Component, program: compiled.Program) -> str:
    own = _BUILD.fullmatch(component.build_command or "")
    command = component.build_command or f"cargo build --release --bin {program.name}"
    built = own["name"] if own else program.name
    if component.build_command and own is None:
        command = f"({command})"
    elif component.lock_file:
        command = command.replace("--release", "--release --locked", 1)
    return f"{command} && install -D target/release/{built} /out/{program.name}"


def _release(place: Folder, wanted: str) -> str:
    """The release that the toolchain file pins; else the newest, which builds what older ones build."""
    pinned = _PINNED.search(place.first("rust-toolchain.toml", "rust-toolchain") or "")
    row = bases.base_images().base["rust"]
    if pinned and pinned[1] in row.versions:
        return pinned[1]
    return max(wanted, row.default, key=lambda each: [int(part) for part in each.split(".")])


def _build_settings(place: Folder, folder: Folder) -> tuple[Setting, ...]:
    found = [Setting(name="CARGO_PROFILE_RELEASE_STRIP", value="symbols")]
    if any(each.has(name) for each in (place, folder) for name in (".sqlx", "sqlx-data.json")):
        found.append(Setting(name="SQLX_OFFLINE", value="true"))
    if "nightly" in (place.first("rust-toolchain.toml", "rust-toolchain") or ""):
        found.append(Setting(name="RUSTC_BOOTSTRAP", value="1"))
    return tuple(sorted(found, key=lambda each: each.name))


def _framework_settings(component: Component, place: Folder) -> tuple[Setting, ...]:
    """Rocket reads its address and its port from variables of its own, and Loco which of its files is meant.

    Both listen on their own machine otherwise.
    """
    if component.framework == "loco" and place.has("config/production.yaml"):
        return (Setting(name="LOCO_ENV", value="production"),)
    if component.framework != "rocket" or component.port is None:
        return ()
    address = Setting(name="ROCKET_ADDRESS", value=EVERY_ADDRESS)
    return (address, Setting(name="ROCKET_PORT", value=str(component.port)))
