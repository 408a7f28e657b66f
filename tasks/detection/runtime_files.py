"""Files beside a compiled program that it reads when it runs: those of the repository that its strings name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tasks.detection.files import FileTree, join

_DATA_FOLDERS: Final = frozenset(
    [
        "assets",
        "conf",
        "config",
        "configs",
        "configuration",
        "data",
        "html",
        "i18n",
        "lang",
        "locale",
        "locales",
        "migrations",
        "public",
        "resources",
        "settings",
        "static",
        "template",
        "templates",
        "ui",
        "views",
        "web",
        "www",
        "certs",
        "dist",
    ]
)
_PATH: Final = re.compile(r"(?:file://)?(?:\./)*([A-Za-z0-9_.-][\w./ -]{0,150}?)(?:/?\*+[\w*./{},]*|/)?")
_SOURCES: Final = (".go", ".rs", ".mod", ".sum", ".md", "Dockerfile", "Makefile", "Cargo.toml", "Cargo.lock")
_MAX_FOUND: Final = 30
_FRONT_ENDS: Final = ("package.json", "Trunk.toml")


def runtime_files(tree: FileTree, folder: str, strings: Iterable[str], built_in: frozenset[str]) -> tuple[str, ...]:
    """Files and folders below `folder` that a string names, relative to it; those that are built in left out."""
    found: set[str] = set()
    for name in dict.fromkeys(strings):
        match = _PATH.fullmatch(name) if 2 < len(name) < 200 else None  # noqa: PLR2004 - a file's name
        path = match[1].strip("/") if match else ""
        if path and path not in built_in and _is_data(tree, folder, path, name) and len(found) < _MAX_FOUND:
            found.add(path)
    return tuple(sorted(each for each in found if not any(each.startswith(f"{other}/") for other in found)))


def front_ends(tree: FileTree, folder: str, strings: Iterable[str], embedded: Iterable[str] = ()) -> tuple[str, ...]:
    """Folders of pages whose output is embedded, or served from where a string names it."""
    named = [*embedded, *(text for text in strings if "/dist" in text or "/build" in text)]
    above = {place for path in named for place in _above(join(folder, path))}
    return tuple(sorted(each for each in above if any(join(each, name) in tree.paths for name in _FRONT_ENDS)))


def _above(path: str) -> Iterator[str]:
    while path not in {"", "."}:
        yield path
        path = path.rpartition("/")[0]


def _is_data(tree: FileTree, folder: str, path: str, written: str) -> bool:
    whole = join(folder, path)
    if not whole or whole == folder or "/." in f"/{path}":
        return False
    if whole in tree.paths:
        return not path.endswith(_SOURCES) and "." in path.rpartition("/")[2]
    if "/" not in written.strip(".") and "*" not in written and path not in _DATA_FOLDERS:
        return False
    return whole in tree.survey("data_folders", _data_folders)


def _data_folders(tree: FileTree) -> frozenset[str]:
    """Folders with a file below them that is no source."""
    found: set[str] = set()
    for path in tree.paths:
        folder = "" if path.endswith(_SOURCES) else path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)
