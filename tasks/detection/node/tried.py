"""Which Node.js a project is tried with: what its pipelines say where no file asks for a release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import WEAK, line_of, say
from tasks.detection.files import FileTree
from tasks.detection.pipelines import pipelines
from tasks.detection.versions import is_supported, resolve
from tasks.models import Evidence

_PIPELINE: Final = re.compile(
    r"^[ \t-]*(?:node-version|node_version|NODE_VERSION|node_js|versionSpec)[ \t]*:[ \t]*(?P<said>[^\n#]*)"
    r"(?P<rows>(?:\n[ \t]*-[ \t]*[\"']?v?\d[^\n]*)*)|"
    r"^[ \t-]*(?:image[ \t]*:[ \t]*[\"']?|container[ \t]*:[ \t]*[\"']?)node:(?P<tag>\d[^\n#\"']*)",
    re.MULTILINE,
)
"""setup-node of GitHub, the list of Travis, the task of Azure, an image of GitLab."""
_RELEASE: Final = re.compile(r"(?<![\w.-])v?(\d{1,2})(?:\.[\dx]+){0,2}(?![\w])")


def tried_evidence(tree: FileTree, folder: str) -> Iterator[Evidence]:
    """The release that each pipeline names; of several the newest that is supported."""
    for path in pipelines(tree, folder):
        text = tree.text(path) or ""
        found = {
            release: said[0]
            for said in _PIPELINE.finditer(text)
            if "${" not in (said["said"] or "")
            for release in _RELEASE.findall(f"{said['said'] or ''}{said['rows'] or ''} {said['tag'] or ''}")
            if resolve("node", release)
        }
        known = sorted(found, key=int)
        kept = [each for each in known if is_supported("node", each)] or known
        if kept:
            worth = WEAK + (0.1 if len(known) == 1 else 0.04)
            line = line_of(text, found[kept[-1]].strip("\n"))
            yield say("language_version", kept[-1], path, "node.pipeline", worth, line)
