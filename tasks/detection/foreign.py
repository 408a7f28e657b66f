"""Languages that are recognised but cannot be containerized yet, so that the refusal names what was found."""

from __future__ import annotations

import fnmatch

from tasks.detection.files import FileTree
from tasks.detection.versions import languages

_COMPLETE = ("python", "node")


def foreign_languages(tree: FileTree) -> str | None:
    """The sentence about the first language that was found; None when there is none."""
    for path in tree.ordered:
        name = path.rpartition("/")[2]
        for key, language in languages().items():
            if key not in _COMPLETE and any(fnmatch.fnmatchcase(name, marker) for marker in language.markers):
                return f"found {language.title} ({path}), which containerkit cannot build yet"
    return None
