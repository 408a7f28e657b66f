"""Where the files of a component lie in the build context, and where they go in the image.

The context is the analysed root. A component that stands alone is copied to /app. One whose lock file or manifests lie
above it belongs to a workspace: then /app mirrors the root, and the application runs in its own folder below it. So
does one whose own folder is the package that it is imported as.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict

from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.node_workspace import workspace_files
from tasks.dockerfiles.recipe import Copy, Layout
from tasks.errors import Invalid
from tasks.models import Component

ROOT = "/app"
_FROM_ABOVE = re.compile(r"(?:--(?:app-dir|chdir|workdir|pythonpath|path|app)[ =]|\bPYTHONPATH=)\.\.(?=[/\s]|$)")
"""A start that imports the component by its own folder's name."""


def arrange(component: Component, context: Folder) -> Layout:
    """The layout of this component's image. Raises Invalid for a file outside the analysed root."""
    path = _inside(component.path, component.path)
    files = _dependency_files(component, path, context)
    prefix = "" if path == "." else f"{path}/"
    if path != "." and _FROM_ABOVE.search(component.start_command or "") and component.language == "python":
        return Layout(
            folder=posixpath.join(ROOT, path),
            root=ROOT,
            manifests=_copies(files, "", context),
            source=Copy((prefix,), f"./{prefix}"),
        )
    if all(file.startswith(prefix) for file in files):
        return Layout(
            folder=ROOT,
            root=ROOT,
            manifests=_copies(files, prefix, context),
            source=Copy((prefix or ".",), "./"),
        )
    return Layout(
        folder=posixpath.join(ROOT, path),
        root=ROOT,
        manifests=_copies(files, "", context),
        source=Copy((".",), "./"),
    )


def _dependency_files(component: Component, path: str, context: Folder) -> tuple[str, ...]:
    lock = (component.lock_file,) if component.lock_file else ()
    files = {_inside(posixpath.join(path, file), file) for file in (*component.dependency_files, *lock)}
    if component.language == "node" and component.lock_file and component.lock_file.startswith("../"):
        workspace = posixpath.dirname(_inside(posixpath.join(path, component.lock_file), component.lock_file)) or "."
        files |= {
            posixpath.normpath(posixpath.join(workspace, file)) for file in workspace_files(context.below(workspace))
        }
    return tuple(sorted(files))


def _inside(path: str, shown: str) -> str:
    normal = posixpath.normpath(path)
    if normal.startswith(("/", "../")) or normal == "..":
        raise Invalid(f"{shown!r} lies outside of the analysed folder", hint="analyse the folder above it")
    return normal


def _copies(files: tuple[str, ...], prefix: str, context: Folder) -> tuple[Copy, ...]:
    """One COPY for the files of each folder, shallow ones first; one for each folder that is needed as a whole."""
    targets: dict[str, list[str]] = defaultdict(list)
    for file in files:
        name = file.removeprefix(prefix)
        folder = name if context.is_folder(file) else posixpath.dirname(name)
        targets[folder].append(file)
    ordered = sorted(targets, key=lambda folder: (folder.count("/"), folder))
    return tuple(Copy(tuple(targets[each]), f"./{each}/" if each else "./") for each in ordered)
