"""Applications of an Nx workspace that have a project.json and share the package.json of the root."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

from tasks.detection import shape
from tasks.detection.files import FileTree, join, parent

_IMPORT: Final = re.compile(r"(?:\bfrom|\bimport|\brequire\()\s*[\"']((?:@[\w.-]+/)?[\w.-]+)")
_SCRIPTED: Final = (".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".cjs", ".vue", ".svelte")
_BUILDERS: Final = {
    "angular": ("@angular/core",), "next": ("next",), "vite": ("vite",), "remix": ("@remix-run/node",),
    "nuxt": ("nuxt",), "expo": ("expo",), "react-native": ("react-native",), "astro": ("astro",),
}  # fmt: skip
"""A word of the executor's name, and the packages that it stands for."""
_MAX_FILES: Final = 400


def nx_folders(tree: FileTree) -> Iterator[str]:
    """Folders of applications without a package.json of their own."""
    if "nx.json" not in tree.paths or "package.json" not in tree.paths:
        return
    for path in tree.ordered:
        folder = parent(path)
        if path.endswith("/project.json") and join(folder, "package.json") not in tree.paths:
            row = shape.loose_json(tree.text(path) or "")
            name = row.get("name") or folder
            if row.get("projectType") == "application" and not str(name).endswith("-e2e"):
                yield folder


def nx_package(tree: FileTree, folder: str, root: Mapping[str, object]) -> Mapping[str, object]:
    """A package.json for the application: what it uses of the root's, and how Nx builds it and where to."""
    row = shape.loose_json(tree.text(join(folder, "project.json")) or "")
    name = shape.text(row.get("name")) or posixpath.basename(folder)
    build = shape.table(shape.table(row.get("targets")).get("build"))
    options = shape.table(build.get("options"))
    executor = shape.text(build.get("executor")) or ""
    used = _used(tree, folder) | {each for word, names in _BUILDERS.items() if word in executor for each in names}
    output = shape.text(options.get("outputPath")) or f"dist/{folder}"
    output = re.sub(r"^\{(?:workspaceRoot|options)\}/", "", output).replace("{projectRoot}", folder)
    back = posixpath.relpath(".", folder)
    main = posixpath.splitext(posixpath.basename(shape.text(options.get("main")) or "main.ts"))[0]
    safe = re.fullmatch(r"[\w./-]{1,120}", output) is not None and re.fullmatch(r"[\w@/.-]{1,60}", name) is not None
    scripts = {"build": f"nx build {name}"} if safe else {}
    if safe and not any(word in executor for word in (*_BUILDERS, "rollup")):
        scripts["start"] = f"node {join_up(back, output)}/{main}.js"
    groups = {
        group: {each: wanted for each, wanted in shape.table(root.get(group)).items() if each in used}
        for group in ("dependencies", "devDependencies")
    }
    return {"name": name, "private": True, "scripts": scripts, "engines": root.get("engines"), **groups}


def nx_main(tree: FileTree, folder: str) -> str | None:
    """The source file of the application's program, relative to the analysed root."""
    row = shape.loose_json(tree.text(join(folder, "project.json")) or "")
    main = shape.text(shape.table(shape.table(shape.table(row.get("targets")).get("build")).get("options")).get("main"))
    path = join(".", (main or "").replace("{projectRoot}", folder))
    return path if path in tree.paths else None


def join_up(back: str, path: str) -> str:
    """`path` of the root as seen from the application's folder."""
    return posixpath.normpath(f"{back}/{path}")


def _used(tree: FileTree, folder: str) -> set[str]:
    paths = [path for path in tree.ordered if path.startswith(f"{folder}/") and path.endswith(_SCRIPTED)]
    found: set[str] = set()
    for path in paths[:_MAX_FILES]:
        for match in _IMPORT.finditer(tree.text(path) or ""):
            found.add(match[1])
            name = match[1].partition("/")
            found.add(f"{name[0]}/{name[2].partition('/')[0]}" if match[1].startswith("@") else name[0])
    return found
