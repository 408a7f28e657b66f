"""The part of a recipe that does not depend on the language."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Literal, TypedDict

from tasks.dockerfiles import bases, web_server
from tasks.dockerfiles.command import exec_words
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.layout import arrange
from tasks.dockerfiles.preload import preload
from tasks.dockerfiles.recipe import Layout
from tasks.dockerfiles.settings import settings, stop_signal
from tasks.errors import Invalid
from tasks.models import Component, ImageRef, Label, Setting

_OCI = "org.opencontainers.image"
_FOLDER_FIRST = re.compile(r"^cd (?P<folder>[A-Za-z0-9_.][A-Za-z0-9_./-]*) && (?P<command>\S.*)$")


class SharedFields(TypedDict):
    """Arguments of Recipe that every language fills in the same way."""

    base: ImageRef
    user: int
    group: int
    layout: Layout
    labels: tuple[Label, ...]
    settings: tuple[Setting, ...]
    build_packages: tuple[str, ...]
    runtime_packages: tuple[str, ...]
    build_command: str | None
    build_folder: str
    port: int | None
    stop_signal: str | None
    command: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A component with its release of the language and its start command decided."""

    component: Component
    context: Folder
    release: str
    start: str
    """As it is started in the image."""

    @property
    def base(self) -> ImageRef:
        """The base image."""
        return bases.base_image(self.component.language, self.release)

    def preload(self, language: Literal["python", "node"]) -> str | None:
        """Source of the module that is loaded before it."""
        return preload(self.component, self.start, language)

    def fields(self) -> SharedFields:
        """Arguments for the recipe."""
        component, images = self.component, bases.base_images()
        layout = arrange(component, self.context)
        build_folder, build_command = _build(component, layout)
        return SharedFields(
            base=self.base,
            user=images.user,
            group=images.group,
            layout=layout,
            labels=labels(component, self.base),
            settings=settings(component),
            build_packages=component.build_packages,
            runtime_packages=component.runtime_packages,
            build_command=build_command,
            build_folder=build_folder,
            port=component.port,
            stop_signal=stop_signal(self.start),
            command=exec_words(self.start),
            warnings=bases.age_warnings(component.language, self.release),
        )


def share(component: Component, context: Folder, start: str | None) -> Shared:
    """Raises Invalid for a component that nothing starts, and for a language without a base image."""
    release = bases.release(component.language, component.language_version)
    if component.kind == "library":
        raise Invalid(
            f"{component.name} is a library: there is nothing to start",
            hint="name a command with --start COMMAND, or choose another component",
            reason="unsupported",
        )
    if component.kind == "static":
        start = web_server.START
    if not start:
        raise Invalid(f"it is not known how {component.name} is started", hint="name it with --start COMMAND")
    return Shared(component, context, release, start)


def labels(component: Component, base: ImageRef) -> tuple[Label, ...]:
    """What an image says about itself."""
    tools = dict.fromkeys((component.language, component.framework or component.language))
    made_with = " and ".join(each for each in tools if each != component.kind)
    values = {
        f"{_OCI}.title": component.name,
        f"{_OCI}.description": f"{component.name}: {component.kind}"
        + (f", made with {made_with}" if made_with else ""),
        f"{_OCI}.base.name": str(base),
    }
    if component.version:
        values[f"{_OCI}.version"] = component.version
    return tuple(Label(key=key, value=value) for key, value in sorted(values.items()))


def _build(component: Component, layout: Layout) -> tuple[str, str | None]:
    """Where the build command is run, and the command; `cd FOLDER &&` in front of it becomes the folder."""
    first = _FOLDER_FIRST.match(component.build_command or "")
    if first is None or ".." in first["folder"]:
        return layout.folder, component.build_command
    return posixpath.normpath(posixpath.join(layout.folder, first["folder"])), first["command"]
