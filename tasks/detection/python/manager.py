"""Which package manager a Python project is installed with: by its lock file, its tables, then what else is there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import DEPENDENCY, MANIFEST, best, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.python.inline import scripts_with_metadata
from tasks.models import Evidence

LOCKS: Final = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}


def package_manager(
    tree: FileTree, folder: str, pyproject: Mapping[str, object], requirements: tuple[str, ...], root: str | None
) -> Evidence | None:
    """The strongest statement; None where nothing is declared at all. `root` is that of the folder's workspace."""
    return best(_said(tree, folder, pyproject, requirements, root), "package_manager")


def lock_file(tree: FileTree, folder: str, root: str | None) -> str | None:
    """The folder's lock file, else that of its workspace; relative to the folder."""
    own = next((name for name in LOCKS if join(folder, name) in tree.paths), None)
    if own is None and root is not None and join(root, "uv.lock") in tree.paths:
        return posixpath.relpath(join(root, "uv.lock"), folder)
    return own


def conda_file(tree: FileTree, folder: str) -> str | None:
    """The folder's conda environment."""
    names = ("environment.yml", "environment.yaml")
    return next((path for name in names if (path := join(folder, name)) in tree.paths), None)


def _said(
    tree: FileTree, folder: str, pyproject: Mapping[str, object], requirements: tuple[str, ...], root: str | None
) -> Iterator[Evidence]:
    lock = lock_file(tree, folder, root)
    if lock:
        manager = LOCKS[lock.rpartition("/")[2]]
        yield say("package_manager", manager, join(folder, lock), "python.lock_file", MANIFEST, 1)
    elif root is not None:
        yield say("package_manager", "uv", join(root, "pyproject.toml"), "python.uv_workspace", MANIFEST - 0.01, 1)
    yield from _by_pyproject(tree.text(join(folder, "pyproject.toml")) or "", folder, pyproject)
    if join(folder, "Pipfile") in tree.paths:
        yield say("package_manager", "pipenv", join(folder, "Pipfile"), "python.pipfile", MANIFEST - 0.01, 1)
    if requirements:
        yield say("package_manager", "pip", join(folder, requirements[0]), "python.requirements", MANIFEST - 0.03, 1)
    conda = conda_file(tree, folder)
    if conda:
        includes = "-r " in (tree.text(conda) or "")
        confidence = MANIFEST - (0.02 if includes else 0.04)
        yield say("package_manager", "conda", conda, "python.conda_environment", confidence, 1)
    for script in scripts_with_metadata(tree, folder):
        yield say("package_manager", "uv", script, "python.inline_metadata", DEPENDENCY - 0.05, 1)
    for name in ("pyproject.toml", "setup.py", "setup.cfg"):
        if join(folder, name) in tree.paths and (name != "pyproject.toml" or "project" in pyproject):
            yield say("package_manager", "pip", join(folder, name), "python.project_file", DEPENDENCY - 0.01, 1)


def _by_pyproject(text: str, folder: str, pyproject: Mapping[str, object]) -> Iterator[Evidence]:
    path = join(folder, "pyproject.toml")
    tools = shape.table(pyproject.get("tool"))
    for rank, tool in enumerate(("uv", "poetry", "pdm")):
        if tool in tools:
            line = line_of(text, f"[tool.{tool}")
            yield say("package_manager", tool, path, "python.pyproject_tool", MANIFEST - 0.02 - rank / 1000, line)
    build = shape.text(shape.table(pyproject.get("build-system")).get("build-backend")) or ""
    if build.startswith("poetry"):
        line = line_of(text, "build-backend")
        yield say("package_manager", "poetry", path, "python.build_backend", DEPENDENCY, line)
    elif build.startswith("uv_build"):
        yield say("package_manager", "uv", path, "python.build_backend", DEPENDENCY, line_of(text, "build-backend"))
