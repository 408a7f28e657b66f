"""Which source files belong to one folder's component: below it, nobody else's, no tests and examples."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.detection.files import FileTree
from tasks.detection.folders import folders

_MOST_FILES = 600
_MOST_BYTES = 4 * 1024 * 1024


def own_files(tree: FileTree, folder: str, others: frozenset[str], endings: tuple[str, ...]) -> tuple[str, ...]:
    """Their paths, shallow first. `others` are the folders of other components."""
    prefix = "" if folder == "." else f"{folder}/"
    aside = folders().aside | folders().migrations
    elsewhere = tuple(f"{other}/" for other in others)
    return tuple(
        path
        for path in tree.below(folder)
        if path.endswith(endings)
        and not path.startswith(elsewhere)
        and not any(part.lower() in aside for part in path[len(prefix) :].split("/")[:-1])
    )


def own_texts(
    tree: FileTree, folder: str, others: frozenset[str], endings: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """The same with their texts, up to a few hundred files."""
    read_bytes = 0
    for path in own_files(tree, folder, others, endings)[:_MOST_FILES]:
        text = tree.text(path)
        if text is not None and read_bytes + len(text) <= _MOST_BYTES:
            read_bytes += len(text)
            yield path, text
