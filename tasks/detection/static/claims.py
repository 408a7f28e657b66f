"""Whether a folder belongs to a program: then the pages in it are a part of that, not a site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from tasks.detection import shape
from tasks.detection.files import FileTree, join, parent
from tasks.detection.folders import folders
from tasks.detection.static.generators import Generator
from tasks.detection.static.sites import sites
from tasks.detection.versions import languages

SOURCES: Final = frozenset({"py", "js", "mjs", "cjs", "ts", "go", "java", "kt", "rb", "php", "cs", "rs", "ex", "scala"})
_SERVERS: Final = SOURCES - {"js", "mjs", "cjs", "ts"}
_PACKAGE: Final = ("main", "module", "exports", "bin", "types", "typings", "browser", "workspaces", "electron")
_WRITTEN_MAIN: Final = "index.js"
"""What `npm init` writes, whether the file is there or not."""
_BUILDS: Final = re.compile(r"\b(?:vite|webpack|rollup|parcel|esbuild|react-scripts|tsc|ng|next|gulp|grunt|snowpack)\b")


def is_claimed(tree: FileTree, folder: str, generator: Generator | None) -> bool:
    """Whether a manifest here or above is a program's, or sources of a server lie here.

    Beside pages that a program of no language makes, sources that no manifest speaks of are scripts of who writes them.
    """
    manifests = tuple(_manifests(tree, folder))
    if any(_is_program(tree, path, generator) for path in manifests):
        return True
    if generator is not None and generator.language == "static":
        return any(_has_sources(tree, path, generator) for path in manifests if not path.endswith("package.json"))
    return any(_sources(tree, folder, generator))


def has_program(tree: FileTree) -> bool:
    """Whether a manifest of a program lies anywhere but in tests and examples."""
    return any(
        _shows(path.rpartition("/")[2]) and not folders().is_aside(parent(path)) and _is_program(tree, path, None)
        for path in tree.paths
    )


def _manifests(tree: FileTree, folder: str) -> Iterator[str]:
    """Files of this folder, and of each one above it, that show a language."""
    place = folder
    while True:
        yield from (path for path in _children(tree, place) if _shows(path.rpartition("/")[2]))
        if place == ".":
            return
        place = parent(place)


def _children(tree: FileTree, folder: str) -> Iterator[str]:
    if folder == ".":
        yield from (path for path in tree.paths if "/" not in path)
    else:
        prefix = f"{folder}/"
        yield from (path for path in tree.paths if path.startswith(prefix) and "/" not in path[len(prefix) :])


def _shows(name: str) -> bool:
    names, endings = _markers()
    return name in names or name.endswith(endings)


@cache
def _markers() -> tuple[frozenset[str], tuple[str, ...]]:
    written = [marker for key, row in languages().items() if key != "static" for marker in row.markers]
    return frozenset(written), tuple(marker[1:] for marker in written if marker.startswith("*."))


def _is_program(tree: FileTree, path: str, generator: Generator | None) -> bool:
    name = path.rpartition("/")[2]
    if generator is not None and generator.owns(name):
        return name == "pyproject.toml" and "[build-system]" in (tree.text(path) or "")
    if name == "package.json":
        return _is_package(tree, path, generator)
    if generator is not None and not _has_sources(tree, path, generator):
        return False
    return not (name == "Gemfile" and not (tree.text(path) or "").strip())


def _has_sources(tree: FileTree, path: str, generator: Generator) -> bool:
    """Whether sources lie below the manifest in its language; else it lists tools for who writes the site.

    A manifest in the generator's own language may be what brings that.
    """
    name, folder = path.rpartition("/")[2], parent(path)
    spoken = {key: row for key, row in languages().items() if {name, f"*.{name.rpartition('.')[2]}"} & {*row.markers}}
    endings = tuple(ending for row in spoken.values() for ending in row.extensions)
    is_own = generator.language in spoken
    return is_own or not endings or any(each.endswith(endings) for each in _sources(tree, folder, generator))


def _is_package(tree: FileTree, path: str, generator: Generator | None) -> bool:
    """Whether package.json is of more than tools beside the pages."""
    package = shape.parse_json(tree.manifest(path) or "{}", path)
    is_left_over = package.get("main") == _WRITTEN_MAIN and join(parent(path), _WRITTEN_MAIN) not in tree.paths
    keys = [key for key in _PACKAGE if key in package and not (key == "main" and is_left_over)]
    if keys and package.get("private") is not True:
        return True
    if generator is not None:
        return False
    scripts = " ; ".join(str(each) for each in shape.table(package.get("scripts")).values())
    declared = {*shape.table(package.get("dependencies")), *shape.table(package.get("devDependencies"))}
    return bool(_BUILDS.search(scripts)) or not declared <= sites().tools or "node " in scripts


def _sources(tree: FileTree, folder: str, generator: Generator | None) -> Iterator[str]:
    """Sources of a server's language below the folder, other than the generator's own configuration."""
    prefix = "" if folder == "." else f"{folder}/"
    for path in tree.paths:
        if not path.startswith(prefix) or path.rpartition(".")[2] not in _SERVERS:
            continue
        below = path[len(prefix) :]
        aside = folders().is_aside(parent(below)) if "/" in below else False
        if not aside and not (generator is not None and _is_own(below, generator)):
            yield path


def _is_own(below: str, generator: Generator) -> bool:
    """A hook or plug-in of the generator, or its configuration."""
    name = below.rpartition("/")[2]
    top = below.partition("/")[0]
    if top in {"_plugins", "plugins", "hooks", "overrides", "_ext", "themes", "content", "static", "assets"}:
        return True
    return "/" not in below and (
        name in generator.files or name in {"hooks.py", "main.py", "macros.py", "publishconf.py", "tasks.py"}
    )
