"""What is no component of its own: a site that another one serves, and a program that lies in another one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tasks.detection.evidence import best
from tasks.detection.files import FileTree, is_within, join, parent
from tasks.detection.folders import folders
from tasks.detection.reading import Reading
from tasks.models import Component


def without_parts(tree: FileTree, found: list[Component], readings: Iterable[Reading]) -> list[Component]:
    """The components without the sites that a server's scripts or its Dockerfile build for it, or its package holds."""
    readings = list(readings)
    parts = {*(part for reading in readings for part in reading.parts), *written_into(readings)}
    built = [each for each in found if each.kind == "web" and each.dockerfile]
    return [
        each
        for each in found
        if each.kind != "static"
        or not (
            each.path in parts
            or _is_packaged(tree, each, found)
            or (each.dockerfile is None and any(_builds(tree, one, each) for one in built))
        )
    ]


def written_into(readings: Iterable[Reading]) -> dict[str, str]:
    """Folders of sites whose build writes into a server's folder, and the folders of those servers."""
    said = {reading.folder: _kind(reading) for reading in readings}
    servers = sorted((folder for folder, kind in said.items() if kind == "web"), key=len, reverse=True)
    found = {}
    for reading in readings:
        written = best(reading.evidence, "static_folder") if _kind(reading) == "static" else None
        place = join(reading.folder, written.value) if written and written.value.startswith("../") else ""
        server = next((each for each in servers if place and is_within(place, each)), None)
        if server is not None:
            found[reading.folder] = server
    return found


def unbuilt(readings: Iterable[Reading]) -> Iterator[str]:
    """A sentence for each such site."""
    for site, server in written_into(readings).items():
        yield f"{server}: the program serves what {site} builds; build it before the image is made"


def without_callers(found: list[Component], readings: Iterable[Reading]) -> list[Component]:
    """The components without those of which all that is known is that they start another one's program."""
    bare = {reading.folder for reading in readings} - {reading.folder for reading in readings if reading.dependencies}
    return [each for each in found if not _calls(each, found, bare)]


def without_errands(found: list[Component]) -> list[Component]:
    """The components without programs that end and that nothing deploys, below or beside what serves or waits."""
    if not any(each.kind in {"web", "worker", "static"} for each in found):
        return found
    return [each for each in found if each.kind != "job" or each.dockerfile or _is_deployed(each)]


def _is_deployed(job: Component) -> bool:
    """Whether its folder is called so, lies where what is deployed lies, or a file about deploying starts it."""
    holds = parent(job.path).rpartition("/")[2] in folders().holding or folders().is_job(job.path.rpartition("/")[2])
    return (
        holds
        or job.path == "."
        or any(
            each.field == "start_command" and each.rule.startswith(("procfile.", "compose.", "platform."))
            for each in job.evidence
        )
    )


def _kind(reading: Reading) -> str | None:
    said = best(reading.evidence, "kind")
    return said.value if said else None


def _is_packaged(tree: FileTree, site: Component, found: list[Component]) -> bool:
    """Whether the site lies in a Python package of a web application, which serves it from there."""
    if site.dockerfile:
        return False
    for server in found:
        if (server.kind, server.language) == ("web", "python") and is_within(site.path, server.path):
            place = site.path
            while place != server.path:
                if join(place, "__init__.py") in tree.paths:
                    return True
                place = parent(place)
    return False


def _builds(tree: FileTree, server: Component, site: Component) -> bool:
    """Whether the server's Dockerfile speaks of the site's folder: what is only copied with all else is not built."""
    context = server.dockerfile_context or "."
    if not is_within(site.path, context):
        return False
    name = site.path if context == "." else site.path.removeprefix(f"{context}/")
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", tree.text(server.dockerfile or "") or ""))


def _calls(component: Component, found: list[Component], bare: set[str]) -> bool:
    if component.dockerfile or not (component.kind == "job" or component.path in bare):
        return False
    places = [join(component.path, word) for word in (component.start_command or "").split()]
    others = {each.path for each in found if each.path != component.path and is_within(each.path, component.path)}
    return any(place.startswith(f"{other}/") for other in others for place in places)
