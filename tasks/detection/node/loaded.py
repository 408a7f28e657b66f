"""Packages that are declared for development only, and that the program cannot be loaded without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import SOURCE, best, say
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.sources import Sources
from tasks.models import Evidence

_LOADED: Final = re.compile(
    r"^(?:import\s+(?!type\b)(?:[^;'\"\n]{0,200}?\bfrom\s*)?|\}\s*from\s*|"
    r"(?:(?:const|let|var)\s+[^=\n]{1,200}=\s*)?require\s*\(\s*)[\"'](?P<package>@[\w.-]+/[\w.-]+|[\w-][\w.-]*)",
    re.MULTILINE,
)
"""What stands at a line's beginning is loaded in any case; what is asked for in a branch may be for developers."""


def loaded_evidence(project: NodeProject, sources: Sources, evidence: list[Evidence]) -> Iterator[Evidence]:
    """What the files that the strongest start leads to load, although an installation for production lacks it."""
    own = {each.name for each in project.dependencies}
    command = best(evidence, "start_command")
    starts = (sources.resolve(word) for word in command.value.split()) if command else ()
    for start in filter(None, starts):
        for file in sources.reachable(start):
            text = sources.tree.text(file.path) or ""
            for match in _LOADED.finditer(text):
                if match["package"] in project.development - own:
                    line = text.count("\n", 0, match.start()) + 1
                    yield say("development_package", match["package"], file.path, "node.loads", SOURCE, line)
