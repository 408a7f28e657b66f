"""Ports that files of a Clojure project say: the server of lein-ring, and the configuration that Luminus reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection.clojure.edn import parse_edn, table_of
from tasks.detection.clojure.projects import ClojureProject
from tasks.detection.evidence import CONFIGURATION, MANIFEST, line_of, say
from tasks.detection.files import FileTree, join
from tasks.errors import Invalid
from tasks.models import Evidence

_PORT = re.compile(r"[1-9]\d{1,4}")


def configured_port(tree: FileTree, folder: str, project: ClojureProject, framework: str) -> Iterator[Evidence]:
    """What project.clj says of lein-ring, and config.edn among the jar's resources of Luminus."""
    if project.port and _PORT.fullmatch(project.port):
        line = line_of(tree.text(project.path) or "", project.port)
        yield say("port", project.port, project.path, "clojure.lein_ring_port", MANIFEST, line)
    for place in project.resources if framework == "luminus" else ():
        path = join(folder, f"{place}/config.edn")
        text = tree.text(path) or ""
        port = _top(text, path)
        if port:
            yield say("port", port, path, "clojure.luminus_port", CONFIGURATION, line_of(text, port))


def _top(text: str, path: str) -> str | None:
    """The number behind :port of the outermost map. A file that is no EDN says nothing: only the program reads it."""
    try:
        forms = parse_edn(text, path)
    except Invalid:
        return None
    port = table_of(forms[0]).get(":port") if forms else None
    return port if isinstance(port, str) and _PORT.fullmatch(port) else None
