"""What browsers get from a server of another language: built by npm in a stage of its own, and copied."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.detection.shape import loose_json, table, text
from tasks.dockerfiles import bases
from tasks.dockerfiles.folder import Folder
from tasks.models import Component, ImageRef

# where each framework's build writes, relative to the application
_WRITTEN = {"laravel": "public/build", "symfony": "public/build", "rails": "app/assets/builds"}


@dataclass(frozen=True, slots=True)
class Assets:
    """A build of npm whose output the application serves."""

    base: ImageRef
    files: tuple[str, ...]
    """What the installation needs, relative to the build context."""
    source: str
    """The application's folder in the build context."""
    locked: bool
    written: str
    """Relative to the application."""


def assets(component: Component, folder: Folder) -> Assets | None:
    """The build of a framework's package.json; None where there is none."""
    written = _WRITTEN.get(component.framework or "")
    package = loose_json(folder.text("package.json") or "")
    if written is None or text(table(package.get("scripts")).get("build")) is None:
        return None
    prefix = "" if component.path == "." else f"{component.path}/"
    locked = folder.has("package-lock.json")
    names = ("package.json", *(("package-lock.json",) if locked else ()))
    return Assets(
        base=bases.base_image("node", bases.release("node", None)),
        files=tuple(f"{prefix}{name}" for name in names),
        source=prefix or ".",
        locked=locked,
        written=written,
    )
