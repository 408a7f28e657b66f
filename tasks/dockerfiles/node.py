"""Node.js: dependencies installed from the lock file, the build in its own stage, development left out at run time."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import ClassVar

from tasks.dockerfiles import tools
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.node_project import NodeProject, read_project
from tasks.dockerfiles.probe import probe
from tasks.dockerfiles.recipe import Layout, Recipe
from tasks.dockerfiles.settings import build_settings
from tasks.dockerfiles.shared import share
from tasks.models import Component, Setting

_NPM_7_SINCE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRecipe(Recipe):
    """How a Node application is installed."""

    template: ClassVar[str] = "node"
    tool: str | None
    """The package manager as npm is told it."""
    keep_tool: bool
    """The start command runs it."""
    build_settings: tuple[Setting, ...]
    cache: str
    install: str | None
    """None for an application without a package.json."""
    prune: str | None
    """Run after the build; None when the installation left out what only development needs, or when all is kept."""
    source_first: bool
    source_apart: bool
    """Nothing is built, so that the source gets a layer of its own, after the dependencies'."""
    dropped_scripts: tuple[str, ...]
    """What an installation would run although it belongs to publishing, or needs development dependencies."""
    standalone: bool
    public: bool
    """There is a folder of public files, which the standalone folder lacks."""
    cache_folders: tuple[str, ...]
    """What Next.js caches in at run time; each becomes a link to where a read-only container may write."""


def recipe(component: Component, root: Folder, folder: Folder) -> NodeRecipe:
    """The recipe for this component, whose files lie in `folder` below the context."""
    project = read_project(component, folder)
    shared = share(component, root, "node server.js" if project.standalone else project.start)
    manager = component.package_manager or "npm"
    needed = _tool(component, manager, project, shared.release)
    how = tools.node_install(manager, _major(manager, needed, shared.release))
    locked = component.lock_file is not None
    fields = shared.fields()
    layout = fields["layout"]
    installs = bool(layout.manifests)
    standalone = project.standalone and component.build_command is not None and layout.folder == layout.root
    kept = _why_kept(component, project, how) if installs and not standalone else None
    production = None if component.build_command or kept else how.install_production(locked=locked)
    source_first = project.scripts_need_source or (production is None and project.prepare_needs_source)
    if kept:
        fields["warnings"] = (*fields["warnings"], f"development dependencies stay in the image: {kept}")
    return NodeRecipe(
        **fields,
        probe=probe(component, "node"),
        preload=shared.preload("node"),
        tool=f"{needed[0]}@{needed[1]}" if needed and installs else None,
        keep_tool=shared.start.startswith("bun"),
        build_settings=(*(how.environment() if installs else ()), *build_settings(component)),
        cache=how.cache,
        install=(production or how.install(locked=locked)) if installs else None,
        prune=how.prune if installs and component.build_command and not kept and not standalone else None,
        source_first=source_first,
        source_apart=installs and component.build_command is None and not source_first,
        dropped_scripts=_dropped_scripts(project, shared.release, production),
        standalone=standalone,
        public=project.has_public,
        cache_folders=_cache_folders(component, layout, standalone=standalone),
    )


def _why_kept(component: Component, project: NodeProject, how: tools.NodeInstall) -> str | None:
    """Why what only development needs is part of the image; None where it is not."""
    if project.needs_development:
        return f"the start command runs {project.needs_development}"
    if component.development_package:
        return f"the program loads {component.development_package}"
    if component.build_command and how.prune is None:
        return f"this version of {how.manager} cannot take them away after a build"
    return None


def _cache_folders(component: Component, layout: Layout, *, standalone: bool) -> tuple[str, ...]:
    """Relative to the root of the layout."""
    if component.framework != "nextjs" or component.build_command is None:
        return ()
    folder = posixpath.relpath(layout.folder, layout.root)
    inner = ".next/standalone/.next/cache" if standalone else ".next/cache"
    return (posixpath.normpath(f"{folder}/{inner}"),)


def _tool(component: Component, manager: str, project: NodeProject, release: str) -> tools.Needed | None:
    version, lock = component.package_manager_version, project.lock_version
    if manager == "yarn" and lock != "berry" and (version is None or version.partition(".")[0] == "1"):
        lock = "1"
    elif manager == "yarn":
        lock = None
    return tools.tool(manager, release=release, version=version, lock=lock)


def _major(manager: str, needed: tools.Needed | None, release: str) -> str:
    """The manager's version: of one that is installed, else of the npm that came with the release."""
    if needed or manager != "npm":
        return needed.version if needed else "0"
    return "7" if int(release) >= _NPM_7_SINCE else "6"


def _dropped_scripts(project: NodeProject, release: str, production: str | None) -> tuple[str, ...]:
    """Scripts of publishing that an install would run; an older npm has no command that takes them out."""
    if int(release) < _NPM_7_SINCE:
        return ()
    return tuple(name for name in project.publishing if production or name != "prepare")
