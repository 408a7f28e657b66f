"""The .dockerignore: what the repository says, then what never belongs in an image."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources

from tasks.detection.static.generators import generator
from tasks.dockerfiles.folder import Folder
from tasks.models import Component

# by language, and by package manager; never deeper than modules lie: a package of the source may have the same name
_BUILD_OUTPUT = {
    "dotnet": ("**/bin", "**/obj"),
    "node": ("dist", "build", "out", ".next", ".nuxt", ".output", ".svelte-kit", ".turbo"),
    "python": ("build", "dist", "*.egg-info"),
    "maven": ("target", "*/target", "*/*/target"),
    "gradle": ("build", "*/build", "*/*/build", ".gradle", "*/.gradle"),
    "scala": ("target", "*/target", "*/*/target", "project/project", "out", ".bsp", ".metals", ".bloop"),
    "clojure": ("target", ".cpcache", ".lsp", ".clj-kondo"),
}


def ignore_file(component: Component, root: Folder, folder: Folder) -> str:
    """The text for a Dockerfile of ours. A user's own exceptions stay exceptions."""
    own = root.text(".dockerignore")
    ours = [*_always(), *_build_output(component, folder), *_not_for_visitors(component)]
    if own is None:
        return "\n".join(ours) + "\n"
    entries = own.replace("\r\n", "\n").strip("\n")
    kept = [line.strip() for line in entries.split("\n") if _is_exception(line.strip(), ours)]
    return "\n".join([entries, "", "# added by containerkit", *ours, *kept]) + "\n"


def existing_ignore_file(dockerfile: str, root: Folder, context: Folder, text: str) -> str:
    """What belongs to the repository's own Dockerfile; without one only the history stays out, unless it is used."""
    beside = root.text(f"{dockerfile}.dockerignore")
    own = context.text(".dockerignore") if beside is None else beside
    if own is not None:
        return own
    return "" if ".git" in text else ".git\n"


@cache
def _always() -> tuple[str, ...]:
    text = resources.files("tasks.dockerfiles").joinpath("templates", "dockerignore").read_text(encoding="utf-8")
    return tuple(text.strip("\n").split("\n"))


def _build_output(component: Component, folder: Folder) -> list[str]:
    """Output of earlier builds, where a build makes it again and it is no source."""
    prefix = "" if component.path == "." else f"{component.path}/"
    made_by = (component.language, component.package_manager or "") if component.build_command else ()
    names = [name for each in made_by for name in _BUILD_OUTPUT.get(each, ())]
    patterns = [f"{prefix}{name}" for name in names if not folder.has(f"{name}/__init__.py")]
    return ["# made by the build", *patterns] if patterns else []


def _not_for_visitors(component: Component) -> list[str]:
    """How a site is released, where all files of a folder are served; and what its generator wrote before."""
    if component.kind != "static":
        return []
    row = generator(component.framework)
    output = posixpath.normpath(posixpath.join(component.path, row.output)) if row else None
    return ["# not for visitors", "**/containerkit.toml", *([output] if output else [])]


def _is_exception(line: str, ours: list[str]) -> bool:
    """Whether the line takes back one of our patterns, and not a whole folder."""
    if not line.startswith("!") or not line.isprintable():
        return False
    name = line.rpartition("/")[2].removeprefix("!")
    return any(fnmatchcase(name, pattern.removeprefix("**/")) for pattern in ours if pattern.startswith("**/"))
