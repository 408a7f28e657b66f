"""PHP: packages installed by Composer in a stage of their own, pages served by Apache, programs run by the console."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from pydantic import TypeAdapter

from tasks.detection.shape import parse_json, table
from tasks.dockerfiles import bases
from tasks.dockerfiles.assets import Assets, assets
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.probe import probe
from tasks.dockerfiles.recipe import Recipe
from tasks.dockerfiles.shared import share
from tasks.knowledge import load
from tasks.models import Component, ImageRef, Model

_DOCUMENTS = re.compile(r"php -S \S+ -t (?P<folder>[\w./-]+)")
_CONSOLE_SERVER = re.compile(r"php (?:artisan|spark) serve\b")


class Extension(Model):
    """A row of php_extensions.toml."""

    name: str
    packages: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    runtime: tuple[str, ...] = ()
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhpRecipe(Recipe):
    """How a PHP application is installed and served."""

    template: ClassVar[str] = "php"
    composer: ImageRef | None
    """The image that installs packages; None without a composer.json."""
    locked: bool
    extensions: tuple[str, ...]
    documents: str | None
    """The folder that Apache serves, in the image; None for a program."""
    writable: tuple[str, ...]
    assets: Assets | None


@cache
def extensions() -> tuple[Extension, ...]:
    """All rows of php_extensions.toml."""
    return TypeAdapter(tuple[Extension, ...]).validate_python(load("php_extensions")["extension"])


def recipe(component: Component, root: Folder, folder: Folder) -> PhpRecipe:
    """The recipe for this component, whose files lie in `folder` below the context."""
    served = _documents(component)
    start = "apache2-foreground" if served is not None else component.start_command
    shared = share(component, root, start)
    fields = shared.fields()
    wanted = _extensions(folder)
    fields["build_packages"] = tuple(sorted({*fields["build_packages"], *(p for each in wanted for p in each.build)}))
    fields["runtime_packages"] = tuple(
        sorted({*fields["runtime_packages"], *(p for each in wanted for p in each.runtime)})
    )
    composer = bases.builder_image("php", "composer", shared.release) if component.package_manager else None
    built = assets(component, folder)
    return PhpRecipe(
        **fields,
        probe=probe(component, "bash"),
        preload=None,
        builders=(*((built.base,) if built else ()), *((composer,) if composer else ())),
        assets=built,
        composer=composer,
        locked=component.lock_file is not None,
        extensions=tuple(each.name for each in wanted),
        documents=posixpath.normpath(posixpath.join(fields["layout"].folder, served)) if served is not None else None,
        writable=("storage", "bootstrap/cache") if component.framework == "laravel" else (),
    )


def _documents(component: Component) -> str | None:
    """The folder of the pages, where a development server would be started; Apache takes its place."""
    start = component.start_command or ""
    if _CONSOLE_SERVER.search(start):
        return "public"
    match = _DOCUMENTS.search(start)
    return match["folder"] if match else None


def _extensions(folder: Folder) -> tuple[Extension, ...]:
    """What the image has to be given: named as ext-…, or needed by a package."""
    text = folder.text("composer.json")
    required = table(parse_json(text, "composer.json").get("require")) if text else {}
    names = {name.removeprefix("ext-").replace("-", "_") for name in required if name.startswith("ext-")}
    return tuple(each for each in extensions() if each.name in names or set(each.packages) & set(required))
