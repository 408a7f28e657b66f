"""The languages that there is a module for. One is loaded only when the repository shows its language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tasks.detection.files import FileTree
from tasks.detection.reading import Ecosystem
from tasks.detection.versions import languages


def _python() -> Ecosystem:
    from tasks.detection.python.ecosystem import ECOSYSTEM  # noqa: PLC0415 - loaded when it is needed

    return ECOSYSTEM


def _node() -> Ecosystem:
    from tasks.detection.node.ecosystem import ECOSYSTEM  # noqa: PLC0415 - loaded when it is needed

    return ECOSYSTEM


COMPLETE: Final[dict[str, Callable[[], Ecosystem]]] = {"python": _python, "node": _node}
"""Languages with a module here and a Dockerfile template."""


def ecosystems(tree: FileTree) -> tuple[Ecosystem, ...]:
    """The modules of the languages whose markers or sources are in the repository."""
    names = {path.rpartition("/")[2] for path in tree.paths}
    endings = {f".{name.rpartition('.')[2]}" for name in names if "." in name}
    return tuple(
        load()
        for language, load in COMPLETE.items()
        if names & set(languages()[language].markers) or endings & set(languages()[language].extensions)
    )
