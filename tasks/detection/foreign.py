"""Languages that are recognised but have no template yet, so that the refusal names what was found."""

from __future__ import annotations

import fnmatch

from tasks.detection.files import FileTree
from tasks.detection.versions import Language, languages

_COMPLETE = ("python", "node")


def foreign_languages(tree: FileTree) -> tuple[str, ...]:
    """A phrase for each language that a file shows, shallow files first: "Go (go.mod), which has no template yet"."""
    found: dict[str, str] = {}
    for path in tree.ordered:
        key = foreign_language(path.rpartition("/")[2])
        if key:
            title = languages()[key].title
            found.setdefault(key, f"{title} ({path}), which has no template yet")
    if len(found) > 1:
        found.pop("static", None)
    return tuple(found.values())


def foreign_language(name: str) -> str | None:
    """The language that a file of this name shows, when it is none of those with a template."""
    return next((key for key, language in languages().items() if key not in _COMPLETE and _shows(language, name)), None)


def _shows(language: Language, name: str) -> bool:
    return any(
        name == marker or (marker[0] == "*" and fnmatch.fnmatchcase(name, marker)) for marker in language.markers
    )
