""".NET: restored from the project files alone, published in its own stage, run on the ASP.NET runtime."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import ClassVar

from tasks.dockerfiles import bases
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.probe import probe
from tasks.dockerfiles.recipe import Recipe
from tasks.dockerfiles.shared import share
from tasks.errors import Invalid
from tasks.models import Component, ImageRef, Setting

_PROJECT_ENDINGS = (".csproj", ".fsproj", ".vbproj")
_OWN_ADDRESS_SINCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DotnetRecipe(Recipe):
    """How a .NET application is published."""

    template: ClassVar[str] = "dotnet"
    builder: ImageRef
    project: str
    """The project file, relative to the layout's root."""
    locked: bool
    framework: str | None
    """What of several target frameworks is published."""


def recipe(component: Component, root: Folder, folder: Folder) -> DotnetRecipe:
    """The recipe for this component, whose files lie in `folder` below the context."""
    shared = share(component, root, component.start_command)
    project = _project(component)
    builder = bases.builder_image("dotnet", component.package_manager or "nuget", shared.release)
    fields = shared.fields()
    fields["settings"] = tuple(
        sorted((*fields["settings"], *_address(component, shared.release)), key=lambda s: s.name)
    )
    fields["build_command"] = None
    where = posixpath.relpath(fields["layout"].folder, fields["layout"].root)
    return DotnetRecipe(
        **fields,
        probe=probe(component, "bash"),
        preload=None,
        builders=(builder,),
        builder=builder,
        project=posixpath.normpath(posixpath.join(where, project)),
        locked=folder.has("packages.lock.json"),
        framework=_framework(folder, project, shared.release),
    )


def _project(component: Component) -> str:
    """The project file that the build command names."""
    words = (component.build_command or "").split()
    named = next((word for word in words if word.endswith(_PROJECT_ENDINGS)), None)
    own = [file for file in component.dependency_files if file.endswith(_PROJECT_ENDINGS) and "/" not in file]
    if named or own:
        return named or own[0]
    raise Invalid(
        f"{component.name} has no project file that could be published",
        hint="name it: --build-command 'dotnet publish NAME.csproj -c Release'",
        reason="unsupported",
    )


def _address(component: Component, release: str) -> tuple[Setting, ...]:
    """Where Kestrel listens: newer images are told a port, older ones a whole address."""
    if component.port is None:
        return ()
    if int(release.partition(".")[0]) >= _OWN_ADDRESS_SINCE:
        return (Setting(name="ASPNETCORE_HTTP_PORTS", value=str(component.port)),)
    return (Setting(name="ASPNETCORE_URLS", value=f"http://+:{component.port}"),)


def _framework(folder: Folder, project: str, release: str) -> str | None:
    text = folder.text(project) or ""
    if "<TargetFrameworks>" not in text:
        return None
    return f"net{release}" if int(release.partition(".")[0]) >= 5 else f"netcoreapp{release}"  # noqa: PLR2004 - .NET 5
