"""The languages that there is a module for. One is loaded only when the repository shows its language."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from tasks.detection.files import FileTree
from tasks.detection.reading import Ecosystem
from tasks.detection.versions import languages

COMPLETE: Final = (
    "python",
    "node",
    "deno",
    "dotnet",
    "ruby",
    "php",
    "elixir",
    "static",
    "go",
    "rust",
    "java",
    "scala",
    "clojure",
)
"""Languages with a package here, whose `ecosystem` module holds ECOSYSTEM."""


def ecosystems(tree: FileTree) -> tuple[Ecosystem, ...]:
    """The modules of the languages whose markers or sources are in the repository."""
    names = {path.rpartition("/")[2] for path in tree.paths}
    endings = {f".{name.rpartition('.')[2]}" for name in names if "." in name}
    return tuple(_load(language) for language in COMPLETE if _shows(language, names, endings))


def _shows(language: str, names: set[str], endings: set[str]) -> bool:
    row = languages()[language]
    kinds = {marker.removeprefix("*") for marker in row.markers if marker.startswith("*.")}
    return bool(names & set(row.markers) or endings & {*row.extensions, *kinds})


def _load(language: str) -> Ecosystem:
    ecosystem: Ecosystem = import_module(f"tasks.detection.{language}.ecosystem").ECOSYSTEM
    return ecosystem
