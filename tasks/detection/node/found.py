"""Which framework leads, what its build comes to, and how the application is started."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection.commands import server_of
from tasks.detection.files import join
from tasks.detection.node.frameworks import NodeFramework
from tasks.detection.node.listening import listening_in
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.sites import Site, site_of
from tasks.detection.node.source import JsFile
from tasks.detection.node.sources import Sources
from tasks.detection.node.start import Start, starts

_LOADED: Final = re.compile(r"<script\b[^>]*\bsrc\s*=\s*[\"']?([^\"'\s>?#]{1,200})", re.IGNORECASE)
_SAID: Final = frozenset({"node.start_script"})
"""Rules of starts that the project itself calls so."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, before it is said."""

    project: NodeProject
    sources: Sources
    files: list[JsFile]
    framework: NodeFramework | None
    site: Site | None
    ways: tuple[Start, ...]

    @property
    def start(self) -> Start | None:
        """The strongest way."""
        return self.ways[0] if self.ways else None

    def reached(self) -> list[JsFile]:
        """The files of the program that is started."""
        return self.sources.reachable(self.start.entry) if self.start and self.start.entry else []


def find(project: NodeProject, sources: Sources, files: list[JsFile], rows: tuple[NodeFramework, ...]) -> Found:
    """The leading framework: of the user's own server, when that is what is started, else the first of the table."""
    leading = next(iter(rows), None)
    code = next((row for row in rows if row.interface == "code"), None)
    site = site_of(sources.tree, project, leading) if leading else None
    if leading and site:
        leading = leading.changed(start=site.start, port=site.port)
    ways = [way for way in starts(project, sources, leading) if not _is_a_page_s(way, sources)]
    found = Found(project, sources, files, leading, site, tuple(ways))
    if leading is None or site is None or site.kind == "web":
        return _with_static(found, rows) if leading and leading.interface == "code" else found
    own = (leading.start or "").split(" ")[0] if site.folder else ""
    own = next((row.start.split(" ")[0] for row in rows[:1] if row.start and row.interface == "own"), own)
    kept = tuple(way for way in ways if way.rule in _SAID or code is not None)
    programs = {*leading.packages, *({own} - {"node"})} if own else frozenset()
    kept = tuple(way for way in kept if way.command.split(" ")[0] not in programs)
    served = next((way for way in kept if _listens(way, sources)), None)
    if served is None:
        return replace(found, ways=())
    others = tuple(way for way in kept if way is not served)
    named = code if code is not None and server_of(served.command) is None else leading
    return replace(found, framework=named, site=None, ways=(served, *others))


def _is_a_page_s(way: Start, sources: Sources) -> bool:
    """Whether the program is a script that a page beside it loads: a browser runs that, unless it is said to start."""
    if way.entry is None or way.rule in _SAID or listening_in(sources.reachable(way.entry)):
        return False
    texts = (sources.tree.text(join(sources.folder, name)) or "" for name in ("index.html", "public/index.html"))
    loaded = {match.removeprefix("./").lstrip("/") for text in texts for match in _LOADED.findall(text)}
    name = sources.relative(way.entry)
    return bool({name, name.removeprefix("public/")} & loaded)


def _with_static(found: Found, rows: tuple[NodeFramework, ...]) -> Found:
    """A server's framework is declared, but nothing starts a server: what the build writes is what there is."""
    if any(_listens(way, found.sources) or way.rule in _SAID for way in found.ways) or listening_in(found.files):
        return found
    row = next((row for row in rows if row.interface == "static" and row.build), None)
    site = site_of(found.sources.tree, found.project, row) if row else None
    return replace(found, framework=row, site=site, ways=()) if row and site and site.kind == "static" else found


def _listens(way: Start, sources: Sources) -> bool:
    if server_of(way.command) is not None:
        return True
    return bool(way.entry and listening_in(sources.reachable(way.entry)))
