"""Languages that are recognised but have no template yet, so that the refusal names what was found."""

from __future__ import annotations

from functools import cache

from tasks.detection.ecosystems import COMPLETE
from tasks.detection.files import FileTree, parent
from tasks.detection.folders import folders
from tasks.detection.versions import languages


def foreign_languages(tree: FileTree) -> tuple[str, ...]:
    """A phrase for each language that a file shows, shallow files first: "Go (go.mod), which has no template yet"."""
    found: dict[str, str] = {}
    own = [path for path in tree.ordered if "/" not in path or not folders().is_aside(parent(path))]
    for path in own or tree.ordered:
        key = foreign_language(path.rpartition("/")[2])
        if key:
            title = languages()[key].title
            found.setdefault(key, f"{title} ({path}), which has no template yet")
    return tuple(found.values())


def written_languages(tree: FileTree) -> tuple[str, ...]:
    """The same for the sources of languages, where no file of a project shows one: "Go (main.go) …"."""
    found: dict[str, str] = {}
    for path in tree.ordered:
        key = _endings().get(f".{path.rpartition('.')[2]}")
        if key:
            found.setdefault(key, f"{languages()[key].title} ({path}), which has no template yet")
    return tuple(found.values())


def foreign_language(name: str) -> str | None:
    """The language that a file of this name shows, when it is none of those with a template."""
    markers = _markers()
    return markers.get(name) or markers.get(f"*.{name.rpartition('.')[2]}")


@cache
def _endings() -> dict[str, str]:
    rows = [(ending, key) for key, row in languages().items() if key not in COMPLETE for ending in row.extensions]
    return dict(reversed(rows))


@cache
def _markers() -> dict[str, str]:
    """Names, and endings as "*.ending", by the language they show."""
    rows = [(marker, key) for key, row in languages().items() if key not in COMPLETE for marker in row.markers]
    return dict(reversed(rows))
