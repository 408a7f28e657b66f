"""Deno: what a program imports is fetched when the image is built; at run time nothing is."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import ClassVar

from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.probe import probe
from tasks.dockerfiles.recipe import Recipe
from tasks.dockerfiles.shared import share
from tasks.models import Component

_SCRIPT = re.compile(r"[\w@./-]{1,200}\.[cm]?[jt]sx?")


@dataclass(frozen=True, slots=True, kw_only=True)
class DenoRecipe(Recipe):
    """How a Deno program is put into an image."""

    template: ClassVar[str] = "deno"
    locked: bool
    entry: str | None
    """The program, whose imports are fetched; None for one that the build makes."""


def recipe(component: Component, root: Folder, folder: Folder) -> DenoRecipe:
    """The recipe for this component, whose files lie in `folder` below the context."""
    shared = share(component, root, component.start_command)
    fields = shared.fields()  # refuses what cannot be split into words
    words = shlex.split(shared.start)
    entry = next((word for word in words if _SCRIPT.fullmatch(word) and folder.has(word)), None)
    return DenoRecipe(
        **fields,
        probe=probe(component, "bash"),
        preload=None,
        locked=component.lock_file is not None,
        entry=entry,
    )
