"""What kind of application was found: what listens, what is served as files, what waits, what ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.commands import server_of
from tasks.detection.evidence import CONVENTION, DEPENDENCY, SOURCE, WEAK, say
from tasks.detection.files import join, parent
from tasks.detection.node.found import Found
from tasks.detection.node.frameworks import NodeFramework
from tasks.detection.node.listening import listening_in, port_evidence
from tasks.detection.node.listens import JsListen
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.sites import Site
from tasks.detection.node.source import JsFile
from tasks.detection.node.start import Start
from tasks.detection.node.waits import waiting_packages
from tasks.detection.node.workspaces import is_used
from tasks.detection.static.sites import sites
from tasks.models import Evidence

_PAGED: Final = frozenset({"vite", "react", "vue", "preact", "solid", "lit", "parcel", "webpack"})
"""Frameworks of which a page is a source file; libraries are made with them as well."""
_STYLES: Final = re.compile(
    r"\s*(?:\w+=\S+\s+)?(?:npx )?(?:@tailwindcss/cli|tailwindcss|tailwind|sass|node-sass|lessc|stylus|postcss)\b"
)
"""What writes style sheets where the pages expect them."""
_PORT_OF_BUN: Final = 3000
"""Where Bun serves what the program exports by default, when nothing is said."""
_STARTED: Final = frozenset({"node.start_script", "node.dev_script"})


def kind_evidence(found: Found) -> Iterator[Evidence]:
    """Kind, port and folder of files."""
    if found.site and found.framework:
        yield from _site(found, found.site, found.framework)
    elif found.start is None:
        yield from _unstarted(found)
    else:
        yield from _started(found, found.start)


def _site(found: Found, site: Site, framework: NodeFramework) -> Iterator[Evidence]:
    rule = f"node.{framework.name}"
    if site.kind == "web":
        yield say("kind", "web", site.file, rule, SOURCE, site.line)
        if site.port:
            yield say("port", site.port, site.file, f"{rule}_default", WEAK)
        if site.configured:
            yield say("port", site.configured, site.file, f"{rule}_configured", CONVENTION)
        own = found.start is not None and server_of(found.start.command) is None
        yield from port_evidence(found.project, found.sources, listening_in(found.reached()) if own else [])
    elif _is_imported_site(found) and not _has_page(found):
        yield say("kind", "library", found.project.path, "node.published_package", CONVENTION, 1)
    else:
        yield say("kind", "static", site.file, rule, DEPENDENCY, site.line)
        if site.folder:
            yield say("static_folder", site.folder, site.file, rule, DEPENDENCY, site.line)


def _unstarted(found: Found) -> Iterator[Evidence]:
    page = _page(found)
    if page is None:
        yield say("kind", "library", found.project.path, "node.no_program", WEAK, 1)
        return
    yield say("kind", "static", page, "node.page", CONVENTION, 1)
    steps = re.split(r"[&;]+", found.project.scripts.get("build", ""))
    if all(not step or _STYLES.match(step) for step in steps):
        folder = found.sources.relative(parent(page)) if parent(page) != found.project.folder else "."
        yield say("static_folder", folder, page, "node.page", CONVENTION, 1)


def _started(found: Found, start: Start) -> Iterator[Evidence]:
    project, framework, reached = found.project, found.framework, found.reached()
    places = listening_in(reached) or ([] if reached else listening_in(found.files))
    is_tool = start.rule == "node.bin" and _is_published(project) and not _says_port(places)
    if (places or server_of(start.command)) and not is_tool:
        path, line = (places[0][0], places[0][1].line) if places else (start.file, start.line)
        yield say("kind", "web", path, "node.listens", SOURCE, line)
        yield from port_evidence(project, found.sources, places)
    elif _is_imported(found):
        yield say("kind", "library", project.path, "node.published_package", CONVENTION, 1)
    elif framework and framework.interface == "code" and not any(source.waits_line for source in reached):
        yield say("kind", "web", project.path, f"node.{framework.name}", CONVENTION, 1)
        yield from port_evidence(project, found.sources, listening_in(found.files))
        if start.command.startswith("bun ") and reached and reached[0].exports:
            yield say("port", _PORT_OF_BUN, reached[0].path, "node.bun_default", WEAK, 1)
    else:
        yield from _program(found, reached or found.files, start)


def _is_imported(found: Found) -> bool:
    """What is published for importers, or as a program for a terminal, and is not said to be started."""
    published = _is_published(found.project)
    said = found.start is not None and found.start.rule in _STARTED
    return published and (not said or "bin" in found.project.package)


def _is_imported_site(found: Found) -> bool:
    return _is_published(found.project) or is_used(found.sources.tree, found.project.folder)


def _says_port(places: list[tuple[str, JsListen]]) -> bool:
    return any(listen.port or listen.variable for _, listen in places)


def _has_page(found: Found) -> bool:
    """Whether there is a page, or a generator that makes pages of texts."""
    if found.framework and found.framework.name not in _PAGED:
        return True
    folder = found.project.folder
    return any(
        join(folder, f"{below}index.html") in found.sources.tree.paths for below in ("", "public/", "src/", "app/")
    )


def _page(found: Found) -> str | None:
    """The page of a site that nothing builds."""
    folder = found.project.folder
    options = (join(folder, f"{below}index.html") for below in ("", "public/", "src/"))
    texts = ((path, found.sources.tree.text(path)) for path in options)
    page = next((path for path, text in texts if text is not None and sites().is_page(text)), None)
    return None if _is_published(found.project) else page


def _program(found: Found, reached: list[JsFile], start: Start) -> Iterator[Evidence]:
    """A program that does not listen: a worker when it waits, a library when it is made for importers, else a job."""
    project, said = found.project, start.rule in _STARTED
    waiting = next((source for source in reached if source.waits_line), None)
    queue = next((each for each in project.dependencies if each.name in waiting_packages()), None)
    if waiting and (said or not _is_published(project)):
        yield say("kind", "worker", waiting.path, "node.waits", SOURCE - 0.1, waiting.waits_line)
    elif queue and (said or not _is_published(project)):
        yield say("kind", "worker", queue.file, "node.waits_by_dependency", CONVENTION, queue.line)
    elif not said and (_is_published(project) or (reached and reached[0].exports)):
        yield say("kind", "library", project.path, "node.published_package", CONVENTION, 1)
    elif is_used(found.sources.tree, project.folder):
        yield say("kind", "library", project.path, "node.used_member", CONVENTION, 1)
    else:
        yield say("kind", "job", start.file, "node.program_ends", WEAK, start.line)


def _is_published(project: NodeProject) -> bool:
    """package.json speaks to importers, or to people who install its program."""
    keys = ("exports", "module", "types", "typings", "files", "peerDependencies", "publishConfig", "bin")
    return project.package.get("private") is not True and any(key in project.package for key in keys)
