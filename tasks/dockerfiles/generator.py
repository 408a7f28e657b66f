"""The build stage of a site that a generator makes: the generator is installed by pip, and run once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from tasks.detection.static.generators import Generator
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.recipe import Recipe
from tasks.dockerfiles.shared import share
from tasks.errors import Rejected
from tasks.models import Component

_PYTHON: Final = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorRecipe(Recipe):
    """How the generator comes into the build stage."""

    template: ClassVar[str] = "generator"
    requirements: str | None
    """The project's own list, when it names the generator."""
    packages: tuple[str, ...]
    """What is installed without such a list."""


def recipe(component: Component, row: Generator, root: Folder, folder: Folder) -> GeneratorRecipe:
    """The recipe for this component. Raises Rejected for a generator that no package registry has."""
    if not row.pip:
        raise Rejected(
            f"{component.name} is made by {row.name}, which no template of ours installs",
            hint=f"add a Dockerfile that runs `{row.build}`, or keep its output in the repository",
            reason="unsupported",
        )
    release = component.language_version if component.language == _PYTHON else None
    fields = share(component.changed(language=_PYTHON, language_version=release), root, None).fields()
    return GeneratorRecipe(
        **fields,
        probe=(),
        preload=None,
        requirements=next((each for each in component.dependency_files if _names(folder, each, row)), None),
        packages=row.pip,
    )


def _names(folder: Folder, file: str, row: Generator) -> bool:
    """Whether the list of requirements brings the generator."""
    return bool(re.search(rf"^\s*{re.escape(row.name)}\b", folder.text(file) or "", re.MULTILINE | re.IGNORECASE))
