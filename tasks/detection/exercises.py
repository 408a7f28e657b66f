"""Collections of small programs in numbered folders, as courses and puzzles leave them: none is an application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from tasks.detection.files import FileTree
from tasks.detection.folders import folders
from tasks.detection.versions import languages
from tasks.models import Component

_FEWEST: Final = 3
_NUMBER: Final = re.compile(r"\d+")
_KINDS: Final = frozenset({"job", "worker"})


@dataclass(frozen=True, slots=True)
class Collection:
    """Numbered folders that lie side by side, and hold sources."""

    folders: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What was found, and why none of it is deployed."""
        shown = ", ".join(self.folders[:_FEWEST])
        return f"a collection of programs in numbered folders ({shown} …), none of which is the application"


def collection(tree: FileTree) -> Collection | None:
    """The largest such collection of the repository; of equals the first. None when there is none."""
    found: dict[str, dict[str, None]] = {}
    for path in sorted(path for path in tree.paths if path.endswith(_endings())):
        for above, name in _parts(path):
            place = f"{above}/{name}" if above else name
            if folders().is_numbered(name) and not folders().is_aside(place):
                found.setdefault(_counted(above, name), {})[place] = None
    sizes = {key: len(places) for key, places in found.items()}
    largest = max(sizes, key=lambda key: sizes[key], default=None)
    return Collection(tuple(found[largest])) if largest and sizes[largest] >= _FEWEST else None


def is_exercise(component: Component, known: Collection | None) -> bool:
    """Whether the component is a program of such a folder which ends, or talks to a person."""
    if known is None or component.kind not in _KINDS or component.framework or component.dockerfile:
        return False
    started = [each.file for each in component.evidence if each.field == "start_command"][:1]
    return any(f"{place}/".startswith(f"{each}/") for place in (component.path, *started) for each in known.folders)


def _counted(above: str, name: str) -> str:
    """What stays when the numbers are taken away, and what follows the folder's own."""
    number = _NUMBER.search(name)
    head = name[: number.end()] if number else name
    return _NUMBER.sub("#", f"{above}/{head}".lower())


def _parts(path: str) -> Iterator[tuple[str, str]]:
    """Each folder of the path: where it lies, and its name."""
    names = path.split("/")[:-1]
    for position, name in enumerate(names):
        yield "/".join(names[:position]), name


@cache
def _endings() -> tuple[str, ...]:
    return tuple(ending for row in languages().values() for ending in row.extensions)
