"""PHP: packages installed by Composer in a stage of their own, pages served by Apache, programs run by the console."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import ClassVar

from tasks.detection.php.extensions import FIELD, Extension, extensions
from tasks.detection.shape import parse_json, table
from tasks.dockerfiles import bases
from tasks.dockerfiles.assets import Assets, assets
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.probe import probe
from tasks.dockerfiles.recipe import Recipe
from tasks.dockerfiles.shared import share
from tasks.models import Component, ImageRef

_DOCUMENTS = re.compile(r"php -S \S+ -t (?P<folder>[\w./-]+)")
_BUILDPACK_SERVER = re.compile(r"(?:^|/)heroku-php-(?:apache2|nginx)\b")
_CONSOLE_SERVER = re.compile(r"php (?:artisan|spark) serve\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhpRecipe(Recipe):
    """How a PHP application is installed and served."""

    template: ClassVar[str] = "php"
    composer: ImageRef | None
    """The image that installs packages; None without a composer.json."""
    locked: bool
    extensions: tuple[str, ...]
    configured: tuple[tuple[str, ...], ...]
    """Of extensions that are compiled with options the name and those."""
    documents: str | None
    """The folder that Apache serves, in the image; None for a program."""
    writable: tuple[str, ...]
    assets: Assets | None


def recipe(component: Component, root: Folder, folder: Folder) -> PhpRecipe:
    """The recipe for this component, whose files lie in `folder` below the context."""
    served = _documents(component)
    start = "apache2-foreground" if served is not None else component.start_command
    shared = share(component, root, start)
    fields = shared.fields()
    wanted = _extensions(component, folder)
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
        configured=tuple((each.name, *each.configure) for each in wanted if each.configure),
        documents=posixpath.normpath(posixpath.join(fields["layout"].folder, served)) if served is not None else None,
        writable=("storage", "bootstrap/cache") if component.framework == "laravel" else (),
    )


def _documents(component: Component) -> str | None:
    """The folder of the pages, where another server would be started; Apache takes its place."""
    start = component.start_command or ""
    if _CONSOLE_SERVER.search(start):
        return "public"
    if _BUILDPACK_SERVER.search(start):
        return _buildpack_documents(start)
    match = _DOCUMENTS.search(start)
    return match["folder"] if match else None


def _buildpack_documents(start: str) -> str | None:
    """What stands behind the options, each of which has a value."""
    words = _BUILDPACK_SERVER.split(start)[-1].split()
    while words and words[0].startswith("-"):
        words = words[2:]
    folder = posixpath.normpath(words[0]) if words else "."
    return folder if re.fullmatch(r"[\w./-]+", folder) and not folder.startswith(("/", "..")) else None


def _extensions(component: Component, folder: Folder) -> tuple[Extension, ...]:
    """What the image has to be given: named as ext-…, needed by a package, or called by the code."""
    text = folder.text("composer.json")
    required = table(parse_json(text, "composer.json").get("require")) if text else {}
    names = {name.removeprefix("ext-").replace("-", "_") for name in required if name.startswith("ext-")}
    names |= {each.value for each in component.evidence if each.field == FIELD}
    return tuple(each for each in extensions() if each.name in names or set(each.packages) & set(required))
