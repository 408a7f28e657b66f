"""Where the first page of a site lies, and which folders of pages stand apart from a server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.files import FileTree, join
from tasks.detection.folders import folders
from tasks.detection.static.claims import SOURCES, is_claimed
from tasks.detection.static.sites import sites

_NAMES: Final = ("index.html", "index.htm")
_MAX_SOURCES: Final = 60


def page_of(tree: FileTree, folder: str) -> str | None:
    """The first page of the site in this folder: in it, else in the likeliest folder below, else in the only one."""
    own = _page(tree, folder)
    if own or folder != ".":
        return own
    for place in sites().places:
        page = _page(tree, place)
        if page:
            return page
    tops = {path.partition("/")[0] for path in tree.paths if path.count("/") == 1 and path.endswith(_NAMES)}
    pages = [page for top in sorted(tops - sites().inside) if (page := _page(tree, top))]
    return pages[0] if len(pages) == 1 and not folders().is_aside(pages[0].partition("/")[0]) else None


def standing_apart(tree: FileTree) -> tuple[str, ...]:
    """Folders of pages beside a server's folder that it does not hand out itself."""
    tops = {path.partition("/")[0] for path in tree.paths if "/" in path}
    known = sorted((sites().apart.index(top.lower()), top) for top in tops if top.lower() in sites().apart)
    found = [name for _, name in known if _page(tree, name) and not is_claimed(tree, name, None)]
    return tuple(name for name in found if not _is_handed_out(tree, name))


def _page(tree: FileTree, folder: str) -> str | None:
    path = next((path for name in _NAMES if (path := join(folder, name)) in tree.paths), None)
    text = tree.text(path) if path else None
    return path if text is not None and sites().is_page(text) else None


def _is_handed_out(tree: FileTree, folder: str) -> bool:
    """Whether a program names the folder: then it serves it."""
    named = re.compile(rf"""["'/]{re.escape(folder)}["'/]""")
    return any(named.search(tree.text(path) or "") for path in _programs(tree, folder))


def _programs(tree: FileTree, folder: str) -> Iterator[str]:
    found = (path for path in tree.ordered if path.rpartition(".")[2] in SOURCES and not path.startswith(f"{folder}/"))
    yield from (path for path, _ in zip(found, range(_MAX_SOURCES), strict=False))
