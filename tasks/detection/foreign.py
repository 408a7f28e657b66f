"""Languages that are recognised but have no template yet, so that the refusal names what was found."""

from __future__ import annotations

import re
from functools import cache

from tasks.detection.decide import name_from
from tasks.detection.ecosystems import COMPLETE
from tasks.detection.evidence import CONVENTION, DEPENDENCY, WEAK, line_of, say
from tasks.detection.files import FileTree, parent
from tasks.detection.folders import folders
from tasks.detection.frameworks import frameworks
from tasks.detection.versions import languages
from tasks.knowledge import load
from tasks.models import Component


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


def foreign_components(tree: FileTree, fallback_name: str) -> tuple[Component, ...]:
    """One for each of these languages, as far as it can be named: nothing of it can be built."""
    found: dict[str, Component] = {}
    for path in tree.ordered:
        key = foreign_language(path.rpartition("/")[2])
        if key and key not in found and not folders().is_aside(parent(path)):
            found[key] = _component(tree, path, key, fallback_name)
    return tuple(found.values())


def _component(tree: FileTree, path: str, language: str, fallback_name: str) -> Component:
    text = tree.text(path) or ""
    rows = frameworks(language) if language in load("frameworks") else ()
    row = next((row for row in rows for name in row.packages if re.search(rf"\b{re.escape(name)}\b", text)), None)
    said = [say("language", language, path, "foreign.marker", CONVENTION, 1)]
    if row:
        line = next((line_of(text, name) for name in row.packages if name in text), 1)
        said.append(say("framework", row.name, path, "foreign.framework", DEPENDENCY, line))
        said.append(say("kind", row.kind, path, "foreign.framework", DEPENDENCY, line))
    else:
        said.append(say("kind", "library", path, "foreign.no_framework", WEAK, 1))
    return Component(
        path=parent(path),
        name=name_from(parent(path) if "/" in path else fallback_name),
        kind=row.kind if row else "library",
        language=language,
        framework=row.name if row else None,
        evidence=tuple(said),
    )


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
